// Outcomes added up: counts, shares with Wilson's interval, means, medians, by hand.
#include "outcome/scorecard.hpp"

#include <gtest/gtest.h>

namespace petrel::core {
namespace {

SignalOutcome outcome_with(OutcomeResult result, double return_pct,
                           const std::string& strength = "weak",
                           const std::string& version = "a@1") {
    SignalOutcome outcome;
    outcome.rule_version = version;
    outcome.type = "LIQ_STORM";
    outcome.group = "MAJORS";
    outcome.pattern = "storm_only";
    outcome.strength = strength;
    outcome.pressure = "bearish";
    outcome.score = 0.5;
    outcome.signal_ns = 100;
    outcome.result = result;
    if (result != OutcomeResult::Unknown) {
        outcome.return_pct = return_pct;
        outcome.return_sigma = return_pct * 2;
        outcome.lead_s = -return_pct * 10;
    }
    return outcome;
}

// The standard example: 3 of 4 is 0.75, between 0.3006 and 0.9544.
TEST(Wilson, of_three_in_four_is_wide) {
    const Share share = wilson_share(3, 4);
    EXPECT_EQ(share.value, 0.75);
    EXPECT_NEAR(share.low, 0.3006, 1e-4);
    EXPECT_NEAR(share.high, 0.9544, 1e-4);
}

TEST(Wilson, stays_between_0_and_1_at_the_ends) {
    EXPECT_EQ(wilson_share(0, 10).low, 0.0);
    EXPECT_NEAR(wilson_share(0, 10).high, 0.2775, 1e-4);
    EXPECT_NEAR(wilson_share(10, 10).low, 0.7225, 1e-4);
    EXPECT_DOUBLE_EQ(wilson_share(10, 10).high, 1.0);
    EXPECT_NEAR(wilson_share(300, 400).low, 0.7054, 1e-4);
}

TEST(Scorecard, counts_and_means_are_of_what_is_known) {
    std::vector<SignalOutcome> outcomes{
        outcome_with(OutcomeResult::Hit, -1.0), outcome_with(OutcomeResult::Hit, -3.0),
        outcome_with(OutcomeResult::FalseAlarm, 2.0), outcome_with(OutcomeResult::Flat, 0.4),
        outcome_with(OutcomeResult::Unknown, 0)};
    // Of a signal without volatility the return is known; it is not judged, so it is not added up.
    outcomes.back().return_pct = 50;
    outcomes.back().score = 9;
    const ScoreRow row = make_scorecard(outcomes, ScoreBy::Version).rows.front();
    EXPECT_EQ(row.name, "a@1");
    EXPECT_NEAR(*row.mean_score, 0.5, 1e-12);
    EXPECT_EQ(row.signals, 5U);
    EXPECT_EQ(row.hits, 2U);
    EXPECT_EQ(row.false_alarms, 1U);
    EXPECT_EQ(row.flat, 1U);
    EXPECT_EQ(row.unknown, 1U);
    EXPECT_EQ(row.hit_share->value, 0.5) << "of four that are known";
    EXPECT_NEAR(*row.mean_move_pct, (1.0 + 3.0 - 2.0 - 0.4) / 4, 1e-12);
    EXPECT_NEAR(*row.mean_move_sigma, 2 * (1.0 + 3.0 - 2.0 - 0.4) / 4, 1e-12);
    EXPECT_NEAR(*row.median_lead_s, 20, 1e-12) << "hits of 10 and 30 s; the others do not count";
}

TEST(Scorecard, a_median_of_three_is_the_middle_one) {
    const std::vector<SignalOutcome> outcomes{outcome_with(OutcomeResult::Hit, -9.0),
                                              outcome_with(OutcomeResult::Hit, -1.0),
                                              outcome_with(OutcomeResult::Hit, -3.0)};
    EXPECT_NEAR(*make_scorecard(outcomes, ScoreBy::Type).total.median_lead_s, 30, 1e-12);
}

TEST(Scorecard, what_is_not_known_has_no_figures) {
    const std::vector<SignalOutcome> outcomes{outcome_with(OutcomeResult::Unknown, 0)};
    const Scorecard card = make_scorecard(outcomes, ScoreBy::Version);
    EXPECT_FALSE(card.total.hit_share || card.total.mean_move_pct || card.total.mean_move_sigma ||
                 card.total.median_lead_s || card.total.mean_score);
    EXPECT_TRUE(make_scorecard({}, ScoreBy::Version).rows.empty());
}

TEST(Scorecard, strengths_stand_from_weak_to_extreme) {
    const std::vector<SignalOutcome> outcomes{outcome_with(OutcomeResult::Hit, -1, "extreme"),
                                              outcome_with(OutcomeResult::Flat, 0, "weak"),
                                              outcome_with(OutcomeResult::Hit, -1, "strong"),
                                              outcome_with(OutcomeResult::Flat, 0, "moderate"),
                                              outcome_with(OutcomeResult::Hit, -1, "moderate")};
    std::string order;
    for (const ScoreRow& row : make_scorecard(outcomes, ScoreBy::Version).calibration) {
        order +=
            row.name + " " + std::to_string(row.hits) + "/" + std::to_string(row.settled()) + " ";
    }
    EXPECT_EQ(order, "weak 0/1 moderate 1/2 strong 1/1 extreme 1/1 ");
}

TEST(Scorecard, rows_are_by_what_was_asked_for) {
    std::vector<SignalOutcome> outcomes{outcome_with(OutcomeResult::Hit, -1, "weak", "b@2"),
                                        outcome_with(OutcomeResult::Hit, -1, "weak", "a@1")};
    outcomes[0].group = "OTHERS";
    outcomes[0].type = "WHALE_TRADE";
    outcomes[0].pattern = "single";
    outcomes[0].signal_ns = 500;
    const auto names = [&](ScoreBy by) {
        std::string text;
        for (const ScoreRow& row : make_scorecard(outcomes, by).rows) {
            text += row.name + " ";
        }
        return text;
    };
    EXPECT_EQ(names(ScoreBy::Version), "a@1 b@2 ");
    EXPECT_EQ(names(ScoreBy::Group), "MAJORS OTHERS ");
    EXPECT_EQ(names(ScoreBy::Type), "LIQ_STORM WHALE_TRADE ");
    EXPECT_EQ(names(ScoreBy::Pattern), "single storm_only ");
    EXPECT_EQ(names(ScoreBy::Strength), "weak ");
    const Scorecard card = make_scorecard(outcomes, ScoreBy::Version);
    EXPECT_EQ(card.first_ns, 100);
    EXPECT_EQ(card.last_ns, 500);
}

TEST(Scorecard, words_are_read_as_they_are_written) {
    for (const auto by :
         {ScoreBy::Version, ScoreBy::Pattern, ScoreBy::Group, ScoreBy::Type, ScoreBy::Strength}) {
        EXPECT_EQ(parse_score_by(score_by_name(by)), by);
    }
    EXPECT_FALSE(parse_score_by("venue").has_value());
}

}  // namespace
}  // namespace petrel::core
