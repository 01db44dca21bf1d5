// Voters beside what came of signals: counted by hand.
#include "outcome/voter_card.hpp"

#include <gtest/gtest.h>

namespace petrel::core {
namespace {

SignalOutcome outcome(OutcomeResult result, double confidence, std::vector<RuleShare> votes) {
    SignalOutcome made;
    made.result = result;
    made.confidence = confidence;
    made.votes = std::move(votes);
    return made;
}

RuleShare said(double value) { return {"a", true, value, 1, 1}; }
RuleShare silent() { return {"b", false, 0, 1, 0}; }

TEST(VoterCard, counts_right_and_wrong_and_leaves_out_what_is_open) {
    const std::vector<SignalOutcome> outcomes{
        outcome(OutcomeResult::Hit, 0.9, {said(0.9), silent()}),
        outcome(OutcomeResult::Hit, 0.4, {said(0.4), silent()}),
        outcome(OutcomeResult::FalseAlarm, 0.3, {said(0.3)}),
        outcome(OutcomeResult::FalseAlarm, 0.5, {said(0.5)}),
        outcome(OutcomeResult::Flat, 0.8, {said(0.8)}),
        outcome(OutcomeResult::Unknown, 0.8, {said(0.1)}),
        outcome(OutcomeResult::Hit, -1, {})};
    const VoterCard card = make_voter_card(outcomes);
    ASSERT_EQ(card.voters.size(), 2U);
    const VoterRow& a = card.voters[0];
    EXPECT_EQ(a.votes, 6U);
    EXPECT_EQ(a.right, 2U) << "0.9 before a hit, 0.3 before a false alarm";
    EXPECT_EQ(a.wrong, 2U) << "0.4 before a hit, 0.5 before a false alarm";
    EXPECT_EQ(a.open, 2U);
    EXPECT_EQ(a.right_share->value, 0.5);
    EXPECT_NEAR(*a.mean_vote, 0.5, 1e-12);
    EXPECT_EQ(card.voters[1].abstained, 2U);
    EXPECT_FALSE(card.voters[1].right_share.has_value());
    EXPECT_EQ(card.without_votes, 1U);
}

TEST(VoterCard, bands_hold_their_lower_end_and_the_last_one_both) {
    const std::vector<SignalOutcome> outcomes{
        outcome(OutcomeResult::Hit, 0.85, {}), outcome(OutcomeResult::FalseAlarm, 0.8999, {}),
        outcome(OutcomeResult::Flat, 0.87, {}), outcome(OutcomeResult::Hit, 1, {}),
        outcome(OutcomeResult::Hit, 0, {})};
    const VoterCard card = make_voter_card(outcomes);
    ASSERT_EQ(card.bands.size(), 3U);
    EXPECT_EQ(card.bands[0].low, 0);
    EXPECT_EQ(card.bands[0].high, 0.5);
    EXPECT_EQ(card.bands[1].low, 0.85);
    EXPECT_EQ(card.bands[1].signals, 3U);
    EXPECT_EQ(card.bands[1].hits, 1U);
    EXPECT_EQ(card.bands[1].false_alarms, 1U);
    EXPECT_EQ(card.bands[1].hit_share->value, 0.5);
    EXPECT_NEAR(*card.bands[1].mean_confidence, 0.8733, 1e-4);
    EXPECT_EQ(card.bands[2].high, 1);
    EXPECT_EQ(card.bands[2].hits, 1U);
}

}  // namespace
}  // namespace petrel::core
