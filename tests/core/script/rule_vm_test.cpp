// The default rules through the engine, against sums done by hand; and the engine's own promises.
#include "script/rule_vm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct DefaultRules : ::testing::Test {
    void SetUp() override {
        auto loaded = RulePack::load(PETREL_SOURCE_DIR "/rules/default");
        ASSERT_TRUE(loaded.ok()) << loaded.status().message();
        pack = *loaded;
        vm = pack->make_vm({});
    }
    RuleScore score(const RuleInput& input) {
        RuleScore made;
        vm->score(input, made);
        EXPECT_EQ(made.fault, "");
        return made;
    }
    RuleVerdict judge(const RuleInput& input) {
        RuleVerdict verdict;
        vm->judge(input, score(input), verdict);
        EXPECT_EQ(verdict.fault, "");
        return verdict;
    }
    std::shared_ptr<const RulePack> pack;
    std::unique_ptr<RuleVm> vm;
};

RuleInput radar_input() {
    RuleInput input = storm_input();
    input.type = "GLOBAL_RADAR";
    input.storm = finding("LIQ_STORM", "long", 2'000'000, 2'000'000);
    input.cluster = finding("WHALE_CLUSTER", "sell", 3'000'000, 3'000'000);
    return input;
}

TEST_F(DefaultRules, storm_of_twice_its_minimum_scores_one_half) {
    const RuleScore made = score(storm_input());
    EXPECT_EQ(made.total, 0.5);
    EXPECT_EQ(made.pattern, "storm_only");
    EXPECT_EQ(made.strength, "moderate");
    EXPECT_EQ(made.pressure, "bearish");
    ASSERT_EQ(made.terms.size(), 1U);
    EXPECT_EQ(made.terms[0].name, "storm");
    EXPECT_EQ(made.terms[0].value, 0.5);
}

TEST_F(DefaultRules, storm_just_over_its_minimum_scores_its_share) {
    RuleInput input = storm_input();
    input.storm = finding("LIQ_STORM", "short", 2'200'000, 2'000'000);
    const RuleScore made = score(input);
    EXPECT_DOUBLE_EQ(made.total, 2.2 / 6.0);
    EXPECT_EQ(made.strength, "weak");
    EXPECT_EQ(made.pressure, "bullish");
}

TEST_F(DefaultRules, storm_and_cluster_at_their_minima_are_strong) {
    const RuleScore made = score(radar_input());
    EXPECT_DOUBLE_EQ(made.total, 1.0 / 3.0 + 1.0 / 3.0 + 0.3);
    EXPECT_EQ(made.pattern, "storm_and_cluster");
    EXPECT_EQ(made.strength, "strong");
    std::vector<std::string> names;
    double sum = 0;
    for (const RuleTerm& term : made.terms) {
        names.push_back(term.name);
        sum += term.value;
    }
    EXPECT_THAT(names, ElementsAre("both", "cluster", "storm"));
    EXPECT_DOUBLE_EQ(sum, made.total);
}

TEST_F(DefaultRules, both_at_their_caps_in_one_direction_converge) {
    RuleInput input = radar_input();
    input.storm.volume_usd = 9'000'000;
    input.cluster.volume_usd = 9'000'000;
    const RuleScore made = score(input);
    EXPECT_DOUBLE_EQ(made.total, 1.3);
    EXPECT_EQ(made.pattern, "convergence");
    EXPECT_EQ(made.strength, "extreme");
    input.cluster.side = "buy";
    EXPECT_EQ(score(input).pattern, "storm_and_cluster");
    EXPECT_EQ(score(input).pressure, "neutral");
}

TEST_F(DefaultRules, a_part_halves_with_each_half_life) {
    RuleInput input = storm_input();
    input.storm.age_s = 60;
    EXPECT_DOUBLE_EQ(score(input).total, 0.25);
    input.storm.age_s = 180;
    EXPECT_DOUBLE_EQ(score(input).total, 0.0625);
}

