// The ensemble of a pack: who may vote, what is written down, what a failure leaves, and what rules
// see of plugins' votes and of accuracy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script/recent_inputs.hpp"
#include "script/rule_lint.hpp"
#include "script/rule_tests.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::HasSubstr;

// Two voters in Lua, one plugin; two parts of the health.
Files voting_files(const std::string& body) {
    Files files = good_files();
    files["pack.lua"] =
        "return { name = 'mini', version = '1', api = 1,\n"
        "  parameters = { { name = 'gain', type = 'number', min = 0, max = 4, default = 1 },\n"
        "    { name = 'weight_size', type = 'number', min = 0, max = 4, default = 3 } },\n"
        "  voters = { { name = 'size', weight = 'weight_size', description = 'how large' },\n"
        "    { name = 'calm', weight = 1 }, { name = 'model', plugin = 'logistic', weight = 4 } "
        "},\n"
        "  health = { { name = 'data', weight = 3 }, { name = 'risk', weight = 1 } },\n"
        "  slots = { LIQ_STORM = 'storm', WHALE_CLUSTER = 'cluster' },\n"
        "  fallback = { decision = 'hold', reason = 'rule_error', score = 0.25 } }\n";
    files["voters/size.lua"] = "return function(input) return 0.5 end";
    files["voters/calm.lua"] = "return function(input) return nil end";
    files["ensemble.lua"] =
        "local size, calm = use('voters/size'), use('voters/calm')\n"
        "return function(input, score, votes, weights, parts)\n"
        "  votes.size = size(input)\n  votes.calm = calm(input)\n" +
        body + "\nend";
    files["appropriateness.lua"] =
        "return function(input, score)\n"
        "  return 'send', 'good', 'sure {2}, healthy {2}', score.confidence, score.health\n"
        "end\n";
    return files;
}

RuleScore scored(const Files& files, const RuleInput& input, RuleVerdict* verdict = nullptr) {
    const auto pack = build(files);
    EXPECT_TRUE(pack.ok()) << (pack.ok() ? "" : pack.status().message());
    RuleScore score;
    if (pack.ok()) {
        const auto vm = (*pack)->make_vm({});
        RuleVerdict judged;
        vm->score(input, score);
        vm->judge(input, score, verdict == nullptr ? judged : *verdict);
    }
    return score;
}

TEST(RuleEnsemble, records_votes_weights_and_shares_in_the_order_of_declaration) {
    RuleVerdict verdict;
    const std::vector<RuleVote> plugins{{"model", 0.75, false}};
    RuleInput input = storm_input();
    input.votes = plugins;
    const RuleScore score = scored(voting_files("  votes.model = input.votes.model\n"
                                                "  weights.model = 1\n  parts.risk = 0.25\n"
                                                "  return 0.5625, 0.25"),
                                   input, &verdict);
    ASSERT_EQ(score.fault, "");
    const RuleEnsemble& ensemble = score.ensemble;
    EXPECT_TRUE(ensemble.ran);
    EXPECT_EQ(ensemble.confidence, 0.5625);
    EXPECT_EQ(ensemble.health, 0.25);
    ASSERT_EQ(ensemble.votes.size(), 3U);
    EXPECT_EQ(ensemble.votes[0].name, "size");
    EXPECT_EQ(ensemble.votes[0].value, 0.5);
    EXPECT_EQ(ensemble.votes[0].weight, 3) << "of the parameter";
    EXPECT_EQ(ensemble.votes[0].share, 0.75) << "3 of 3 + 1: what abstains has none";
    EXPECT_FALSE(ensemble.votes[1].known);
    EXPECT_EQ(ensemble.votes[1].share, 0);
    EXPECT_EQ(ensemble.votes[2].value, 0.75);
    EXPECT_EQ(ensemble.votes[2].weight, 1) << "as the ensemble wrote it";
    EXPECT_EQ(ensemble.votes[2].share, 0.25);
    ASSERT_EQ(ensemble.parts.size(), 2U);
    EXPECT_FALSE(ensemble.parts[0].known);
    EXPECT_EQ(ensemble.parts[1].share, 1);
    EXPECT_EQ(verdict.note, "sure 0.56, healthy 0.25");
}

