// The stage with voters made for it: what they are given, and what of theirs is believed.
#include "voter/vote_stage.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>

#include "petrel/voter.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class Scripted final : public Voter {
public:
    using Body = std::function<Vote(std::span<const double>)>;

    Scripted(std::vector<petrel_text> names, Body body)
        : names_(std::move(names)), body_(std::move(body)) {}
    Scripted(const Host&, const Config&) {}

    [[nodiscard]] std::span<const petrel_text> inputs() const override { return names_; }
    [[nodiscard]] Vote vote(std::span<const double> values) const override { return body_(values); }
    [[nodiscard]] Result<std::vector<InputFigure>> figures() { return ask_figures(raw(), this); }
    [[nodiscard]] VoterHandle handle(std::string name) {
        return {std::move(name), &raw(), this, *figures()};
    }

private:
    static const petrel_voter& raw() {
        return *static_cast<const petrel_voter*>(table<Scripted>());
    }
    std::vector<petrel_text> names_;
    Body body_;
};

RuleInput some_input() {
    RuleInput input;
    input.now_s = 1e9;
    input.finding.present = true;
    input.finding.volume_usd = 2e6;
    input.finding.sampled = true;
    input.storm = input.finding;
    input.storm.age_s = 7;
    input.market.return_pct = -1.5;
    input.market.funding_rate = 0;
    input.market.price = 100;
    input.history.story_sent = true;
    return input;
}

TEST(VoteStage, gives_each_figure_in_the_order_asked_for_and_nan_for_what_is_not_known) {
    std::vector<double> seen;
    Scripted voter(
        {text_of("storm.age_s"), text_of("market.return_pct"), text_of("now_s"),
         text_of("finding.sampled"), text_of("history.story_sent"), text_of("market.funding_rate"),
         text_of("market.price"), text_of("cluster.volume_usd"), text_of("market.mark_price"),
         text_of("market.sentiment"), text_of("history.since_last_sent_s"),
         text_of("history.hit_share"), text_of("finding.high_usd")},
        [&](std::span<const double> values) {
            seen.assign(values.begin(), values.end());
            return Vote::of(0.5);
        });
    VoteStage stage({voter.handle("all")});
    RuleInput input = some_input();
    stage.vote(input);
    ASSERT_EQ(seen.size(), 13U);
    EXPECT_EQ(std::vector<double>(seen.begin(), seen.begin() + 7),
              (std::vector<double>{7, -1.5, 1e9, 1, 1, 0, 100}));
    for (std::size_t i = 7; i < seen.size(); ++i) {
        EXPECT_TRUE(std::isnan(seen[i])) << i;
    }
    input.market.sentiment_age_s = 0;
    input.history.outcomes = 4;
    input.history.since_last_sent_s = 0;
    stage.vote(input);
    EXPECT_EQ(std::vector<double>(seen.begin() + 9, seen.begin() + 12),
              (std::vector<double>{0, 0, 0}));
}

TEST(VoteStage, every_figure_that_a_signal_lists_can_be_asked_for) {
    RuleInput input = some_input();
    input.cluster = input.storm;
    for (const SignalInput& listed : signal_inputs(input)) {
        const std::optional<InputFigure> figure = find_figure(listed.name);
        ASSERT_TRUE(figure) << listed.name;
        const double value = read_figure(input, *figure);
        EXPECT_TRUE(std::isnan(value) || value == listed.value) << listed.name;
    }
    EXPECT_EQ(figure_names().size(), signal_inputs(input).size());
    EXPECT_FALSE(find_figure("finding."));
    EXPECT_FALSE(find_figure("votes.all"));
    EXPECT_FALSE(find_figure("finding.type")) << "a text is no figure";
}

