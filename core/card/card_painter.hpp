// The thread that draws cards, and what it has drawn lately.
//
// For messages that are shown already the delivery thread orders cards and is told when they are
// there. A channel that cannot add one later asks from its own thread and waits a little; a card
// that is not there by then is done without, so that no message is late or lost for its picture.
// What was drawn is kept for the other channels and for the next try.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
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

    // Waits for nothing: `done` is called on the painter's thread, unless the painter ends before.
    // False when too many wait to be drawn: it never will be. Any thread.
    using Done = std::function<void(Result<Png>)>;
    bool order(CardInput input, Done done);

    [[nodiscard]] CardFigures figures() const { return {drawn_, failed_, late_}; }

private:
    struct Order {
        CardInput input;
        std::int64_t wanted_until_ns = 0;  // steady
        Done done;
    };

    void run();
    Result<Png> draw(const CardInput& input);

    Mailbox<Order> orders_;
    std::deque<std::pair<CardInput, Png>> kept_;  // the worker alone
    std::atomic<std::uint64_t> drawn_{0}, failed_{0}, late_{0};
    WorkerThread worker_;
};

}  // namespace petrel::core
