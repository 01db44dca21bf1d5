// Arrivals are cheap; everything is judged once a second.
#include "feed/stream_watch.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "petrel/abi/market_event.h"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr double kRare = 0.999;
constexpr double kRegular = 4;         // rare gap over usual gap, below which a stream is regular
constexpr double kOwedByOthers = 12;   // arrivals that are missing, as others tell
constexpr double kOwedNaturally = 20;  // the same for streams that are silent by nature
constexpr double kOwedByAll = 50;      // arrivals that the whole socket owes
constexpr double kRateMemory_s = 60;
constexpr double kShareUnknown = 0.04;  // of others' arrivals, for a stream that nobody knows
constexpr std::uint64_t kArrivalsToRecover = 3;
constexpr std::uint32_t kLateLooks = 3;
constexpr std::int64_t kOwnPause_ns = 5 * kNsPerSecond;
constexpr std::int64_t kClockJump_ns = kNsPerSecond / 2;
constexpr std::int64_t kWell_ns = 30 * kNsPerSecond;
constexpr std::uint32_t kAlarmRung = 4;

constexpr std::uint32_t kLiquidations = PETREL_KIND_BIT(PETREL_EVENT_LIQUIDATION);
constexpr std::uint32_t kTrades = PETREL_KIND_BIT(PETREL_EVENT_TRADE);
constexpr std::uint32_t kBook =
    PETREL_KIND_BIT(PETREL_EVENT_BEST_BID) | PETREL_KIND_BIT(PETREL_EVENT_BEST_ASK);
constexpr std::uint32_t kMark = PETREL_KIND_BIT(PETREL_EVENT_MARK_PRICE);

// One number for streams that tell the same, however a venue bundles its kinds.
std::uint32_t evidence_kind(std::uint32_t kinds) {
    for (const std::uint32_t kind : {kTrades, kBook, kMark}) {
        if ((kinds & kind) != 0) {
            return kind;
        }
    }
    return kinds;
}

std::string seconds(std::uint64_t ms) {
    return human_fixed(static_cast<double>(ms) / 1e3, ms < 10'000 ? 1 : 0) + " s";
}

}  // namespace

StreamWatch::StreamWatch(std::vector<WatchedStream> streams, SymbolPulse& pulse, WatchLimits limits,
                         const InterestDrain* drain)
    : pulse_(pulse), limits_(limits), drain_(drain) {
    std::stable_sort(
        streams.begin(), streams.end(),
        [](const WatchedStream& a, const WatchedStream& b) { return a.instrument < b.instrument; });
    for (WatchedStream& plan : streams) {
        Stream stream;
        stream.source = pulse_.add_source(plan.symbol, evidence_kind(plan.kinds));
        stream.plan = std::move(plan);
        streams_.push_back(std::move(stream));
    }
    count_states();
}

void StreamWatch::opened(std::int64_t now_ns) {
    opened_ns_ = now_ns;
    owed_by_all_ = 0;
    if (open_++ > 0) {
        return;  // beside one that is still there
    }
    for (Stream& stream : streams_) {
        stream.owed = 0;
        stream.late_looks = 0;
        stream.others_before = pulse_.others(stream.source);
        stream.others_since = 0;
        stream.since_trouble = 0;
        stream.last_ns = 0;
        stream.state = std::min(stream.state, StreamState::Pending);
    }
    count_states();
}

void StreamWatch::closed() { open_ -= open_ > 0 ? 1 : 0; }

StreamWatch::Stream* StreamWatch::find(std::uint32_t instrument, std::uint32_t kind) {
    const auto carries = [=](const Stream& s) {
        return s.plan.instrument == instrument && (s.plan.kinds >> kind & 1U) != 0;
    };
    if (latest_ < streams_.size() && carries(streams_[latest_])) {
        return &streams_[latest_];
    }
    auto stream = std::lower_bound(
        streams_.begin(), streams_.end(), instrument,
        [](const Stream& s, std::uint32_t wanted) { return s.plan.instrument < wanted; });
    for (; stream != streams_.end() && stream->plan.instrument == instrument; ++stream) {
        if (carries(*stream)) {
            latest_ = static_cast<std::size_t>(stream - streams_.begin());
            return &*stream;
        }
    }
    return nullptr;
}

