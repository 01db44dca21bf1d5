// Votes as a signal lists them, and back.
#include "signal/signal_inputs.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace petrel::core {
namespace {

TEST(SignalInputs, votes_are_listed_and_restored_with_their_reasons) {
    const std::vector<RuleVote> votes{{"model", 0.25, false}, {"mood", 0, true}, {"no", 0, false}};
    const std::vector<std::string_view> reasons{"falling", "", ""};
    RuleInput input;
    input.symbol = "BTC-USDT-PERP";
    input.votes = votes;
    input.vote_reasons = reasons;
    const std::vector<SignalInput> numbers = signal_inputs(input);
    const std::vector<SignalText> texts = signal_texts(input);
    const auto number = [&](const std::string& name) {
        const auto found = std::find_if(numbers.begin(), numbers.end(),
                                        [&](const SignalInput& n) { return n.name == name; });
        return found == numbers.end() ? -99 : found->value;
    };
    EXPECT_EQ(number("votes.model"), 0.25);
    EXPECT_EQ(number("votes.mood"), -1) << "it abstained";
    EXPECT_EQ(number("votes.no"), 0) << "which is a vote";
    EXPECT_EQ(texts.back().name, "votes.model.reason");
    EXPECT_EQ(texts.back().value, "falling");

    RuleInput again;
    RestoredVotes storage;
    ASSERT_TRUE(restore_input(numbers, texts, storage, again));
    ASSERT_EQ(again.votes.size(), 3U);
    for (std::size_t i = 0; i < votes.size(); ++i) {
        EXPECT_EQ(again.votes[i].name, votes[i].name);
        EXPECT_EQ(again.votes[i].vote, votes[i].vote);
        EXPECT_EQ(again.votes[i].abstained, votes[i].abstained);
        EXPECT_EQ(again.vote_reasons[i], reasons[i]);
    }
    EXPECT_EQ(again.symbol, "BTC-USDT-PERP");
}

TEST(SignalInputs, name_that_is_not_known_is_told) {
    RuleInput input;
    RestoredVotes storage;
    const std::vector<SignalInput> numbers{{"market.mood", 1}};
    EXPECT_FALSE(restore_input(numbers, {}, storage, input));
    const std::vector<SignalText> texts{{"votes.nobody.reason", "x"}};
    EXPECT_FALSE(restore_input({}, texts, storage, input));
}

TEST(SignalInputs, sentiment_is_listed_and_restored) {
    RuleInput input;
    input.market.sentiment = -0.5;
    input.market.news_impact = 0.75;
    input.market.sentiment_age_s = 12;
    RuleInput again;
    RestoredVotes storage;
    const std::vector<SignalInput> numbers = signal_inputs(input);
    ASSERT_TRUE(restore_input(numbers, {}, storage, again));
    EXPECT_EQ(again.market.sentiment, -0.5);
    EXPECT_EQ(again.market.news_impact, 0.75);
    EXPECT_EQ(again.market.sentiment_age_s, 12);
}

}  // namespace
}  // namespace petrel::core
