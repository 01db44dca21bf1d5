// The voter through its C table, as petrel calls it. Votes were worked out by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "logistic_model.hpp"
#include "petrel/testing/fake_voter_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace {

using petrel::testing::CastVote;
using petrel::testing::FakeConfig;
using petrel::testing::FakeVoterHost;

FakeVoterHost host_of(const std::string& model) {
    FakeConfig config;
    config.text("model", model);
    return {*petrel_plugin_entry_v1(), std::move(config)};
}

std::string refusal_of(const std::string& model) { return host_of(model).status().message(); }

std::string example_model() {
    std::ifstream in(PETREL_PLUGIN_DIR "/storm.model");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST(LogisticVoter, bias_alone_is_the_vote) {
    EXPECT_EQ(host_of("bias = 0").vote({}).vote, 0.5);
    // e^-ln 3 is a third: 1 / (1 + 1/3).
    EXPECT_DOUBLE_EQ(host_of("bias = 1.0986122886681098\n").vote({}).vote, 0.75);
    EXPECT_DOUBLE_EQ(host_of("bias = -1.0986122886681098\r\n").vote({}).vote, 0.25);
}

TEST(LogisticVoter, figure_is_moved_by_the_mean_and_divided_by_the_scale) {
    FakeVoterHost host = host_of("bias = 1\nnow_s = -0.5 mean 10 scale 4 # x\n");
    ASSERT_EQ(host.inputs(), std::vector<std::string>{"now_s"});
    // 1 - 0.5 * (18 - 10) / 4 = 0.
    EXPECT_EQ(host.vote({{"now_s", 18}}).vote, 0.5);
    // 1 - 0.5 * (10 - 10) / 4 = 1, and 1 / (1 + e^-1).
    EXPECT_DOUBLE_EQ(host.vote({{"now_s", 10}}).vote, 0.7310585786300049);
}

TEST(LogisticVoter, example_votes_as_worked_out_by_hand) {
    FakeVoterHost host = host_of(example_model());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    EXPECT_EQ(host.inputs().size(), 5U);
    // 0.2 + 1.2 * (0.9 - 0.75) / 0.15 + 0.6 * (3 - 2) - 0.5 * (8 - 4) / 4 = 1.5.
    const CastVote sure =
        host.vote({{"finding.dominance", 0.9}, {"market.venues", 3}, {"market.spread_bps", 8}});
    EXPECT_NEAR(sure.vote, 0.8175744761936437, 1e-12);
    EXPECT_EQ(sure.reason, "finding.dominance");
    // 0.2 + 1.2 * (0.6 - 0.75) / 0.15 + 0.6 * (1 - 2) + 0.4 * (2 - 1) + 0.8 * 0.5 = -0.8.
    const CastVote unsure = host.vote({{"finding.dominance", 0.6},
                                       {"market.venues", 1},
                                       {"market.volatility_pct", 2},
                                       {"market.news_impact", 0.5}});
    EXPECT_NEAR(unsure.vote, 0.31002551887238755, 1e-12);
}

TEST(LogisticVoter, abstains_when_a_figure_is_not_known_that_it_needs) {
    FakeVoterHost host = host_of(example_model());
    const CastVote cast = host.vote({{"finding.dominance", 0.9}});
    EXPECT_TRUE(cast.abstained);
    EXPECT_EQ(cast.reason, "market.venues");
    EXPECT_EQ(host.faults(), 0U);
}

TEST(LogisticVoter, far_ends_are_votes_still) {
    FakeVoterHost host = host_of("bias = 0\nnow_s = 1e300\n");
    EXPECT_EQ(host.vote({{"now_s", 1e300}}).vote, 1);
    EXPECT_EQ(host.vote({{"now_s", -1e300}}).vote, 0);
    EXPECT_EQ(host.faults(), 0U);
}

TEST(LogisticVoter, line_that_is_wrong_is_refused_with_its_number) {
    EXPECT_EQ(refusal_of(""), "the model has no bias: add a line like bias = -1.5");
    EXPECT_EQ(refusal_of("bias = 1\n\nnow_s 2\n"),
              "line 3 of the model: write <figure> = <weight>, found no '=' behind 'now_s'");
    EXPECT_EQ(refusal_of("bias = one"), "line 1 of the model: a number is expected, found 'one'");
    EXPECT_EQ(refusal_of("bias = 1\nnow_s =\n"),
              "line 2 of the model: a number is expected, found nothing");
    EXPECT_EQ(refusal_of("bias = nan"), "line 1 of the model: a number is expected, found 'nan'");
    EXPECT_EQ(refusal_of("bias = 1\nnow_s = 1 scale 0"),
              "line 2 of the model: the scale lies above 0");
    EXPECT_EQ(refusal_of("bias = 1\nnow_s = 1 scael 2"),
              "line 2 of the model: unknown word 'scael'; known: mean, scale, optional");
    EXPECT_EQ(refusal_of("bias = 1\nnow_s = 1\n# so\nnow_s = 2"),
              "line 4 of the model: 'now_s' is there twice");
    EXPECT_EQ(refusal_of("bias = 1\nbias = 2"), "line 2 of the model: 'bias' is there twice");
    EXPECT_EQ(refusal_of("bias = 1\n\x01\xff = 2 mean"),
              "line 2 of the model: a number is expected, found nothing");
}

TEST(LogisticVoter, model_has_at_most_as_many_figures_as_a_voter_is_given) {
    std::string model = "bias = 0\n";
    for (int i = 0; i < 64; ++i) {
        model += "f" + std::to_string(i) + " = 1\n";
    }
    EXPECT_TRUE(LogisticModel::read(model).ok());
    EXPECT_EQ(refusal_of(model + "one_more = 1\n"), "line 66 of the model: more than 64 figures");
}

}  // namespace