TEST_F(DefaultRules, a_slot_that_ends_is_gone_in_the_next_call) {
    EXPECT_EQ(score(radar_input()).pattern, "storm_and_cluster");
    EXPECT_EQ(score(storm_input()).pattern, "storm_only");
    RuleInput cluster = radar_input();
    cluster.storm.present = false;
    EXPECT_EQ(score(cluster).pattern, "cluster_only");
    RuleInput single = storm_input();
    single.storm.present = false;
    EXPECT_EQ(score(single).pattern, "single");
    EXPECT_EQ(score(radar_input()).pattern, "storm_and_cluster");
}

TEST_F(DefaultRules, terms_of_one_call_are_gone_in_the_next) {
    RuleScore made;
    vm->score(radar_input(), made);
    EXPECT_EQ(made.terms.size(), 3U);
    vm->score(storm_input(), made);
    ASSERT_EQ(made.terms.size(), 1U);
    EXPECT_EQ(made.terms[0].name, "storm");
}

TEST_F(DefaultRules, cooldown_holds_and_says_how_long) {
    RuleInput input = storm_input();
    input.history = {300, 120, 1, false};
    const RuleVerdict verdict = judge(input);
    EXPECT_EQ(verdict.decision, RuleDecision::Hold);
    EXPECT_THAT(verdict.reasons, ElementsAre("cooldown"));
    EXPECT_EQ(verdict.note, "sent 120 s ago, the cooldown is 300 s");
}

TEST_F(DefaultRules, a_near_miss_gives_every_reason) {
    RuleInput input = radar_input();
    input.storm.volume_usd = 100'000;
    input.cluster.volume_usd = 100'000;
    input.history = {300, 120, 31, false};
    const RuleVerdict verdict = judge(input);
    EXPECT_EQ(verdict.decision, RuleDecision::Hold);
    EXPECT_THAT(verdict.reasons, ElementsAre("score_below_minimum", "cooldown", "too_many"));
}

TEST_F(DefaultRules, update_of_a_sent_story_passes_the_cooldown) {
    RuleInput input = storm_input();
    input.finding.phase = "update";
    input.history = {300, 5, 1, true};
    const RuleVerdict verdict = judge(input);
    EXPECT_EQ(verdict.decision, RuleDecision::Update);
    EXPECT_THAT(verdict.reasons, ElementsAre("same_story"));
    EXPECT_EQ(verdict.note, "2.05 times the minimum for an alert") << "of how it is now";
}

TEST_F(DefaultRules, first_storm_is_sent_and_forgets_reasons_of_before) {
    RuleInput held = radar_input();
    held.storm.volume_usd = 1;
    held.cluster.volume_usd = 1;
    held.history = {300, 120, 31, false};
    RuleVerdict verdict;
    vm->judge(held, score(held), verdict);
    EXPECT_EQ(verdict.reasons.size(), 3U);
    vm->judge(storm_input(), score(storm_input()), verdict);
    EXPECT_EQ(verdict.decision, RuleDecision::Send);
    EXPECT_THAT(verdict.reasons, ElementsAre("storm_over_minimum"));
    EXPECT_EQ(verdict.note, "2.05 times the minimum for an alert");
}

TEST_F(DefaultRules, two_machines_agree_bit_for_bit) {
    const auto other = pack->make_vm({});
    RuleInput input = radar_input();
    for (int i = 0; i < 100; ++i) {
        input.storm.age_s = 0.37 * i;
        input.market.return_pct = -0.013 * i;
        input.market.funding_rate = 0.00007 * i;
        RuleScore second;
        other->score(input, second);
        EXPECT_EQ(score(input).total, second.total);
    }
}

std::string verdict_fault(const std::string& returned) {
    Files files = good_files();
    files["appropriateness.lua"] =
        "return function(input, score)\n  if input.symbol == 'ATTACK' then "
        "return " +
        returned + " end\n  return 'hold', 'fine'\nend";
    const auto pack = build(files);
    EXPECT_TRUE(pack.ok()) << pack.status().message();
    RuleVerdict verdict;
    (*pack)->make_vm({})->judge(storm_input("ATTACK"), RuleScore{}, verdict);
    EXPECT_EQ(verdict.decision, RuleDecision::Hold);
    EXPECT_THAT(verdict.reasons, ElementsAre("rule_error"));
    return verdict.fault;
}

