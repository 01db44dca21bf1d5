// Two versions of the rules over the same events: which signals would differ, and in what.
//
// Takes what leaves stage 7 under each of them and pairs it by the id of the signal, which says
// what a signal is and not who made it. Serves `petrel rules diff` and the shadow of a running
// engine, so that both agree. Pure; event time only; memory is bounded. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "signal/signal_stage.hpp"

namespace petrel::core {

enum class VersionSide : std::uint8_t { Before, After };

// Why a pair is worth a look; when several hold, the first in this order.
enum class VersionChange : std::uint8_t { Same, Added, Removed, Moved, Rescored, Rereasoned };
std::string_view version_change_name(VersionChange change);

// What one version made of a story.
struct VersionView {
    bool sent = false;       // else held back
    std::int64_t ts_ns = 0;  // event time of the decision
    RuleScore score;
    std::vector<std::string> reasons;  // the deciding one first
    std::string note;
    std::vector<VerdictCheck> checks;
};

// One story as both saw it. A version that has no view never spoke of it.
struct VersionPair {
    std::string id;
    std::string type;
    std::string symbol;
    std::string side;
    std::int64_t onset_ns = 0;
    double notional_usd = 0;  // when it was first spoken of
    std::optional<VersionView> before;
    std::optional<VersionView> after;

    [[nodiscard]] bool sent_before() const { return before && before->sent; }
    [[nodiscard]] bool sent_after() const { return after && after->sent; }
    // How much later the second version sends it; 0 unless both do.
    [[nodiscard]] std::int64_t later_ns() const {
        return sent_before() && sent_after() ? after->ts_ns - before->ts_ns : 0;
    }
    // Of a story that at least one version sends.
    [[nodiscard]] VersionChange change() const;
};

// A term of the score that differs; 0 where a version has none of that name.
struct ChangedTerm {
    std::string name;
    double before = 0;
    double after = 0;
};
// By name. Empty unless both versions have a view.
std::vector<ChangedTerm> changed_terms(const VersionPair& pair);

// The same of confidence, health, votes and parts of the health ("votes.technical"); nothing where
// it is not known or abstained.
struct ChangedFigure {
    std::string name;
    std::optional<double> before;
    std::optional<double> after;
};
std::vector<ChangedFigure> changed_figures(const VersionPair& pair);

// A check that came out otherwise, or that only one of the two made.
struct ChangedCheck {
    std::optional<VerdictCheck> before;
    std::optional<VerdictCheck> after;
};
// By name. Empty unless both versions have a view.
std::vector<ChangedCheck> changed_checks(const VersionPair& pair);

struct VersionCounts {
    std::uint64_t sent_before = 0;
    std::uint64_t sent_after = 0;
    std::map<VersionChange, std::uint64_t> by_change;  // of stories that one of them sent
    std::uint64_t earlier = 0;                         // sent by both, by the second one first
    std::uint64_t later = 0;
    std::int64_t earlier_ns = 0;  // in all
    std::int64_t later_ns = 0;

    void add(const VersionPair& pair);
    void add(const VersionCounts& others);
};

class VersionCompare {
public:
    // After this span of event time nothing more is expected of a story: its signal has expired.
    static constexpr std::int64_t kSettleNs = 7'200 * kNsPerSecond;
    // Stories at once; beyond it the oldest is settled early.
    static constexpr std::size_t kStoriesMax = 16'384;

    // `settled` hears of each story that was sent by one of the two, once, when it is complete; in
    // the order of their first mention. May be empty.
    explicit VersionCompare(std::function<void(const VersionPair&)> settled)
        : settled_(std::move(settled)) {}

    void on_signal(VersionSide side, SignalChange change, const Signal& signal);
    // Settles what is left.
    void finish();

    // Of all stories, the unfinished ones as they are.
    [[nodiscard]] VersionCounts counts() const;
    // Stories that one of the two sent and that are not settled, in the order of first mention.
    [[nodiscard]] std::vector<VersionPair> unsettled() const;

private:
    VersionPair& story_of(const Signal& signal);
    void settle_first();

    std::function<void(const VersionPair&)> settled_;
    std::map<std::string, VersionPair> stories_;               // by id
    std::set<std::pair<std::int64_t, std::string>> mentions_;  // time of the first one, and id
    VersionCounts counts_;                                     // of settled ones
};

}  // namespace petrel::core