// Events of one frame are one arrival.
void StreamWatch::arrived(Stream& stream, const MarketEvent& event, std::int64_t now_ns) {
    const bool timed = (event.flags & PETREL_FLAG_LATE) == 0 && event.exchange_ts_ns > 0 &&
                       (PETREL_KIND_BIT(event.kind & 31U) & (kTrades | kBook)) != 0;
    const std::int64_t lag_ns = event.receive_ts_ns - event.exchange_ts_ns;
    if (timed) {
        skew_.add(lag_ns);
    }
    if (stream.last_ns == now_ns && stream.arrivals > 0) {
        stream.lag_ns = timed ? std::min(stream.lag_ns, lag_ns) : stream.lag_ns;
        return;
    }
    if (stream.last_ns != 0) {
        stream.gaps.add(static_cast<std::uint64_t>((now_ns - stream.last_ns) / kNsPerMs));
    }
    stream.lag_ns = !timed ? 0 : stream.arrivals == 0 ? lag_ns : std::min(stream.lag_ns, lag_ns);
    stream.last_ns = now_ns;
    ++stream.arrivals;
    ++stream.since_trouble;
}

std::vector<StreamStep> StreamWatch::look(std::int64_t now_ns, std::int64_t wall_ns) {
    std::vector<StreamStep> steps;
    const std::int64_t passed_ns = looked_ns_ == 0 ? 0 : now_ns - looked_ns_;
    const std::int64_t jump_ns = wall_ns - looked_wall_ns_ - passed_ns;
    if (looked_ns_ != 0 && std::abs(jump_ns) > kClockJump_ns) {
        skew_.forget();  // the wall clock was set: ages so far mean nothing
    }
    if (passed_ns > kOwnPause_ns) {
        forgive(passed_ns);
    }
    looked_ns_ = now_ns;
    looked_wall_ns_ = wall_ns;
    skew_.turn(now_ns);
    bool anything = false;
    for (Stream& stream : streams_) {
        anything = anything || stream.arrivals > 0;
        account(stream, static_cast<double>(passed_ns) / 1e9);
    }
    owed_by_all_ = anything ? 0 : owed_by_all_;
    if (open_ == 0 || passed_ns == 0) {
        return steps;
    }
    for (Stream& stream : streams_) {
        owed_by_all_ += anything ? 0 : stream.per_s * static_cast<double>(passed_ns) / 1e9;
    }
    for (Stream& stream : streams_) {
        judge(stream, now_ns);
        climb(stream, now_ns, steps);
    }
    count_states();
    return steps;
}

// We slept, not they: what was missed in that time is nobody's fault.
void StreamWatch::forgive(std::int64_t pause_ns) {
    opened_ns_ += pause_ns;
    owed_by_all_ = 0;
    for (Stream& stream : streams_) {
        stream.last_ns += stream.last_ns != 0 ? pause_ns : 0;
        stream.rung_ns += pause_ns;
        stream.others_before = pulse_.others(stream.source);
        stream.owed = 0;
        stream.late_looks = 0;
        stream.proven = stream.arrivals > 0;
    }
}

// What came since the last look, here and elsewhere.
void StreamWatch::account(Stream& stream, double passed_s) {
    const std::uint64_t others = pulse_.others(stream.source);
    const std::uint64_t others_more = others - std::exchange(stream.others_before, others);
    stream.others_since += others_more;
    if (stream.arrivals == 0) {
        stream.owed += static_cast<double>(others_more) * stream.share;
        return;
    }
    stream.proven = true;
    pulse_.beat(stream.source, stream.arrivals);
    stream.share = pulse_.usual_share(stream.source);
    stream.owed = 0;
    // Silence is part of the rate, but only once it is over.
    const double silent_s = std::max(passed_s, static_cast<double>(stream.silent_ms) / 1e3);
    if (silent_s > 0) {
        const double keep = std::exp(-silent_s / kRateMemory_s);
        const double latest = static_cast<double>(stream.arrivals) / silent_s;
        stream.per_s = stream.gaps.count() < limits_.gaps_min / 4
                           ? latest
                           : stream.per_s * keep + latest * (1 - keep);
    }
    const bool late =
        skew_.known() && stream.lag_ns != 0 &&
        skew_.age_ns(stream.lag_ns) > static_cast<std::int64_t>(limits_.stale_ms) * kNsPerMs;
    stream.late_looks = late ? stream.late_looks + 1 : 0;
    stream.arrivals = 0;
}

