// One pass a tick over what is open; a signal costs some comparisons a second until its last
// horizon.
#include "outcome/outcome_tracker.hpp"

#include <algorithm>
#include <cmath>

namespace petrel::core {
namespace {

constexpr std::int64_t kLateLeastNs = 2 * kNsPerSecond;  // ticks come once a second

double move_pct(double from, double to) { return (to / from - 1.0) * 100.0; }

// Not the other's negative: that of 0 would be -0.
double fall_pct(double from, double to) { return (1.0 - to / from) * 100.0; }

// A tick this much after the horizon tells of another time.
std::int64_t late_max_ns(std::int64_t horizon_ns) {
    return std::max(kLateLeastNs, horizon_ns / 10);
}

double seconds_between(std::int64_t from_ns, std::int64_t to_ns) {
    return std::max(0.0, static_cast<double>(to_ns - from_ns) / 1e9);
}

struct Extremes {
    double up_pct;
    double down_pct;
    double up_after_s;
    double down_after_s;
};

void set_moves(const Extremes& moves, SignalOutcome& outcome) {
    const bool bullish = outcome.pressure == "bullish";
    const bool bearish = outcome.pressure == "bearish";
    const bool up = bullish || (!bearish && moves.up_pct >= moves.down_pct);
    outcome.with_pct = up ? moves.up_pct : moves.down_pct;
    if (bullish || bearish) {
        outcome.against_pct = up ? moves.down_pct : moves.up_pct;
    }
    if (*outcome.with_pct > 0) {
        outcome.lead_s = up ? moves.up_after_s : moves.down_after_s;
    }
}

}  // namespace

PricePoint OutcomeTracker::price_of(const Window* window, Source source) {
    if (window == nullptr || source == Source::None) {
        return {};
    }
    return source == Source::Trade ? window->last_trade() : window->mark_price();
}

bool OutcomeTracker::is_fresh(PricePoint point, std::int64_t now_ns) const {
    return point.price > 0 && point.at_ns > now_ns - options_.price_age_max_ns;
}

bool OutcomeTracker::has_room(const Signal& signal) {
    if (signal.state == SignalState::Held) {
        const bool room = sent_.open + held_.open < options_.open_max / 2;
        held_.dropped += room ? 0 : 1;
        return room;
    }
    const bool room = sent_.open < options_.open_max;
    sent_.dropped += room ? 0 : 1;
    return room;
}

void OutcomeTracker::forget_near_misses(const Signal& signal, std::uint32_t symbol) {
    const auto found = follows_.find(symbol);
    if (found != follows_.end()) {
        held_.open -= std::erase_if(found->second, [&](const Follow& follow) {
            return !follow.base.held_for.empty() && follow.base.signal_id == signal.id;
        });
    }
}

bool OutcomeTracker::is_followed(const Signal& signal, std::uint32_t symbol) const {
    const auto found = follows_.find(symbol);
    return found != follows_.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](const Follow& follow) {
               return follow.base.signal_id == signal.id &&
                      follow.base.held_for == signal.verdict.reasons.front();
           });
}

void OutcomeTracker::follow(const Signal& signal, std::uint32_t symbol, std::uint32_t type,
                            const Window& window) {
    if (options_.horizons_ns.empty()) {
        return;
    }
    const bool held = signal.state == SignalState::Held;
    if (!held) {
        forget_near_misses(signal, symbol);
    } else if (is_followed(signal, symbol)) {
        return;  // held for this reason before, for another one between
    }
    if (!has_room(signal)) {
        return;
    }
    Follow follow;
    follow.type = type;
    SignalOutcome& base = follow.base;
    base.signal_id = signal.id;
    base.type = signal.type;
    base.symbol = signal.symbol;
    base.group = signal.group;
    base.pattern = signal.score.pattern;
    base.strength = signal.score.strength;
    base.pressure = signal.score.pressure;
    base.rule_version = signal.rule_version;
    base.held_for = held ? signal.verdict.reasons.front() : "";
    base.score = signal.score.total;
    base.signal_ns = signal.ts_ns;
    base.confidence = signal.score.ensemble.confidence;
    base.votes = signal.score.ensemble.votes;
    for (const Source source : {Source::Trade, Source::Mark}) {
        const PricePoint point = price_of(&window, source);
        if (follow.source == Source::None && is_fresh(point, signal.ts_ns)) {
            follow.source = source;
            follow.volatility_pct = window.volatility_pct();
            base.price_before = point.price;
            follow.high = follow.low = point.price;
            follow.high_ns = follow.low_ns = signal.ts_ns;
        }
    }
    ++room_of(follow).open;
    follows_[symbol].push_back(std::move(follow));
}

