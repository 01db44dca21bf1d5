// Sums are kept in the order of the outcomes, so that the same outcomes give the same bytes.
#include "outcome/scorecard.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace petrel::core {
namespace {

constexpr std::array<std::string_view, 7> kByNames{"version",  "pattern", "group", "type",
                                                   "strength", "voter",   "reason"};
constexpr std::array<std::string_view, 4> kStrengths{"weak", "moderate", "strong", "extreme"};

const std::string& name_in(const SignalOutcome& outcome, ScoreBy by) {
    switch (by) {
        case ScoreBy::Pattern:
            return outcome.pattern;
        case ScoreBy::Group:
            return outcome.group;
        case ScoreBy::Type:
            return outcome.type;
        case ScoreBy::Strength:
            return outcome.strength;
        case ScoreBy::Reason:
            return outcome.held_for;
        default:
            return outcome.rule_version;
    }
}

// Strengths have an order of their own; other words stand behind them, by name.
std::size_t place_of_strength(std::string_view word) {
    return static_cast<std::size_t>(std::find(kStrengths.begin(), kStrengths.end(), word) -
                                    kStrengths.begin());
}

class ScoreSum {
public:
    void add(const SignalOutcome& outcome) {
        ++row_.signals;
        switch (outcome.result) {
            case OutcomeResult::Unknown:
                ++row_.unknown;
                return;  // figures are of those that are known
            case OutcomeResult::Hit:
                ++row_.hits;
                if (outcome.lead_s) {
                    leads_s_.push_back(*outcome.lead_s);
                }
                break;
            case OutcomeResult::FalseAlarm:
                ++row_.false_alarms;
                break;
            case OutcomeResult::Flat:
                ++row_.flat;
                break;
        }
        score_ += outcome.score;
        move_pct_ += with_pressure(outcome.pressure, outcome.return_pct.value_or(0));
        move_sigma_ += with_pressure(outcome.pressure, outcome.return_sigma.value_or(0));
    }

    ScoreRow row(std::string name) && {
        row_.name = std::move(name);
        if (const std::uint64_t settled = row_.settled(); settled > 0) {
            const auto count = static_cast<double>(settled);
            row_.hit_share = wilson_share(row_.hits, settled);
            row_.mean_score = score_ / count;
            row_.mean_move_pct = move_pct_ / count;
            row_.mean_move_sigma = move_sigma_ / count;
        }
        if (!leads_s_.empty()) {
            std::sort(leads_s_.begin(), leads_s_.end());
            const std::size_t upper = leads_s_.size() / 2;
            const std::size_t lower = (leads_s_.size() - 1) / 2;
            row_.median_lead_s = (leads_s_[lower] + leads_s_[upper]) / 2;
        }
        return std::move(row_);
    }

private:
    ScoreRow row_;
    double score_ = 0;
    double move_pct_ = 0;
    double move_sigma_ = 0;
    std::vector<double> leads_s_;
};

std::vector<ScoreRow> rows_by(std::span<const SignalOutcome> outcomes, ScoreBy by) {
    std::map<std::pair<std::size_t, std::string>, ScoreSum> sums;
    for (const SignalOutcome& outcome : outcomes) {
        const std::string& name = name_in(outcome, by);
        const std::size_t place = by == ScoreBy::Strength ? place_of_strength(name) : 0;
        sums[{place, name}].add(outcome);
    }
    std::vector<ScoreRow> rows;
    for (auto& [key, sum] : sums) {
        rows.push_back(std::move(sum).row(key.second));
    }
    return rows;
}

}  // namespace

std::string_view score_by_name(ScoreBy by) { return kByNames[static_cast<std::size_t>(by)]; }

std::optional<ScoreBy> parse_score_by(std::string_view name) {
    const auto* found = std::find(kByNames.begin(), kByNames.end(), name);
    return found == kByNames.end() ? std::nullopt
                                   : std::optional(static_cast<ScoreBy>(found - kByNames.begin()));
}

// E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
Share wilson_share(std::uint64_t part, std::uint64_t whole) {
    constexpr double z = 1.959963984540054;  // of a normal distribution, 95 % within
    const auto n = static_cast<double>(whole);
    const double share = static_cast<double>(part) / n;
    const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
    const double half =
        z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return {share, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

Scorecard make_scorecard(std::span<const SignalOutcome> outcomes, ScoreBy by) {
    Scorecard card;
    ScoreSum total;
    for (const SignalOutcome& outcome : outcomes) {
        total.add(outcome);
        if (card.first_ns == 0 || outcome.signal_ns < card.first_ns) {
            card.first_ns = outcome.signal_ns;
        }
        card.last_ns = std::max(card.last_ns, outcome.signal_ns);
    }
    card.total = std::move(total).row("all");
    if (by != ScoreBy::Voter) {
        card.rows = rows_by(outcomes, by);
    }
    card.calibration = rows_by(outcomes, ScoreBy::Strength);
    return card;
}

}  // namespace petrel::core