std::uint64_t StreamWatch::limit_of(const Stream& stream) const {
    if (stream.gaps.count() < limits_.gaps_min) {
        return limits_.unknown_ms;
    }
    const auto rare_ms = static_cast<std::uint64_t>(stream.gaps.quantile_ms(kRare));
    const bool busy = stream.per_s > limits_.busy_per_s;
    return std::max(busy ? std::min(rare_ms, limits_.busy_ms) : rare_ms, limits_.least_ms);
}

StreamWatch::Evidence StreamWatch::evidence(const Stream& stream) const {
    const bool natural = (stream.plan.kinds & ~kLiquidations) == 0;
    if (stream.share > 0 && stream.owed >= (natural ? kOwedNaturally : kOwedByOthers)) {
        return Evidence::Against;
    }
    if (natural || stream.gaps.count() < limits_.gaps_min) {
        return Evidence::OthersQuiet;
    }
    const double rare_ms = stream.gaps.quantile_ms(kRare);
    const bool regular = rare_ms < kRegular * stream.gaps.quantile_ms(0.5);
    if (regular && static_cast<double>(stream.silent_ms) > 3 * rare_ms) {
        return Evidence::Against;
    }
    if (stream.share > 0) {
        return Evidence::OthersQuiet;
    }
    return owed_by_all_ >= kOwedByAll ? Evidence::Against : Evidence::None;
}

void StreamWatch::judge(Stream& stream, std::int64_t now_ns) {
    const std::int64_t since_ns = std::max(stream.last_ns, opened_ns_);
    stream.silent_ms =
        static_cast<std::uint64_t>(std::max<std::int64_t>(now_ns - since_ns, 0) / kNsPerMs);
    stream.limit_ms = limit_of(stream);
    if (stream.late_looks >= kLateLooks) {
        const auto age_ms = skew_.age_ns(stream.lag_ns) / kNsPerMs;
        return condemn(stream, "late by " + seconds(static_cast<std::uint64_t>(age_ms)));
    }
    if (judge_drain(stream)) {
        return;
    }
    if (stream.last_ns == 0 && stream.gaps.count() < limits_.gaps_min) {
        return judge_pending(stream);
    }
    if (stream.silent_ms <= stream.limit_ms) {
        return recover(stream, now_ns);
    }
    stream.well_ns = 0;
    const Evidence found = evidence(stream);
    const auto beyond_ms =
        std::max(2 * static_cast<std::uint64_t>(stream.gaps.quantile_ms(kRare)), limits_.busy_ms);
    if (found == Evidence::Against) {
        return condemn(stream, "silent for " + seconds(stream.silent_ms) + ", usually " +
                                   seconds(stream.limit_ms) + " at most, while others speak");
    }
    if (found == Evidence::None && stream.silent_ms > beyond_ms) {
        return condemn(stream, "silent for " + seconds(stream.silent_ms) + ", usually " +
                                   seconds(stream.limit_ms) + " at most; nothing else tells");
    }
    if (stream.state != StreamState::Suspect && stream.state != StreamState::Dead) {
        stream.state = stream.last_ns == 0 ? StreamState::Pending : StreamState::Quiet;
    }
}

// A fall that is over, or a liquidation, takes the suspicion away: positions end by orders, too.
bool StreamWatch::judge_drain(Stream& stream) {
    const bool natural = (stream.plan.kinds & ~kLiquidations) == 0;
    if (!natural || drain_ == nullptr) {
        return false;
    }
    const bool was = stream.drained;
    stream.drained = drain_->drained(stream.plan.instrument, looked_wall_ns_);
    if (stream.drained) {
        condemn(stream,
                "open interest falls and no liquidation was told for " + seconds(stream.silent_ms));
        return true;
    }
    if (was) {
        stream.state = stream.last_ns == 0 ? StreamState::Pending : StreamState::Quiet;
        stream.rung = 0;
    }
    return false;
}

bool StreamWatch::nothing_at_all() const {
    const auto silent_by_nature =
        std::count_if(streams_.begin(), streams_.end(),
                      [](const Stream& s) { return (s.plan.kinds & ~kLiquidations) == 0; });
    return static_cast<std::ptrdiff_t>(streams_.size()) - silent_by_nature > 1 &&
           std::all_of(streams_.begin(), streams_.end(),
                       [](const Stream& s) { return s.last_ns == 0; });
}