std::span<const SettledOutcome> OutcomeTracker::tick(std::int64_t now_ns,
                                                     const WindowStore& windows) {
    settled_.clear();
    for (auto entry = follows_.begin(); entry != follows_.end();) {
        auto& [symbol, follows] = *entry;
        const Window* window = windows.find(symbol);
        for (Follow& follow : follows) {
            const PricePoint point = price_of(window, follow.source);
            if (point.at_ns > follow.base.signal_ns) {
                if (point.price > follow.high) {
                    follow.high = point.price;
                    follow.high_ns = point.at_ns;
                }
                if (point.price < follow.low) {
                    follow.low = point.price;
                    follow.low_ns = point.at_ns;
                }
            }
            while (follow.next < options_.horizons_ns.size() &&
                   follow.base.signal_ns + options_.horizons_ns[follow.next] <= now_ns) {
                settled_.push_back({symbol, follow.type, settle(follow, point, now_ns)});
                ++follow.next;
            }
        }
        std::erase_if(follows, [this](const Follow& follow) {
            const bool done = follow.next == options_.horizons_ns.size();
            room_of(follow).open -= done ? 1 : 0;
            return done;
        });
        entry = follows.empty() ? follows_.erase(entry) : std::next(entry);
    }
    return settled_;
}

SignalOutcome OutcomeTracker::settle(const Follow& follow, PricePoint point,
                                     std::int64_t now_ns) const {
    const std::int64_t horizon_ns = options_.horizons_ns[follow.next];
    const std::int64_t due_ns = follow.base.signal_ns + horizon_ns;
    SignalOutcome outcome = follow.base;
    outcome.horizon_ms = horizon_ns / kNsPerMs;
    outcome.at_ns = now_ns;
    if (follow.source == Source::None) {
        outcome.reason = "no_price";
    } else if (now_ns - due_ns > late_max_ns(horizon_ns)) {
        outcome.reason = "not_watched";
    } else if (point.at_ns <= follow.base.signal_ns || !is_fresh(point, now_ns)) {
        outcome.reason = "price_not_seen";
    } else {
        const double before = *outcome.price_before;
        outcome.price_after = point.price;
        outcome.return_pct = move_pct(before, point.price);
        set_moves({move_pct(before, follow.high), fall_pct(before, follow.low),
                   seconds_between(follow.base.signal_ns, follow.high_ns),
                   seconds_between(follow.base.signal_ns, follow.low_ns)},
                  outcome);
        judge(follow, outcome);
    }
    return outcome;
}

void OutcomeTracker::judge(const Follow& follow, SignalOutcome& outcome) const {
    if (follow.volatility_pct <= 0) {
        outcome.reason = "volatility_not_known";
        return;
    }
    const double hours = static_cast<double>(outcome.horizon_ms) / 3'600'000.0;
    const double sigma = *outcome.return_pct / (follow.volatility_pct * std::sqrt(hours));
    outcome.return_sigma = sigma;
    const double with = with_pressure(outcome.pressure, sigma);
    outcome.result = with >= options_.hit_sigma    ? OutcomeResult::Hit
                     : with <= -options_.hit_sigma ? OutcomeResult::FalseAlarm
                                                   : OutcomeResult::Flat;
}

}  // namespace petrel::core