TEST(RuleEnsemble, begins_each_call_without_votes_and_with_the_declared_weights) {
    const auto pack = build(
        voting_files("  local before = weights.model\n"
                     "  if input.symbol == 'FIRST' then votes.model = 1 weights.model = 9 end\n"
                     "  votes.calm = before / 10\n"
                     "  if input.symbol == 'FIRST' then votes.calm = nil end\n"
                     "  return votes.model or 0"));
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleScore score;
    vm->score(storm_input("FIRST"), score);
    EXPECT_EQ(score.ensemble.confidence, 1);
    EXPECT_FALSE(score.ensemble.votes[1].known) << "nil takes a vote back";
    vm->score(storm_input("SECOND"), score);
    EXPECT_EQ(score.ensemble.confidence, 0);
    EXPECT_EQ(score.ensemble.votes[1].value, 0.4);
    EXPECT_EQ(score.ensemble.votes[2].weight, 4);
    EXPECT_EQ(score.ensemble.health, -1) << "nothing was returned";
}

TEST(RuleEnsemble, a_pack_without_one_knows_no_confidence) {
    RuleVerdict verdict;
    Files files = good_files();
    files["appropriateness.lua"] =
        "return function(input, score)\n"
        "  return 'send', 'good', '{2} {2}', score.confidence, score.health\nend\n";
    const RuleScore score = scored(files, storm_input(), &verdict);
    EXPECT_FALSE(score.ensemble.ran);
    EXPECT_EQ(score.ensemble.confidence, -1);
    EXPECT_TRUE(score.ensemble.votes.empty());
    EXPECT_EQ(verdict.note, "-1.00 -1.00");
}

TEST(RuleEnsemble, one_that_fails_leaves_the_score_and_the_fallback_decides) {
    RuleVerdict verdict;
    const RuleScore score = scored(
        voting_files("  if input.symbol == 'ATTACK' then error('no idea') end\n  return 1, 1"),
        storm_input("ATTACK"), &verdict);
    EXPECT_THAT(score.fault, HasSubstr("ensemble.lua:5"));
    EXPECT_THAT(score.fault, HasSubstr("no idea"));
    EXPECT_EQ(score.total, 0.5);
    EXPECT_TRUE(score.ensemble.failed);
    EXPECT_EQ(score.ensemble.confidence, -1);
    EXPECT_EQ(verdict.decision, RuleDecision::Hold);
    EXPECT_EQ(verdict.reasons.front(), "rule_error");
}

TEST(RuleEnsemble, an_endless_one_is_stopped_by_its_budget) {
    const RuleScore score =
        scored(voting_files("  while input.symbol == 'ATTACK' do end\n  return 1, 1"),
               storm_input("ATTACK"));
    EXPECT_THAT(score.fault, HasSubstr("ensemble.lua:5"));
    EXPECT_TRUE(score.ensemble.failed);
}

TEST(RuleEnsemble, names_that_are_not_declared_raise_with_the_nearest) {
    EXPECT_THAT(refusal(voting_files("  votes.sise = 1\n  return 1, 1")),
                HasSubstr("votes has no field 'sise'; did you mean 'size'?"));
    EXPECT_THAT(refusal(voting_files("  weights.modell = 1\n  return 1, 1")),
                HasSubstr("weights has no field 'modell'; did you mean 'model'?"));
    EXPECT_THAT(refusal(voting_files("  parts.date = 1\n  return 1, 1")),
                HasSubstr("parts has no field 'date'; did you mean 'data'?"));
    EXPECT_THAT(refusal(voting_files("  return input.votes.modell, 1")),
                HasSubstr("input.votes has no field 'modell'; did you mean 'model'?"));
    EXPECT_THAT(refusal(voting_files("  return input.accuracy.sice, 1")),
                HasSubstr("input.accuracy has no field 'sice'; did you mean 'size'?"));
}

