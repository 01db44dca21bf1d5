// A watchdog for every stream of one leg of a connection: is it quiet, or dead?
//
// Learns how each stream usually paces its arrivals and then judges silence by evidence: what other
// venues and sockets show of the same symbol, what this socket owes altogether, how regular the
// stream was. Silence alone never condemns a stream; a liquidation stream is not even suspected
// for it, but for open interest that falls meanwhile. Freshness counts as well: data that arrives
// late against the venue's usual skew is as bad as none. What is suspect climbs a ladder: subscribe
// again, a new socket, another end point, and at last the alarm. Pure: steady and wall time come in
// as arguments, its own pauses and jumps of the wall clock are recognised. Survives the sockets of
// its leg. Owned by a connection group, on the feed thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "feed/gap_sketch.hpp"
#include "feed/interest_drain.hpp"
#include "feed/skew_estimate.hpp"
#include "feed/symbol_pulse.hpp"
#include "petrel/types.hpp"

namespace petrel::core {

// Pending: open, and nothing came. Suspect: silent, or late, against the evidence. Dead: the same
// after it was subscribed again.
enum class StreamState : std::uint8_t { Pending, Healthy, Quiet, Suspect, Dead };

constexpr std::string_view stream_state_name(StreamState state) {
    constexpr std::string_view names[] = {"pending", "healthy", "quiet", "suspect", "dead"};
    return names[static_cast<std::size_t>(state)];
}

enum class StreamRemedy : std::uint8_t { Resubscribe, Reconnect, OtherEndpoint, Alarm, AllClear };

struct StreamStep {
    StreamRemedy remedy = StreamRemedy::Resubscribe;
    std::size_t stream = 0;
};

struct WatchedStream {
    std::uint32_t instrument = 0;
    std::uint32_t kinds = 0;   // bits of PETREL_KIND_BIT that come over it
    std::uint32_t symbol = 0;  // the same number at every venue
    std::string topic;
};

struct WatchLimits {
    std::uint64_t gaps_min = 64;         // before anything counts as learned
    double busy_per_s = 1;               // from here on a stream is busy
    std::uint64_t least_ms = 5'000;      // no silence shorter than this is looked at
    std::uint64_t busy_ms = 12'000;      // the longest silence of a busy stream before it is judged
    std::uint64_t patience_ms = 10'000;  // between two steps of the ladder, at least
    std::uint64_t unknown_ms = 60'000;   // silence of a stream that is not learned yet
    std::uint64_t first_ms = 30'000;     // for the first data of a stream that always has some
    std::uint64_t stale_ms = 5'000;      // later than the usual skew by this: late
    std::uint64_t alarm_ms = 300'000;    // between two tries after the alarm
};

// For status: why a stream is not well.
struct StreamTrouble {
    std::string topic;
    StreamState state = StreamState::Pending;
    std::uint64_t silent_ms = 0;
    std::uint64_t limit_ms = 0;  // learned
    double per_s = 0;            // learned arrivals
    std::string why;
};

class StreamWatch {
public:
    // `pulse` and `drain` are borrowed; without a drain open interest is no evidence.
    StreamWatch(std::vector<WatchedStream> streams, SymbolPulse& pulse, WatchLimits limits = {},
                const InterestDrain* drain = nullptr);

    // A socket of the leg opened, or an open one ended; there may be two at a time.
    void opened(std::int64_t now_ns);
    void closed();
    // One event of a frame that came at `now_ns` (steady).
    void saw(const MarketEvent& event, std::int64_t now_ns) {
        if (Stream* stream = find(event.instrument, event.kind & 31U)) {
            arrived(*stream, event, now_ns);
        }
    }
    // Each second: judges all streams, and says what is to be done.
    std::vector<StreamStep> look(std::int64_t now_ns, std::int64_t wall_ns);

    [[nodiscard]] std::size_t count() const { return streams_.size(); }
    [[nodiscard]] StreamState state(std::size_t stream) const { return streams_[stream].state; }
    [[nodiscard]] const std::string& topic(std::size_t stream) const {
        return streams_[stream].plan.topic;
    }
    [[nodiscard]] std::size_t count_of(StreamState state) const {
        return counts_[static_cast<std::size_t>(state)];
    }
    // Suspect and dead ones, the worst first, at most `most`.
    [[nodiscard]] std::vector<StreamTrouble> worst(std::size_t most) const;

private:
    enum class Evidence : std::uint8_t { None, OthersQuiet, Against };
    struct Stream {
        WatchedStream plan;
        SymbolPulse::Source source = 0;
        GapSketch gaps;
        std::int64_t last_ns = 0;         // of the latest arrival; 0: never
        std::uint64_t arrivals = 0;       // since the last look
        std::uint64_t since_trouble = 0;  // arrivals
        double per_s = 0;                 // smoothed, of times that were not silent
        std::int64_t lag_ns = 0;          // least of this second, valid with arrivals
        std::uint32_t late_looks = 0;     // in a row
        std::uint64_t others_before = 0;  // arrivals of others at the last look
        double owed = 0;                  // arrivals that others make us expect since the last one
        double share = 0;                 // of theirs, before the silence
        std::uint64_t others_since = 0;   // arrivals of others since the socket opened
        StreamState state = StreamState::Pending;
        bool drained = false;    // condemned for falling open interest
        bool proven = true;      // false after a sleep of ours, until it shows itself
        std::uint32_t rung = 0;  // steps of the ladder that were taken
        std::int64_t rung_ns = 0;
        std::int64_t well_ns = 0;  // since when it is healthy after trouble; 0: it is not
        std::uint64_t silent_ms = 0;
        std::uint64_t limit_ms = 0;
        std::string why;
    };

    [[nodiscard]] bool nothing_at_all() const;
    Stream* find(std::uint32_t instrument, std::uint32_t kind);
    void arrived(Stream& stream, const MarketEvent& event, std::int64_t now_ns);
    void account(Stream& stream, double passed_s);
    void judge(Stream& stream, std::int64_t now_ns);
    void judge_pending(Stream& stream);
    // Of a liquidation stream; true when there is nothing more to judge.
    bool judge_drain(Stream& stream);
    [[nodiscard]] std::uint64_t limit_of(const Stream& stream) const;
    [[nodiscard]] Evidence evidence(const Stream& stream) const;
    void condemn(Stream& stream, std::string why);
    void recover(Stream& stream, std::int64_t now_ns);
    void climb(Stream& stream, std::int64_t now_ns, std::vector<StreamStep>& steps);
    void forgive(std::int64_t pause_ns);
    void count_states();

    SymbolPulse& pulse_;
    WatchLimits limits_;
    const InterestDrain* drain_;
    std::vector<Stream> streams_;          // by instrument
    std::array<std::size_t, 5> counts_{};  // of them, by state
    std::size_t latest_ = 0;               // found last; events come in runs
    SkewEstimate skew_;
    std::uint32_t open_ = 0;      // sockets
    std::int64_t opened_ns_ = 0;  // the latest of them
    std::int64_t looked_ns_ = 0;  // steady and wall time of the latest look
    std::int64_t looked_wall_ns_ = 0;
    double owed_by_all_ = 0;  // arrivals that the socket owes since anything came over it
};

}  // namespace petrel::core
