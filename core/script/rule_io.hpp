// What goes into a rule and what comes out: plain values, filled by the score stage, read by the
// script engine. Strings are borrowed for the call. All times are event time.
//
// Between stages 5 and 6 and the script engine; used on the thread of the shard.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/rule_window.hpp"

namespace petrel::core {

// A finding as rules see it: the one that caused the evaluation, or one that is still active.
struct RuleFinding {
    bool present = false;
    std::string_view type;   // "LIQ_STORM"
    std::string_view side;   // "long", "short", "buy", "sell"
    std::string_view phase;  // "onset", "update", "single"
    double volume_usd = 0;
    double threshold_usd = 0;
    double events = 0;
    double price = 0;
    double dominance = 0;
    double window_s = 0;
    double age_s = 0;  // since the finding's latest event
    double since_onset_s = 0;
    double likely_usd = 0;  // of a sampled sum: what it probably was; 0: not known
    double high_usd = 0;    // what it hardly exceeded; 0: no bound is known
    bool sampled = false;
};

// State of the market of the symbol; 0 where nothing was seen.
struct RuleMarket {
    double price = 0;
    double mark_price = 0;
    double index_price = 0;
    double funding_rate = 0;
    double open_interest_usd = 0;
    double open_interest_change_pct = 0;  // over the last five minutes
    double spread_bps = 0;
    double return_pct = 0;      // over the last five minutes
    double volatility_pct = 0;  // realised, of one-second returns, scaled to one hour
    double buy_usd = 0;         // aggressor volume in the base window
    double sell_usd = 0;
    double long_liquidated_usd = 0;  // over the last five minutes
    double short_liquidated_usd = 0;
    double coverage = 1;          // share of the window during which the venues were seen
    double hour_utc = 0;          // 0..24, of event time
    double venues = 0;            // that contributed to the window
    double sentiment = 0;         // as it was fed, -1 (bearish) to 1 (bullish); 0: nothing was
    double news_impact = 0;       // the same, 0 to 1
    double sentiment_age_s = -1;  // -1: nothing was fed, or it is not valid any more
};

// What the engine remembers of earlier verdicts on this symbol.
struct RuleHistory {
    double cooldown_s = 0;          // configured for the alert type
    double since_last_sent_s = -1;  // same symbol and alert type; -1: never
    double sent_last_hour = 0;      // alerts of any type for the symbol
    bool story_sent = false;        // an alert of this very story (id) was already sent
    // What came of earlier signals of the same symbol and alert type, at the main horizon.
    double outcomes = 0;                 // those that are known
    double hit_share = 0;                // of them; 0 when there are none
    double mean_move_sigma = 0;          // with the pressure, in units of volatility
    std::string_view last_outcome = "";  // "hit", "false_alarm", "flat"; "" when there is none
    double gain_sigma = 0;               // mean of the moves with the pressure, others as 0
    double loss_sigma = 0;               // of those against it, as a positive number
    double least_score = -1;             // since the last alert of the type; -1: none was seen
    double since_coin_sent_s = -1;  // type and side the same, another market of the coin; -1: never
};

struct RuleTerm {
    std::string name;
    double value = 0;
};

// What a voter that is a plugin says of the candidate.
struct RuleVote {
    std::string_view name;
    double vote = 0;  // 0..1: how sure it is that the signal is right; nothing when it abstained
    bool abstained = false;
};

struct RuleInput {
    std::string_view symbol;
    std::string_view group;
    std::string_view type;  // alert type under judgement: a finding's type or "GLOBAL_RADAR"
    double now_s = 0;       // event time, seconds since 1970
    RuleFinding finding;    // the cause
    RuleFinding storm;      // active ones, by the slots that the pack declares
    RuleFinding cluster;
    RuleMarket market;
    RuleHistory history;
    const RuleWindow* window = nullptr;  // answers for the call; null: nothing is known
    // What was remembered of the symbol, where it was recorded or is given by a test.
    std::span<const RuleTerm> state;
    std::span<const RuleVote> votes;  // of the voters that are plugins, by name
    // Of the votes, in their order, a word or two each; empty: not known. For people only.
    std::span<const std::string_view> vote_reasons;
    std::span<const RuleTerm> accuracy;  // share of right votes, by voter
};

// A voter, or a part of the health, as an ensemble took it.
struct RuleShare {
    std::string name;
    bool known = false;  // else it abstained, and the others share its weight
    double value = 0;    // 0..1
    double weight = 0;   // as the ensemble used it
    double share = 0;    // of the weights of those that are known
};

// What the ensemble of a pack made of a score; nothing is known where a pack has none.
struct RuleEnsemble {
    bool ran = false;
    bool failed = false;     // the pack's fallback decides
    double confidence = -1;  // 0..1; -1: not known
    double health = -1;
    std::vector<RuleShare> votes;  // in the order of their declaration
    std::vector<RuleShare> parts;  // of the health
};

struct RuleScore {
    double total = 0;
    std::string pattern;     // storm_only, cluster_only, storm_and_cluster, convergence, single
    std::string strength;    // weak, moderate, strong, extreme
    std::string pressure;    // bullish, bearish, neutral
    std::string volatility;  // low, medium, high, extreme
    std::vector<RuleTerm> terms;    // in the order of their names
    std::vector<RuleTerm> state;    // declared state as the call found it, by name
    std::vector<RuleAnswer> asked;  // of the windows, and what they answered
    RuleEnsemble ensemble;
    std::string fault;  // set when the declared fallback stands in for a failed rule
};

enum class RuleDecision : std::uint8_t { Send, Hold, Update };

// >= > <= < compare. "part" is a part of a quality: a share, and its weight as limit. "needs" says
// how many figures a check has and how many it needs: with fewer it abstains.
enum class CheckRelation : std::uint8_t { AtLeast, Over, AtMost, Under, Part, Needs };

// A word of at most 23 letters, kept in place: checks are copied with each verdict.
class CheckName {
public:
    static constexpr std::size_t kBytesMax = 23;
    CheckName() = default;
    // What is longer is cut. Implicit: a check is written as {"score", ...}.
    CheckName(std::string_view name)  // NOLINT(google-explicit-constructor)
        : size_(static_cast<std::uint8_t>(name.copy(text_.data(), kBytesMax))) {}
    CheckName(const char* name)  // NOLINT(google-explicit-constructor)
        : CheckName(std::string_view(name)) {}
    [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }
    bool operator==(const CheckName&) const = default;

private:
    std::array<char, kBytesMax> text_{};
    std::uint8_t size_ = 0;
};

// What a verdict compared: value, relation, limit, and whether it held.
struct VerdictCheck {
    CheckName name;
    CheckRelation relation = CheckRelation::AtLeast;
    bool passed = false;
    double value = 0;
    double limit = 0;
    bool operator==(const VerdictCheck&) const = default;
};

struct RuleVerdict {
    RuleDecision decision = RuleDecision::Hold;
    std::vector<std::string> reasons;  // named reasons, most telling first; never empty
    std::string note;                  // one sentence for people
    std::vector<VerdictCheck> checks;  // in the order in which they were made
    std::vector<RuleAnswer> asked;     // of the windows, and what they answered
    std::string fault;
};

}  // namespace petrel::core
