// A voter through its C table, as petrel calls it.
#include "petrel/voter.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>

#include "petrel/testing/fake_voter_host.hpp"

namespace petrel {
namespace {

// Votes with its first figure; by the second, in ways that no voter should.
class TwoFigures final : public Voter {
public:
    TwoFigures(const Host&, const Config& config) : model_(config.text("model")) {}
    static PluginInfo describe() {
        return {"two_figures", "1", "petrel", "Votes.", {file_parameter("model", "any text")}};
    }
    [[nodiscard]] Status ready() const override {
        return model_ == "bad" ? Status::invalid("the model is bad") : Status();
    }
    [[nodiscard]] std::span<const petrel_text> inputs() const override {
        static const std::array<petrel_text, 2> kNames{text_of("finding.dominance"),
                                                       text_of("market.sentiment")};
        return kNames;
    }
    [[nodiscard]] Vote vote(std::span<const double> values) const override {
        if (std::isnan(values[0])) {
            return Vote::abstain("nothing known");
        }
        if (values[1] == 2) {
            throw std::runtime_error("the model is broken");
        }
        return values[1] == 3 ? Vote::of(values[0], std::string_view(kLong))
                              : Vote::of(values[0], "dominant");
    }

private:
    static constexpr const char* kLong = "a reason that is far too long to be a word or two";
    std::string model_;
};

testing::FakeVoterHost host_of(const std::string& model = "") {
    testing::FakeConfig config;
    if (!model.empty()) {
        config.text("model", model);
    }
    return {testing::entry_of<TwoFigures>(), std::move(config)};
}

TEST(Voter, names_its_figures_and_votes_with_what_it_is_given) {
    auto host = host_of();
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    EXPECT_EQ(host.inputs(), (std::vector<std::string>{"finding.dominance", "market.sentiment"}));
    const testing::CastVote cast = host.vote({{"finding.dominance", 0.75}});
    EXPECT_FALSE(cast.abstained);
    EXPECT_EQ(cast.vote, 0.75);
    EXPECT_EQ(cast.reason, "dominant");
    EXPECT_EQ(host.faults(), 0U);
}

TEST(Voter, figure_that_is_not_known_is_no_number_and_a_vote_may_be_withheld) {
    auto host = host_of();
    const testing::CastVote cast = host.vote({{"market.sentiment", 0.5}});
    EXPECT_TRUE(cast.abstained);
    EXPECT_EQ(cast.reason, "nothing known");
    EXPECT_EQ(host.faults(), 0U);
}

TEST(Voter, vote_that_is_none_counts_as_a_fault_and_abstains) {
    auto host = host_of();
    for (const double vote : {-0.01, 1.01, std::numeric_limits<double>::infinity()}) {
        EXPECT_TRUE(host.vote({{"finding.dominance", vote}}).abstained);
    }
    EXPECT_EQ(host.faults(), 3U);
    for (const double vote : {0.0, 1.0}) {
        EXPECT_FALSE(host.vote({{"finding.dominance", vote}}).abstained);
    }
    EXPECT_EQ(host.faults(), 3U);
}

TEST(Voter, exception_is_caught_and_told) {
    auto host = host_of();
    const testing::CastVote cast =
        host.vote({{"finding.dominance", 0.5}, {"market.sentiment", 2.0}});
    EXPECT_EQ(cast.status.code(), PETREL_E_EXCEPTION);
    EXPECT_EQ(cast.status.message(), "the model is broken");
    EXPECT_TRUE(cast.abstained);
    EXPECT_EQ(host.faults(), 1U);
}

TEST(Voter, long_reason_is_cut_and_terminated) {
    auto host = host_of();
    const testing::CastVote cast =
        host.vote({{"finding.dominance", 0.5}, {"market.sentiment", 3.0}});
    EXPECT_EQ(cast.reason, "a reason that is far too long t");
    EXPECT_EQ(cast.reason.size(), PETREL_VOTE_REASON_TEXT - 1U);
}

TEST(Voter, file_parameter_gives_the_text_of_the_file) {
    EXPECT_TRUE(host_of("good").status().ok());
    EXPECT_EQ(host_of("bad").status().message(), "the model is bad");
}

}  // namespace
}  // namespace petrel