TEST(RuleVm, verdicts_of_the_wrong_kind_are_faults) {
    EXPECT_THAT(verdict_fault("'maybe', 'x'"), HasSubstr("'maybe' as decision"));
    EXPECT_THAT(verdict_fault("true"), HasSubstr("boolean as decision"));
    EXPECT_THAT(verdict_fault("'send'"), HasSubstr("nothing as reasons"));
    EXPECT_THAT(verdict_fault("'send', ''"), HasSubstr("'' as reasons"));
    EXPECT_THAT(verdict_fault("'send', 'Not A Name'"), HasSubstr("as reasons"));
    EXPECT_THAT(verdict_fault("'send', 'a,b,c,d,e,f,g,h,i,j,k,l,m'"), HasSubstr("as reasons"));
    EXPECT_THAT(verdict_fault("'send', 'a', ('x'):rep(401)"), HasSubstr("more than 400"));
}

TEST(RuleVm, terms_are_sorted_overwritten_and_readable) {
    Files files = good_files();
    files["score.lua"] =
        "return function(input, terms)\n"
        "  terms.zebra = 1\n  terms.apple = 2\n  terms.zebra = terms.zebra + 4\n"
        "  if terms.unwritten ~= nil then error('left over') end\n"
        "  if input.symbol == 'MORE' then terms.unwritten = 3 end\n"
        "  return 1, 'single', 'weak', 'neutral', 'low'\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleScore score;
    vm->score(storm_input("MORE"), score);
    ASSERT_EQ(score.terms.size(), 3U);
    vm->score(storm_input(), score);
    ASSERT_EQ(score.terms.size(), 2U) << score.fault;
    EXPECT_EQ(score.terms[0].name, "apple");
    EXPECT_EQ(score.terms[1].name, "zebra");
    EXPECT_EQ(score.terms[1].value, 5);
}

TEST(RuleVm, terms_in_changing_order_are_each_written_once) {
    Files files = good_files();
    files["score.lua"] =
        "return function(input, terms)\n"
        "  if input.symbol == 'BA' then terms.b = 1 terms.a = 2\n"
        "  elseif input.symbol == 'AA' then terms.a = 3 terms.a = 4\n"
        "  elseif input.symbol == 'A' then terms.a = 5\n"
        "  else terms['computed' .. input.now_s] = 6 end\n"
        "  return 1, 'single', 'weak', 'neutral', 'low'\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    const auto terms = [&](std::string_view symbol, double now_s) {
        RuleInput input = storm_input(symbol);
        input.now_s = now_s;
        RuleScore score;
        vm->score(input, score);
        std::string text = score.fault;
        for (const RuleTerm& term : score.terms) {
            text += term.name + "=" + std::to_string(static_cast<int>(term.value)) + " ";
        }
        return text;
    };
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(terms("BA", 0), "a=2 b=1 ");
        EXPECT_EQ(terms("AA", 0), "a=4 ");
        EXPECT_EQ(terms("BA", 0), "a=2 b=1 ");
        EXPECT_EQ(terms("A", 0), "a=5 ");
        EXPECT_EQ(terms("BA", 0), "a=2 b=1 ");
    }
    for (int i = 0; i < 600; ++i) {
        const double now_s = 0.5 + i;
        EXPECT_EQ(terms("", now_s), "computed" + std::to_string(i) + ".5=6 ");
    }
}

TEST(RuleVm, wrong_terms_are_faults_with_their_line) {
    EXPECT_THAT(fault_of("terms.x = 'text'"),
                HasSubstr("score.lua:3: terms.x: a finite number is expected, got string"));
    EXPECT_THAT(fault_of("terms.x = 0/0"), HasSubstr("got nan or inf"));
    EXPECT_THAT(fault_of("terms[1] = 1"), HasSubstr("a term's name is a text"));
    EXPECT_THAT(fault_of("for i = 1, 33 do terms['t' .. i] = i end"),
                HasSubstr("more than 32 names; 't33'"));
}

}  // namespace
}  // namespace petrel::core::script_test