TEST(RuleEnsemble, figures_out_of_bounds_are_faults_that_say_which) {
    EXPECT_THAT(refusal(voting_files("  votes.size = 1.5\n  return 1, 1")),
                HasSubstr("votes.size: a number from 0 to 1 is expected, got 1.5"));
    EXPECT_THAT(refusal(voting_files("  votes.size = 0/0\n  return 1, 1")),
                HasSubstr("votes.size: a number from 0 to 1 is expected"));
    EXPECT_THAT(refusal(voting_files("  weights.size = -1\n  return 1, 1")),
                HasSubstr("weights.size: a number from 0 to 1000 is expected, got -1"));
    EXPECT_THAT(refusal(voting_files("  weights.size = nil\n  return 1, 1")),
                HasSubstr("weights.size: a number from 0 to 1000 is expected, got nil"));
    EXPECT_THAT(refusal(voting_files("  return 1.2, 1")),
                HasSubstr("ensemble.lua: returned confidence 1.200000, health 1.000000"));
    EXPECT_THAT(refusal(voting_files("  return 1, 'good'")), HasSubstr("health 'good'"));
    EXPECT_THAT(refusal(voting_files("  input.votes.size = 1\n  return 1, 1")),
                HasSubstr("read-only"));
}

TEST(RuleEnsemble, sees_accuracy_and_what_plugins_said) {
    const std::vector<RuleVote> plugins{{"model", 0.75, true}};
    const std::vector<RuleTerm> accuracy{{"calm", 0.875}};
    RuleInput input = storm_input();
    const Files files = voting_files(
        "  return input.votes.model or 0, (input.accuracy.calm + input.accuracy.size) / 2");
    EXPECT_EQ(scored(files, input).ensemble.health, 0.5) << "nothing is known";
    input.votes = plugins;
    input.accuracy = accuracy;
    const RuleScore score = scored(files, input);
    EXPECT_EQ(score.ensemble.confidence, 0) << "a plugin that abstains is nil";
    EXPECT_EQ(score.ensemble.health, 0.6875);
}

TEST(RuleEnsemble, what_score_writes_into_its_input_does_not_reach_it) {
    Files files = voting_files(
        "  local whole = input.storm and input.storm.volume_usd > 0 and input.group ~= 'none'\n"
        "  return whole and input.market.coverage or 0, 1");
    files["score.lua"] =
        "return function(input, terms)\n"
        "  input.market.coverage = 0.125\n  input.group = 'none'\n"
        "  if input.storm then input.storm.volume_usd = -1 end\n  input.storm = nil\n"
        "  return 0.5, 'single', 'weak', 'neutral', 'low'\nend\n";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleScore score;
    for (int round = 0; round < 3; ++round) {
        vm->score(storm_input(), score);
        EXPECT_EQ(score.ensemble.confidence, 1) << score.fault;
    }
}

TEST(RuleEnsemble, declarations_are_checked) {
    Files files = voting_files("  return 1, 1");
    files.erase("voters/calm.lua");
    EXPECT_THAT(refusal(files), HasSubstr("there is no voters/calm.lua"));
    files = voting_files("  return 1, 1");
    files.erase("ensemble.lua");
    EXPECT_THAT(refusal(files), HasSubstr("there is no ensemble.lua"));
    files = voting_files("  return 1, 1");
    files["voters/model.lua"] = "return function() end";
    EXPECT_THAT(refusal(files), HasSubstr("only one of both can"));
    const auto with = [](const std::string& from, const std::string& to) {
        Files changed = voting_files("  return 1, 1");
        std::string& pack = changed["pack.lua"];
        pack.replace(pack.find(from), from.size(), to);
        return refusal(changed);
    };
    EXPECT_THAT(with("'weight_size', d", "'weight_sice', d"),
                HasSubstr("is no parameter of the pack; did you mean 'weight_size'?"));
    EXPECT_THAT(with("weight = 4", "weight = -4"), HasSubstr("needs a weight from 0 to 1000"));
    EXPECT_THAT(with("name = 'calm'", "name = 'size'"), HasSubstr("'size' is declared twice"));
    EXPECT_THAT(with("name = 'calm'", "name = 'Calm'"), HasSubstr("needs a name of small letters"));
    EXPECT_THAT(with("health = {", "health = { { name = 'x', weight = 1, plugin = 'y' },"),
                HasSubstr("'plugin' is of voters"));
}

TEST(RuleEnsemble, a_parameter_of_the_configuration_is_the_weight) {
    const auto pack = build(voting_files("  return 1, 1"));
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({}, {{"weight_size", 2}});
    ASSERT_TRUE(vm.ok());
    RuleScore score;
    (*vm)->score(storm_input(), score);
    EXPECT_EQ(score.ensemble.votes[0].weight, 2);
}

