// Between stages 7 and 8: follows the price after each admitted signal, and after near misses, and
// says what came of it.
//
// At the first tick of event time at or after each horizon the price is looked at: the symbol's
// last trade of any venue, or its mark price where no trade was known at the signal. A move counts
// by the volatility that was realised at the signal, scaled by the square root of the horizon.
// What is not known (no price, an old one, a tick that came far too late, no volatility) is an
// outcome `unknown` with its reason, never a figure.
//
// A near miss is followed from the first hold of its story for a reason, until the story is sent:
// then it was no miss. It takes room only while all that is followed is less than half of what may
// be, so that none ever stands in the way of a signal.
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

    // Follows a signal that was admitted or held just now; `window` is that of its symbol.
    void follow(const Signal& signal, std::uint32_t symbol, std::uint32_t type,
                const Window& window);

    // Looks at the prices at event time `now_ns`; gives what is due by now, in the order of
    // symbols, then of signals, then of horizons. Valid until the next call.
    std::span<const SettledOutcome> tick(std::int64_t now_ns, const WindowStore& windows);

    [[nodiscard]] const OutcomeOptions& options() const { return options_; }
    // Signals that are followed, and those that were not for want of room.
    [[nodiscard]] std::size_t open() const { return sent_.open; }
    [[nodiscard]] std::uint64_t dropped() const { return sent_.dropped; }
    // The same of near misses.
    [[nodiscard]] std::size_t near_misses_open() const { return held_.open; }
    [[nodiscard]] std::uint64_t near_misses_dropped() const { return held_.dropped; }

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

    struct Room {
        std::size_t open = 0;
        std::uint64_t dropped = 0;
    };

    [[nodiscard]] bool has_room(const Signal& signal);
    [[nodiscard]] bool is_followed(const Signal& signal, std::uint32_t symbol) const;
    void forget_near_misses(const Signal& signal, std::uint32_t symbol);
    [[nodiscard]] Room& room_of(const Follow& follow) {
        return follow.base.held_for.empty() ? sent_ : held_;
    }
    [[nodiscard]] static PricePoint price_of(const Window* window, Source source);
    [[nodiscard]] bool is_fresh(PricePoint point, std::int64_t now_ns) const;
    [[nodiscard]] SignalOutcome settle(const Follow& follow, PricePoint point,
                                       std::int64_t now_ns) const;
    void judge(const Follow& follow, SignalOutcome& outcome) const;

    OutcomeOptions options_;
    std::map<std::uint32_t, std::vector<Follow>> follows_;  // by symbol
    std::vector<SettledOutcome> settled_;
    Room sent_;
    Room held_;
};

}  // namespace petrel::core
