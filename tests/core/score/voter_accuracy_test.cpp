// How often voters were right: counted by hand.
#include "score/voter_accuracy.hpp"

#include <gtest/gtest.h>

namespace petrel::core {
namespace {

using Names = std::vector<std::string>;

RuleShare vote(const std::string& name, double value) { return {name, true, value, 1, 1}; }

TEST(VoterAccuracy, is_one_half_while_nothing_is_known) {
    VoterAccuracy accuracy;
    EXPECT_TRUE(accuracy.of(3).empty());
    accuracy.use(Names{"a", "b"});
    ASSERT_EQ(accuracy.of(3).size(), 2U);
    EXPECT_EQ(accuracy.of(3)[1].name, "b");
    EXPECT_EQ(accuracy.of(3)[1].value, 0.5);
}

TEST(VoterAccuracy, a_vote_of_one_half_and_more_is_right_before_a_hit) {
    VoterAccuracy accuracy;
    accuracy.use(Names{"high", "low", "half", "silent"});
    const std::vector<RuleShare> votes{
        vote("high", 0.9), vote("low", 0.49), vote("half", 0.5), {"silent", false, 0, 1, 0}};
    accuracy.note(1, votes, true);
    EXPECT_EQ(accuracy.of(1)[0].value, 2.0 / 3);
    EXPECT_EQ(accuracy.of(1)[1].value, 1.0 / 3);
    EXPECT_EQ(accuracy.of(1)[2].value, 2.0 / 3);
    EXPECT_EQ(accuracy.of(1)[3].value, 0.5) << "it abstained";
    accuracy.note(1, votes, false);
    accuracy.note(1, votes, false);
    EXPECT_EQ(accuracy.of(1)[0].value, 2.0 / 5);
    EXPECT_EQ(accuracy.of(1)[1].value, 3.0 / 5);
    EXPECT_EQ(accuracy.of(0)[0].value, 0.5) << "another symbol";
}

TEST(VoterAccuracy, stays_with_the_name_through_other_packs) {
    VoterAccuracy accuracy;
    accuracy.use(Names{"a", "b"});
    const std::vector<RuleShare> votes{vote("b", 1)};
    accuracy.note(0, votes, true);
    accuracy.use(Names{"c"});
    EXPECT_EQ(accuracy.of(0)[0].value, 0.5);
    accuracy.use(Names{"b", "c"});
    EXPECT_EQ(accuracy.of(0)[0].value, 2.0 / 3);
}

TEST(VoterAccuracy, forgets_names_that_nobody_uses_when_there_are_many) {
    VoterAccuracy accuracy;
    accuracy.use(Names{"old", "kept"});
    const std::vector<RuleShare> votes{vote("old", 1), vote("kept", 1)};
    accuracy.note(0, votes, true);
    for (int i = 0; i < 100; ++i) {
        accuracy.use(Names{"kept", "n" + std::to_string(i)});
        EXPECT_EQ(accuracy.of(0)[0].value, 2.0 / 3) << i;
        EXPECT_EQ(accuracy.of(0)[1].value, 0.5) << i;
    }
    accuracy.use(Names{"old"});
    EXPECT_EQ(accuracy.of(0)[0].value, 0.5);
}

}  // namespace
}  // namespace petrel::core
