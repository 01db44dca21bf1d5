// What two versions of the rules sent, paired by story: each kind of difference, and its bounds.
#include "signal/version_compare.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "signal/version_json.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kNoon = 1'765'454'400 * kNsPerSecond;

class VersionCompareTest : public ::testing::Test {
protected:
    static Signal signal(const std::string& id, std::int64_t seconds, double score) {
        Signal made;
        made.id = id;
        made.type = "LIQ_STORM";
        made.symbol = "BTC-USDT-PERP";
        made.cause.side = "long";
        made.ts_ns = kNoon + seconds * kNsPerSecond;
        made.score.total = score;
        made.score.pattern = "storm_only";
        made.score.terms = {{"storm", score}};
        made.verdict.reasons = {"storm_over_minimum"};
        return made;
    }
    void sent(VersionSide side, const Signal& made) {
        compare_.on_signal(side, SignalChange::Admitted, made);
    }
    void both(const Signal& before, const Signal& after) {
        sent(VersionSide::Before, before);
        sent(VersionSide::After, after);
    }
    void held(VersionSide side, Signal made, const std::string& reason) {
        made.verdict.reasons = {reason};
        compare_.on_signal(side, SignalChange::Held, made);
    }
    std::vector<VersionChange> changes() {
        compare_.finish();
        std::vector<VersionChange> found;
        found.reserve(settled_.size());
        for (const VersionPair& pair : settled_) {
            found.push_back(pair.change());
        }
        return found;
    }

    std::vector<VersionPair> settled_;
    VersionCompare compare_{[this](const VersionPair& pair) { settled_.push_back(pair); }};
};

TEST_F(VersionCompareTest, each_kind_of_difference_has_its_name) {
    both(signal("a", 0, 0.5), signal("a", 0, 0.5));
    both(signal("b", 1, 0.5), signal("b", 1, 0.4));
    both(signal("c", 2, 0.5), signal("c", 4, 0.6));
    sent(VersionSide::Before, signal("d", 3, 0.5));
    sent(VersionSide::After, signal("e", 4, 0.5));
    Signal other = signal("f", 5, 0.5);
    other.verdict.reasons = {"convergence"};
    both(signal("f", 5, 0.5), other);
    EXPECT_THAT(changes(), ElementsAre(VersionChange::Same, VersionChange::Rescored,
                                       VersionChange::Moved, VersionChange::Removed,
                                       VersionChange::Added, VersionChange::Rereasoned));
    const VersionCounts counts = compare_.counts();
    EXPECT_EQ(counts.sent_before, 5U);
    EXPECT_EQ(counts.sent_after, 5U);
    EXPECT_EQ(counts.later, 1U);
    EXPECT_EQ(counts.later_ns, 2 * kNsPerSecond);
    EXPECT_EQ(counts.earlier, 0U);
}

TEST_F(VersionCompareTest, a_term_that_differs_behind_an_equal_sum_is_a_new_score) {
    Signal other = signal("a", 0, 0.5);
    other.score.terms = {{"context", 0.1}, {"storm", 0.4}};
    both(signal("a", 0, 0.5), other);
    EXPECT_THAT(changes(), ElementsAre(VersionChange::Rescored));
    const std::vector<ChangedTerm> terms = changed_terms(settled_[0]);
    ASSERT_EQ(terms.size(), 2U);
    EXPECT_EQ(terms[0].name, "context");
    EXPECT_EQ(terms[0].before, 0);
    EXPECT_EQ(terms[1].before, 0.5);
    EXPECT_EQ(terms[1].after, 0.4);
}

TEST_F(VersionCompareTest, another_confidence_or_vote_is_a_new_score) {
    const auto voted = [](const char* id, double confidence, std::vector<RuleShare> votes) {
        Signal made = signal(id, 0, 0.5);
        made.score.ensemble.ran = true;
        made.score.ensemble.confidence = confidence;
        made.score.ensemble.votes = std::move(votes);
        return made;
    };
    const RuleShare sure{"a", true, 0.9, 1, 1};
    const RuleShare silent{"a", false, 0, 1, 0};
    both(voted("a", 0.9, {sure}), voted("a", 0.9, {sure}));
    both(voted("b", 0.9, {sure}), voted("b", 0.8, {sure}));
    both(voted("c", 0.9, {sure}), voted("c", 0.9, {silent}));
    both(voted("d", -1, {}), voted("d", 0.9, {sure}));
    EXPECT_THAT(changes(), ElementsAre(VersionChange::Same, VersionChange::Rescored,
                                       VersionChange::Rescored, VersionChange::Rescored));
    const std::vector<ChangedFigure> changed = changed_figures(settled_[2]);
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].name, "votes.a");
    EXPECT_EQ(changed[0].before, 0.9);
    EXPECT_FALSE(changed[0].after.has_value());
    const auto json = nlohmann::json::parse(stories_json(settled_));
    EXPECT_EQ(json[1]["changed_votes"]["confidence"], nlohmann::json::parse("[0.9,0.8]"));
    EXPECT_EQ(json[3]["changed_votes"]["votes.a"], nlohmann::json::parse("[null,0.9]"));
    EXPECT_TRUE(json[3]["before"]["confidence"].is_null());
    EXPECT_EQ(json[3]["after"]["votes"][0]["name"], "a");
}