TEST(VoteStage, figure_that_is_not_there_is_refused_with_the_nearest) {
    Scripted typo({text_of("market.price"), text_of("market.retrun_pct")}, {});
    ASSERT_FALSE(typo.figures().ok());
    EXPECT_EQ(typo.figures().status().message(),
              "it asks for the figure 'market.retrun_pct', which no rule is given; did you mean "
              "'market.return_pct'?");
    Scripted strange({text_of("bad\x01\xffname")}, {});
    EXPECT_EQ(strange.figures().status().message(),
              "it asks for the figure 'bad??name', which no rule is given; rules/README.md lists "
              "those that are");
    const std::vector<petrel_text> many(65, text_of("now_s"));
    EXPECT_EQ(Scripted(many, {}).figures().status().message(),
              "it asks for 65 figures, at most 64 are given");
    EXPECT_TRUE(Scripted({many.begin(), many.begin() + 64}, {}).figures().ok());
    EXPECT_TRUE(Scripted({}, {}).figures().ok());
}

TEST(VoteStage, vote_reaches_the_input_under_the_name_of_the_instance) {
    Scripted sure({}, [](std::span<const double>) { return Vote::of(0.75, "sure"); });
    Scripted silent({}, [](std::span<const double>) { return Vote::abstain(); });
    VoteStage stage({sure.handle("a"), silent.handle("b")});
    RuleInput input;
    stage.vote(input);
    ASSERT_EQ(input.votes.size(), 2U);
    EXPECT_EQ(input.votes[0].name, "a");
    EXPECT_EQ(input.votes[0].vote, 0.75);
    EXPECT_FALSE(input.votes[0].abstained);
    EXPECT_EQ(input.vote_reasons[0], "sure");
    EXPECT_TRUE(input.votes[1].abstained);
    EXPECT_EQ(stage.figures()[0].calls, 1U);
    EXPECT_EQ(stage.figures()[0].abstained, 0U);
    EXPECT_EQ(stage.figures()[1].abstained, 1U);
    EXPECT_EQ(stage.figures()[1].faults, 0U);
}

TEST(VoteStage, vote_that_is_none_is_counted_and_abstains) {
    struct Case {
        double vote;
        const char* fault;
    };
    for (const Case& bad :
         {Case{kNan, "its vote is no number"}, Case{1.5, "its vote is 1.5, allowed is 0 to 1"},
          Case{-1e300, "its vote is -1e+300, allowed is 0 to 1"}}) {
        Scripted voter({}, [&](std::span<const double>) { return Vote::of(bad.vote, "sure"); });
        VoteStage stage({voter.handle("v")});
        RuleInput input;
        stage.vote(input);
        EXPECT_TRUE(input.votes[0].abstained);
        EXPECT_EQ(input.votes[0].vote, 0);
        EXPECT_EQ(input.vote_reasons[0], "fault");
        EXPECT_EQ(stage.figures()[0].faults, 1U);
        EXPECT_EQ(stage.figures()[0].abstained, 0U);
        EXPECT_EQ(stage.figures()[0].last_fault, bad.fault);
    }
}

TEST(VoteStage, voter_that_throws_abstains_and_the_next_one_votes) {
    bool throws = true;
    Scripted bad({}, [&](std::span<const double>) -> Vote {
        if (throws) {
            throw std::runtime_error("no model");
        }
        return Vote::of(0.25);
    });
    Scripted good({}, [](std::span<const double>) { return Vote::of(1); });
    VoteStage stage({bad.handle("bad"), good.handle("good")});
    RuleInput input;
    stage.vote(input);
    EXPECT_TRUE(input.votes[0].abstained);
    EXPECT_EQ(input.votes[1].vote, 1);
    EXPECT_EQ(stage.figures()[0].last_fault, "no model");
    throws = false;
    stage.vote(input);
    EXPECT_FALSE(input.votes[0].abstained);
    EXPECT_EQ(input.votes[0].vote, 0.25);
    EXPECT_EQ(stage.figures()[0].faults, 1U);
}

TEST(VoteStage, reason_of_strangers_is_made_plain) {
    Scripted voter({}, [](std::span<const double>) { return Vote::of(0.5, "a\nb\x1b[31m\xc3"); });
    VoteStage stage({voter.handle("v")});
    RuleInput input;
    stage.vote(input);
    EXPECT_EQ(input.vote_reasons[0], "a?b?[31m?");
}

}  // namespace
}  // namespace petrel::core