std::string linted(const Files& files) {
    const RuleSources sources = sources_of(files);
    const auto pack = build(files);
    std::string text;
    if (pack.ok()) {
        for (const LintFinding& finding : lint_rules(sources, (*pack)->manifest())) {
            text += finding.sentence() + "\n";
        }
    }
    return pack.ok() ? text : pack.status().message();
}

TEST(RuleEnsemble, check_finds_names_in_branches_that_no_sample_takes) {
    const Files files = voting_files(
        "  if score.total > 50 then\n    votes.sise = 1\n    parts.date = input.accuracy.calmer\n"
        "  end\n  return weights.size / 10, params.gain / 10");
    const std::string text = linted(files);
    EXPECT_THAT(text,
                HasSubstr("ensemble.lua:6:11: votes has no field 'sise'; did you mean 'size'?"));
    EXPECT_THAT(text, HasSubstr("parts has no field 'date'; did you mean 'data'?"));
    EXPECT_THAT(text, HasSubstr("input.accuracy has no field 'calmer'; did you mean 'calm'?"));
    EXPECT_EQ(text.find("weight_size"), std::string::npos) << "the engine reads it";
}

TEST(RuleEnsemble, check_finds_voters_that_nobody_declared) {
    Files files = voting_files("  return weights.size / 10, params.gain / 10");
    files["voters/mood.lua"] = "return function() return 1 end";
    EXPECT_THAT(linted(files),
                HasSubstr("voters/mood.lua:1:1: pack.lua declares no voter 'mood'; declare it"));
}

Files tested(const std::string& expect, const std::string& given = "") {
    Files files = voting_files(
        "  votes.model = input.votes.model\n  parts.data = 0.5\n"
        "  return input.accuracy.size, 0.5");
    files["tests/a.lua"] = "return { { name = 'a', given = { type = 'LIQ_STORM', " + given +
                           " }, expect = { " + expect + " } } }";
    return files;
}

std::string failures(const Files& files) {
    const auto pack = build(files);
    if (!pack.ok()) {
        return pack.status().message();
    }
    const auto report = run_pack_tests(**pack);
    return report.ok() ? report->failures() : report.status().message();
}

TEST(RuleEnsemble, cases_of_tests_may_give_and_expect_what_is_of_voters) {
    EXPECT_EQ(failures(tested("confidence = 0.75, health = 0.5, votes = { model = 0.8, calm = -1 },"
                              " parts = { data = 0.5, risk = -1 }",
                              "votes = { model = 0.8 }, accuracy = { size = 0.75 }")),
              "");
    EXPECT_THAT(failures(tested("confidence = 0.75")),
                HasSubstr("confidence expected 0.75   got 0.5"));
    EXPECT_THAT(failures(tested("votes = { model = 0.5 }")),
                HasSubstr("votes.model expected 0.5   got -1"));
    EXPECT_THAT(failures(tested("parts = { risky = 0.5 }")),
                HasSubstr("parts.risky is not declared in pack.lua"));
    EXPECT_THAT(failures(tested("confidence = 0.5", "votes = { modell = 1 }")),
                HasSubstr("given.votes.modell is no voter of pack.lua"));
}

TEST(RuleEnsemble, recent_inputs_keep_what_was_known_of_voters) {
    RecentInputs recent;
    {
        const std::string name = "model";
        const std::vector<RuleVote> plugins{{name, 0.75, false}};
        const std::vector<RuleTerm> accuracy{{"calm", 0.875}};
        RuleInput input = storm_input();
        input.votes = plugins;
        input.accuracy = accuracy;
        recent.add(input, {}, {});
    }
    const RecentInputs copy = recent;
    const std::vector<RuleInput> inputs = copy.inputs();
    ASSERT_EQ(inputs.size(), 1U);
    ASSERT_EQ(inputs[0].votes.size(), 1U);
    EXPECT_EQ(inputs[0].votes[0].name, "model");
    EXPECT_EQ(inputs[0].votes[0].vote, 0.75);
    EXPECT_EQ(inputs[0].accuracy[0].value, 0.875);
}

}  // namespace
}  // namespace petrel::core::script_test