TEST_F(VersionCompareTest, what_the_other_version_held_back_is_told_with_its_reason) {
    sent(VersionSide::Before, signal("a", 0, 0.5));
    held(VersionSide::After, signal("a", 0, 0.3), "score_below_minimum");
    EXPECT_THAT(changes(), ElementsAre(VersionChange::Removed));
    ASSERT_TRUE(settled_[0].after.has_value());
    EXPECT_THAT(settled_[0].after->reasons, ElementsAre("score_below_minimum"));
}

TEST_F(VersionCompareTest, held_first_and_sent_later_is_moved) {
    sent(VersionSide::Before, signal("a", 0, 0.5));
    held(VersionSide::After, signal("a", 0, 0.3), "score_below_minimum");
    sent(VersionSide::After, signal("a", 12, 0.6));
    held(VersionSide::After, signal("a", 13, 0.6), "story_known");
    EXPECT_THAT(changes(), ElementsAre(VersionChange::Moved));
    EXPECT_EQ(settled_[0].later_ns(), 12 * kNsPerSecond);
}

TEST_F(VersionCompareTest, what_neither_sent_is_no_story) {
    held(VersionSide::Before, signal("a", 0, 0.1), "score_below_minimum");
    held(VersionSide::After, signal("a", 0, 0.2), "score_below_minimum");
    EXPECT_TRUE(changes().empty());
    EXPECT_TRUE(compare_.counts().by_change.empty());
}

TEST_F(VersionCompareTest, counts_hold_what_is_not_settled_yet) {
    sent(VersionSide::After, signal("a", 0, 0.5));
    EXPECT_EQ(compare_.counts().by_change.at(VersionChange::Added), 1U);
    EXPECT_EQ(compare_.unsettled().size(), 1U);
    EXPECT_TRUE(settled_.empty());
    sent(VersionSide::Before, signal("b", 7'201, 0.5));
    EXPECT_EQ(settled_.size(), 1U) << "its two hours are over";
    EXPECT_EQ(compare_.counts().by_change.at(VersionChange::Added), 1U);
}

TEST_F(VersionCompareTest, memory_is_bounded_and_nothing_goes_uncounted) {
    const std::uint64_t many = VersionCompare::kStoriesMax + 100;
    for (std::uint64_t i = 0; i < many; ++i) {
        // Times that go back, as those of another symbol may, settle whoever is oldest.
        sent(VersionSide::Before,
             signal(std::to_string(i), 1'000 - static_cast<std::int64_t>(i % 1'000), 0.5));
    }
    EXPECT_EQ(compare_.unsettled().size(), VersionCompare::kStoriesMax);
    EXPECT_EQ(settled_.size(), 100U);
    EXPECT_EQ(compare_.counts().by_change.at(VersionChange::Removed), many);
}

TEST_F(VersionCompareTest, json_says_both_views_and_the_terms_that_differ) {
    both(signal("a", 0, 0.5), signal("a", 3, 0.4));
    compare_.finish();
    const auto stories = nlohmann::json::parse(stories_json(settled_));
    ASSERT_EQ(stories.size(), 1U);
    EXPECT_EQ(stories[0]["change"], "moved");
    EXPECT_EQ(stories[0]["later_s"], 3.0);
    EXPECT_EQ(stories[0]["before"]["time"], "2025-12-11T12:00:00.000Z");
    EXPECT_EQ(stories[0]["after"]["score"], 0.4);
    EXPECT_EQ(stories[0]["changed_terms"]["storm"], nlohmann::json({0.5, 0.4}));
    const auto counts = nlohmann::json::parse(version_counts_json(compare_.counts()));
    EXPECT_EQ(counts["moved"], 1);
    EXPECT_EQ(counts["later_mean_s"], 3.0);
    EXPECT_EQ(counts["same"], 0);
}

TEST_F(VersionCompareTest, checks_that_came_out_otherwise_are_told) {
    const auto checking = [](double quality, double least) {
        Signal made = signal("a", 0, 0.5);
        made.verdict.checks = {
            {"score", CheckRelation::AtLeast, true, 0.5, 0},
            {"quality", CheckRelation::AtLeast, quality >= least, quality, least}};
        return made;
    };
    Signal after = checking(0.4, 0.5);
    after.verdict.checks.push_back({"spread_bps", CheckRelation::AtMost, true, 3, 50});
    sent(VersionSide::Before, checking(0.4, 0.25));
    held(VersionSide::After, after, "quality_below_minimum");
    EXPECT_THAT(changes(), ElementsAre(VersionChange::Removed));
    const std::vector<ChangedCheck> changed = changed_checks(settled_[0]);
    ASSERT_EQ(changed.size(), 2U) << "the score passes both times";
    EXPECT_EQ(changed[0].before->limit, 0.25);
    EXPECT_TRUE(changed[0].before->passed);
    EXPECT_FALSE(changed[0].after->passed);
    EXPECT_FALSE(changed[1].before.has_value());
    EXPECT_EQ(changed[1].after->name.view(), "spread_bps");
    const auto json = nlohmann::json::parse(stories_json(settled_));
    EXPECT_EQ(json[0]["changed_checks"]["quality"][1]["limit"], 0.5);
    EXPECT_TRUE(json[0]["changed_checks"]["spread_bps"][0].is_null());
    EXPECT_EQ(json[0]["before"]["checks"].size(), 2U);
}

}  // namespace
}  // namespace petrel::core
