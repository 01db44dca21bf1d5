// The thread that draws cards, and what it has drawn lately.
//
// Channels ask from their own threads and wait a little; a card that is not there by then is done
// without, so that no message is late or lost for its picture. What was drawn is kept for the other
// channels and for the next try.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "card/card.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/worker_thread.hpp"

namespace petrel::core {

struct CardFigures {
    std::uint64_t drawn = 0;
    std::uint64_t failed = 0;
    std::uint64_t late = 0;  // asked for and not there in time
};

class CardPainter {
public:
    // Bytes of a PNG; shared by the channels that send it, for as long as the last one does.
    using Png = std::shared_ptr<const std::string>;

    CardPainter();
    ~CardPainter();
    CardPainter(const CardPainter&) = delete;
    CardPainter& operator=(const CardPainter&) = delete;

    // Waits at most `wait_ms`; fails with the reason. Any thread.
    Result<Png> card(CardInput input, std::int64_t wait_ms);

    [[nodiscard]] CardFigures figures() const { return {drawn_, failed_, late_}; }

private:
    struct Order {
        CardInput input;
        std::int64_t wanted_until_ns = 0;              // steady
        std::shared_ptr<Mailbox<Result<Png>>> answer;  // shared with who waits, and may have gone
    };

    void run();
    Result<Png> draw(const CardInput& input);

    Mailbox<Order> orders_;
    std::deque<std::pair<CardInput, Png>> kept_;  // the worker alone
    std::atomic<std::uint64_t> drawn_{0}, failed_{0}, late_{0};
    WorkerThread worker_;
};

}  // namespace petrel::core
