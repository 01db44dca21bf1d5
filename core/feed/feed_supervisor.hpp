// Stage 1: all venues of one feed thread. Starts, watches and stops their feeds.
//
// Owned by the pipeline, made before the feed thread runs and used on it afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "feed/exchange_feed.hpp"

namespace petrel::core {

class FeedSupervisor {
public:
    explicit FeedSupervisor(const FeedDesk& desk, const ConnectionLimits& limits = {})
        : budget_(limits), desk_(desk), turn_(desk.loop), farewell_(desk.loop) {}

    // Before start().
    void add(ExchangeHandle handle, std::uint16_t venue, FeedOptions options);

    // On the loop's thread, all of them.
    void start();
    // Each second. One venue at a time: what comes meanwhile waits for one, not for all.
    void look_after();
    void on_gap(std::uint16_t venue, const StreamGap& gap);
    // Hands nothing on from here. Calls `stopped` once, when every venue has answered the farewell
    // or after a second: those that have not are dropped.
    void stop(std::function<void()> stopped);
    [[nodiscard]] std::vector<FeedStatus> status() const;
    [[nodiscard]] std::vector<EndpointStatus> endpoints();
    [[nodiscard]] std::vector<KeyStatus> keys() const;

private:
    void look_from(std::size_t feed);
    void heed_clock();
    void see_off();

    SymbolPulse pulse_;
    ClockWitness clock_;
    bool clock_told_ = false;  // of a step that is not followed
    ConnectionBudget budget_;
    FeedDesk desk_;
    std::vector<std::unique_ptr<ExchangeFeed>> feeds_;
    Timer turn_;  // of the next venue; pending while a round goes on
    Timer farewell_;
    std::function<void()> stopped_;
    std::int64_t farewell_ends_ns_ = 0;
};

}  // namespace petrel::core
