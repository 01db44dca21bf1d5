// Between stages 7 and 8: follows the price after each admitted signal and says what came of it.
//
// At the first tick of event time at or after each horizon the price is looked at: the symbol's
// last trade of any venue, or its mark price where no trade was known at the signal. A move counts
// by the volatility that was realised at the signal, scaled by the square root of the horizon.
// What is not known (no price, an old one, a tick that came far too late, no volatility) is an
// outcome `unknown` with its reason, never a figure.
//
// Owned by one shard, beside its rules; reads no clock. Bounded: signals beyond `open_max` are not
// followed, and counted. A start that rebuilds from the journal makes what is open anew (0011).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "signal/signal.hpp"
#include "signal/signal_outcome.hpp"
#include "window/window_store.hpp"

namespace petrel::core {

struct OutcomeOptions {
    std::vector<std::int64_t> horizons_ns;  // ascending; none: nothing is followed
    std::int64_t main_horizon_ns = 0;       // whose outcomes rules are told of
    double hit_sigma = 0.5;
    std::int64_t price_age_max_ns = 300 * kNsPerSecond;  // an older price is not known
    std::size_t open_max = 8'192;                        // signals followed at once
};

// An outcome, and whose it is in the numbers of the shard.
struct SettledOutcome {
    std::uint32_t symbol = 0;
    std::uint32_t type = 0;
    SignalOutcome outcome;
};

class OutcomeTracker {
public:
    explicit OutcomeTracker(OutcomeOptions options) : options_(std::move(options)) {}

    // Follows a signal that was admitted just now; `window` is that of its symbol.
    void follow(const Signal& signal, std::uint32_t symbol, std::uint32_t type,
                const Window& window);

    // Looks at the prices at event time `now_ns`; gives what is due by now, in the order of
    // symbols, then of signals, then of horizons. Valid until the next call.
    std::span<const SettledOutcome> tick(std::int64_t now_ns, const WindowStore& windows);

    [[nodiscard]] const OutcomeOptions& options() const { return options_; }
    // Signals that are followed, and those that were not for want of room.
    [[nodiscard]] std::size_t open() const { return open_; }
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

private:
    enum class Source : std::uint8_t { None, Trade, Mark };
    struct Follow {
        SignalOutcome base;  // what all its outcomes have in common
        std::uint32_t type = 0;
        std::size_t next = 0;  // horizon
        Source source = Source::None;
        double volatility_pct = 0;  // for an hour; 0: not known
        double high = 0;
        double low = 0;
        std::int64_t high_ns = 0;
        std::int64_t low_ns = 0;
    };

    [[nodiscard]] static PricePoint price_of(const Window* window, Source source);
    [[nodiscard]] bool is_fresh(PricePoint point, std::int64_t now_ns) const;
    [[nodiscard]] SignalOutcome settle(const Follow& follow, PricePoint point,
                                       std::int64_t now_ns) const;
    void judge(const Follow& follow, SignalOutcome& outcome) const;

    OutcomeOptions options_;
    std::map<std::uint32_t, std::vector<Follow>> follows_;  // by symbol
    std::vector<SettledOutcome> settled_;
    std::size_t open_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace petrel::core
