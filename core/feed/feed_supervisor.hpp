// Stage 1: all venues of one feed thread. Starts, watches and stops their feeds.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "feed/exchange_feed.hpp"

namespace petrel::core {

class FeedSupervisor {
public:
    FeedSupervisor(IoLoop& loop, EventSink& sink, InstrumentBook& book)
        : loop_(loop), sink_(sink), book_(book) {}

    // Before start().
    void add(ExchangeHandle handle, std::uint16_t venue, FeedOptions options);

    // On the loop's thread, all of them.
    void start();
    void look_after();  // each second
    void stop();
    [[nodiscard]] std::vector<FeedStatus> status() const;

private:
    IoLoop& loop_;
    EventSink& sink_;
    InstrumentBook& book_;
    std::vector<std::unique_ptr<ExchangeFeed>> feeds_;
};

}  // namespace petrel::core
