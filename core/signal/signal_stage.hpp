// Stage 7: verdicts become signals with a life.
//
// Builds the signal from a judged candidate, follows it while it is open (updates of the same
// story, expiry in event time) and hands its changes to the sink: updates at most once a second of
// event time, since a storm is told by what it became and not by its every drop. Held ones are
// handed over, too, once for each story and reason: near misses have an answer. Owned by one shard.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "appropriateness/appropriateness_stage.hpp"
#include "runtime/timer_wheel.hpp"
#include "signal/signal.hpp"
#include "signal/signal_outcome.hpp"

namespace petrel::core {

enum class SignalChange : std::uint8_t { Admitted, Updated, Expired, Held, Cancelled };

// Takes what leaves the shard. Called on the shard's thread, between two events.
class SignalSink {
public:
    virtual ~SignalSink() = default;
    virtual void on_signal(SignalChange change, const Signal& signal) = 0;
    // What came of a signal that was admitted; once for each horizon.
    virtual void on_outcome(const SignalOutcome& outcome) { static_cast<void>(outcome); }
    // The same of a story that was held and not sent since.
    virtual void on_near_miss(const SignalOutcome& outcome) { static_cast<void>(outcome); }
};

// Names of a symbol and of venues, for what leaves the shard. Called on the shard's thread.
class NameBook : public VenueNames {
public:
    [[nodiscard]] virtual std::string_view symbol(std::uint32_t symbol) const = 0;
    [[nodiscard]] virtual std::string_view short_symbol(std::uint32_t symbol) const = 0;
    [[nodiscard]] virtual std::string_view group(std::uint32_t group) const = 0;
};

class SignalStage {
public:
    SignalStage(const ScoreStage& scores, const NameBook& names, std::int64_t valid_for_ns)
        : scores_(scores), names_(names), valid_for_ns_(valid_for_ns), wheel_(kNsPerSecond) {}
    // A copy that goes with a copy of the score stage.
    SignalStage(const SignalStage& other, const ScoreStage& scores)
        : scores_(scores), names_(other.names_), valid_for_ns_(other.valid_for_ns_),
          wheel_(other.wheel_), open_(other.open_), untold_(other.untold_),
          by_timer_(other.by_timer_), next_timer_(other.next_timer_),
          last_held_reason_(other.last_held_reason_) {}

    // Takes a judged candidate at event time `now_ns`. Gives the signal whose price is to be
    // followed from here on, valid until the next call: one that is admitted by that, or, its state
    // tells, a near miss of a story that was not told. Else null.
    const Signal* take(const Candidate& candidate, const Verdict& verdict, std::int64_t now_ns,
                       std::string_view rule_version, SignalSink& sink);

    // Moves event time on: updates that were not told yet are, signals past their validity expire.
    void tick(std::int64_t now_ns, SignalSink& sink);

    [[nodiscard]] std::size_t open() const { return open_.size(); }
    [[nodiscard]] std::uint64_t admitted() const { return admitted_; }
    [[nodiscard]] const std::map<std::string, std::uint64_t>& held_by_reason() const {
        return held_by_reason_;
    }

private:
    // What a signal is; its id is the hash of this.
    struct Story {
        std::uint32_t symbol = 0;
        std::uint32_t type = 0;
        Side side = Side::None;
        std::int64_t onset_ns = 0;
        auto operator<=>(const Story&) const = default;
    };
    struct Open {
        Signal signal;
        std::int64_t told_ns = 0;              // when the sink last heard of it
        std::int64_t series_ns = 0;            // when its series was taken
        RuleInput input = {};                  // of an update that was not told yet
        std::vector<SignalInput> voters = {};  // what it borrowed of them
        std::vector<SignalText> voter_texts = {};
    };
    // One candidate with its verdict, on its way into a signal.
    struct Judged {
        const Candidate& candidate;
        const Verdict& verdict;
        std::int64_t now_ns;
        std::string_view rule_version;
    };

    Signal build(const Judged& judged) const;
    SignalPart part_of(const Finding& finding) const;
    std::vector<SignalPart> joined_parts(const Candidate& candidate) const;
    const Signal* admit(const Story& story, const Judged& judged, SignalSink& sink);
    void make_room(std::int64_t now_ns, SignalSink& sink);
    void update(const Story& story, const Judged& judged, SignalSink& sink);
    const Signal* hold(const Story& story, const Judged& judged, SignalSink& sink);

    const ScoreStage& scores_;
    const NameBook& names_;
    std::int64_t valid_for_ns_;
    TimerWheel wheel_;
    std::map<Story, Open> open_;
    std::set<Story> untold_;                   // told at the next tick
    std::map<std::uint64_t, Story> by_timer_;  // timer number to story
    std::uint64_t next_timer_ = 0;
    std::map<Story, std::string> last_held_reason_;  // bounded
    Signal near_miss_;                               // the latest
    std::map<std::string, std::uint64_t> held_by_reason_;
    std::uint64_t admitted_ = 0;
};

}  // namespace petrel::core