// Nothing was ever learned of it. A mark price speaks at once; a symbol may have no trade for
// hours, but not while others have many, and not all symbols of a connection.
void StreamWatch::judge_pending(Stream& stream) {
    const bool natural = (stream.plan.kinds & ~kLiquidations) == 0;
    if (natural || stream.silent_ms <= limits_.first_ms) {
        return;
    }
    const std::string since = "subscribed for " + seconds(stream.silent_ms) + " without data";
    if ((stream.plan.kinds & kMark) != 0) {
        return condemn(stream, since);
    }
    const double share = stream.share > 0 ? stream.share : kShareUnknown;
    if (static_cast<double>(stream.others_since) * share >= kOwedByOthers) {
        return condemn(stream, since + ", while others speak");
    }
    if (stream.silent_ms > limits_.unknown_ms && nothing_at_all()) {
        return condemn(stream, since + " over the whole connection");
    }
}

void StreamWatch::condemn(Stream& stream, std::string why) {
    stream.why = std::move(why);
    stream.well_ns = 0;
    stream.since_trouble = 0;
    stream.state = stream.rung >= 2 ? StreamState::Dead : StreamState::Suspect;
}

// Some arrivals in a row, not one, take a stream out of trouble.
void StreamWatch::recover(Stream& stream, std::int64_t now_ns) {
    const bool troubled = stream.rung > 0;
    if (stream.last_ns == 0) {
        stream.state = StreamState::Pending;
        return;
    }
    if (troubled && stream.since_trouble < kArrivalsToRecover) {
        return;
    }
    const bool late = stream.silent_ms > stream.limit_ms / 2 || !stream.proven;
    stream.state = late ? StreamState::Quiet : StreamState::Healthy;
    stream.well_ns = stream.well_ns == 0 ? now_ns : stream.well_ns;
}

void StreamWatch::climb(Stream& stream, std::int64_t now_ns, std::vector<StreamStep>& steps) {
    const auto at = static_cast<std::size_t>(&stream - streams_.data());
    const bool ill = stream.state == StreamState::Suspect || stream.state == StreamState::Dead;
    if (!ill) {
        if (stream.rung > 0 && stream.well_ns != 0 && now_ns - stream.well_ns >= kWell_ns) {
            if (stream.rung >= kAlarmRung) {
                steps.push_back({StreamRemedy::AllClear, at});
            }
            stream.rung = 0;
        }
        return;
    }
    const std::uint64_t waited_ms =
        static_cast<std::uint64_t>((now_ns - stream.rung_ns) / kNsPerMs);
    const std::uint64_t patience_ms = stream.rung >= kAlarmRung
                                          ? limits_.alarm_ms
                                          : std::max(limits_.patience_ms, stream.limit_ms);
    // Without evidence a new socket is too much for what may be a quiet hour.
    const bool sure = stream.late_looks >= kLateLooks || stream.drained || stream.last_ns == 0 ||
                      evidence(stream) == Evidence::Against ||
                      stream.silent_ms > 10 * std::max(stream.limit_ms, limits_.busy_ms / 2);
    if (stream.rung > 0 && (waited_ms < patience_ms || !sure)) {
        return;
    }
    constexpr StreamRemedy ladder[] = {StreamRemedy::Resubscribe, StreamRemedy::Reconnect,
                                       StreamRemedy::OtherEndpoint, StreamRemedy::Alarm,
                                       StreamRemedy::OtherEndpoint};
    steps.push_back({ladder[stream.rung], at});
    stream.rung = std::min(stream.rung + 1, kAlarmRung);
    stream.rung_ns = now_ns;
}

void StreamWatch::count_states() {
    counts_ = {};
    for (const Stream& stream : streams_) {
        ++counts_[static_cast<std::size_t>(stream.state)];
    }
}

std::vector<StreamTrouble> StreamWatch::worst(std::size_t most) const {
    std::vector<const Stream*> ill;
    if (count_of(StreamState::Suspect) + count_of(StreamState::Dead) > 0) {
        for (const Stream& s : streams_) {
            if (s.state >= StreamState::Suspect) {
                ill.push_back(&s);
            }
        }
    }
    std::stable_sort(ill.begin(), ill.end(), [](const Stream* a, const Stream* b) {
        return std::pair(a->state, a->silent_ms) > std::pair(b->state, b->silent_ms);
    });
    ill.resize(std::min(ill.size(), most));
    std::vector<StreamTrouble> troubles;
    for (const Stream* s : ill) {
        troubles.push_back({s->plan.topic, s->state, s->silent_ms, s->limit_ms, s->per_s, s->why});
    }
    return troubles;
}

}  // namespace petrel::core
