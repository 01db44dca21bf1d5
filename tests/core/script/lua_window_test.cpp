// What rules may ask the windows: calls, records of them, mistakes, and packs that are tested with
// figures of their own.
#include "script/lua_window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script/rule_tests.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Tells how often it was asked, and where the span and the venues arrive.
class CountingWindow final : public RuleWindow {
public:
    [[nodiscard]] RuleNumbers answer(const RuleQuestion& question) const noexcept override {
        ++asked;
        const double seconds = question.horizon_ms / 1e3;
        return {seconds, question.kind == RuleFlowKind::Trade ? 1.0 : 2.0,
                question.venues[0].name() == "kraken" ? 7.0 : 0.0};
    }
    mutable int asked = 0;
};

// A pack whose score.lua has this before and, for ATTACK, inside its function; score is `total`.
Files asking_files(const std::string& head, const std::string& body) {
    Files files = good_files();
    files["score.lua"] = head +
                         "\nreturn function(input, terms)\n  local total = 0\n"
                         "  if input.symbol == 'ATTACK' then\n" +
                         body +
                         "\n  end\n  return total, 'single', 'weak', 'neutral', 'low'\nend\n";
    return files;
}

struct WindowCalls : ::testing::Test {
    // Scores one input with this window.
    RuleScore score(const std::string& head, const std::string& body, const RuleWindow* answers) {
        auto pack = build(asking_files(head, body));
        EXPECT_TRUE(pack.ok()) << (pack.ok() ? "" : pack.status().message());
        vm = pack.ok() ? (*pack)->make_vm({}) : nullptr;
        RuleScore made;
        if (vm != nullptr) {
            RuleInput input = storm_input("ATTACK");
            input.window = answers;
            vm->score(input, made);
        }
        return made;
    }
    std::unique_ptr<RuleVm> vm;
    CountingWindow window;
};

std::vector<std::string> texts_of(const std::vector<RuleAnswer>& answers) {
    std::vector<std::string> texts;
    for (const RuleAnswer& answer : answers) {
        texts.push_back(question_text(answer.question));
    }
    return texts;
}

TEST_F(WindowCalls, arguments_and_answers_come_through) {
    const RuleScore made = score("local flow = window.flow",
                                 "  local a, b, c = flow('trade', 12.5, 'kraken')\n"
                                 "  total = a + 10 * b + c",
                                 &window);
    EXPECT_EQ(made.fault, "");
    EXPECT_EQ(made.total, 12.5 + 10 + 7);
    ASSERT_EQ(made.asked.size(), 1U);
    EXPECT_THAT(texts_of(made.asked), ElementsAre("flow trade 12.5 kraken"));
    EXPECT_EQ(made.asked[0].numbers, (RuleNumbers{12.5, 1, 7}));
}

TEST_F(WindowCalls, a_question_is_asked_and_recorded_once_a_call) {
    const std::string body =
        "  total = window.vwap('trade', 5) + window.vwap('trade', 5) + window.return_pct(9)";
    const RuleScore made = score("", body, &window);
    EXPECT_EQ(made.total, 5 + 5 + 9);
    EXPECT_EQ(window.asked, 2);
    EXPECT_THAT(texts_of(made.asked), ElementsAre("vwap trade 5", "return_pct 9"));
    RuleScore again = made;
    vm->score(storm_input("ATTACK"), again);
    EXPECT_EQ(again.total, 0) << "the next call has its own answers";
    EXPECT_EQ(again.asked.size(), 2U);
}

TEST_F(WindowCalls, what_was_recorded_gives_the_same_verdict_again) {
    const std::string body =
        "  local bought, sold, count = window.flow('liquidation', 30)\n"
        "  if window.sampled('liquidation', 30) then total = 50 end\n"
        "  total = total + bought / 7 + sold / 11 + count / 13";
    const RuleScore made = score("", body, &window);
    EXPECT_EQ(made.total, 50 + 30.0 / 7 + 2.0 / 11);
    const RecordedWindow recorded(made.asked);
    EXPECT_EQ(score("", body, &recorded).total, made.total);
    const RecordedWindow other;
    EXPECT_EQ(score("", body, &other).total, 0);
}

TEST_F(WindowCalls, judgement_asks_and_records_too) {
    Files files = good_files();
    files["appropriateness.lua"] =
        "return function(input, score)\n"
        "  return 'send', 'good', 'at {1}', window.percentile('trade', 60)\nend\n";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto machine = (*pack)->make_vm({});
    RuleInput input = storm_input();
    input.window = &window;
    RuleScore made;
    RuleVerdict verdict;
    machine->score(input, made);
    machine->judge(input, made, verdict);
    EXPECT_EQ(verdict.note, "at 60.0");
    EXPECT_THAT(made.asked, IsEmpty());
    EXPECT_THAT(texts_of(verdict.asked), ElementsAre("percentile trade 60"));
}

TEST_F(WindowCalls, nothing_known_is_zero_and_no_fault) {
    const RuleScore made = score("",
                                 "  local r0, lead_s, r = window.correlation(60, 'a', 'b')\n"
                                 "  total = r0 + lead_s + r + window.coverage('trade', 30)\n"
                                 "    + window.dominance('trade', 1) + window.venues('trade', 1)\n"
                                 "    + window.open_interest_change_pct(60)\n"
                                 "    + window.volatility_pct(60)",
                                 nullptr);
    EXPECT_EQ(made.fault, "");
    EXPECT_EQ(made.total, 0);
}

TEST_F(WindowCalls, functions_kept_in_locals_run_without_a_meter) {
    const RuleScore made = score("local flow, rank = window.flow, window.percentile",
                                 "  total = flow('trade', 5) + rank('trade', 5)", &window);
    EXPECT_EQ(made.total, 10);
    EXPECT_TRUE(vm->figures().proved);
    EXPECT_GT(vm->figures().fuel_last, 440U) << "but they are paid for";
    score("", "  total = window.flow('trade', 5)", &window);
    EXPECT_FALSE(vm->figures().proved);
}

class WrongCall : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(WrongCall, says_what_is_expected) {
    const auto& [call, expected] = GetParam();
    EXPECT_THAT(fault_of(std::string("    local x = window.") + call),
                AllOf(HasSubstr("score.lua:3"), HasSubstr(expected)));
}

INSTANTIATE_TEST_SUITE_P(
    all, WrongCall,
    ::testing::Values(
        std::pair{"flow('trades', 30)", "the kind is \"trade\" or \"liquidation\", got trades"},
        std::pair{"flow(30)", "the kind is \"trade\" or \"liquidation\", got number"},
        std::pair{"flow('trade')", "window.flow: the span is a number of seconds from 1 on"},
        std::pair{"return_pct(0.5)", "the span is a number of seconds from 1 on"},
        std::pair{"return_pct(0/0)", "the span is a number of seconds from 1 on"},
        std::pair{"return_pct('30')", "the span is a number of seconds from 1 on"},
        std::pair{"flow('trade', 30, 5)", "the name of a venue is expected"},
        std::pair{"correlation(30, 'a')", "the name of a venue is expected"},
        std::pair{"venues('trade', 30, 'a')", "3 arguments are too many"},
        std::pair{"flw('trade', 30)", "window has no field 'flw'; did you mean 'flow'?"}),
    [](const auto& test) { return "case_" + std::to_string(test.index); });

TEST_F(WindowCalls, nobody_puts_another_function_there) {
    EXPECT_THAT(fault_of("    window.flow = 1"),
                HasSubstr("window is read-only; cannot set 'flow'"));
}

TEST_F(WindowCalls, more_questions_than_a_record_holds_are_a_fault) {
    EXPECT_EQ(fault_of("    for i = 1, 32 do local x = window.return_pct(i) end"), "");
    EXPECT_THAT(fault_of("    for i = 1, 33 do local x = window.return_pct(i) end"),
                HasSubstr("more than 32 different questions in one call"));
}

TEST_F(WindowCalls, files_may_not_ask_while_they_are_loaded) {
    EXPECT_THAT(refusal(asking_files("local usual = window.vwap('trade', 30)", "")),
                HasSubstr("score.lua:1: window.vwap: asked while the file is loaded"));
    Files late = attacked_files("    local x = use('lib/late')");
    late["lib/late.lua"] = "local x = window.return_pct(5)\nreturn function() return x end\n";
    const auto pack = build(late);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    RuleScore made;
    (*pack)->make_vm({})->score(storm_input("ATTACK"), made);
    EXPECT_THAT(made.fault, HasSubstr("asked while the file is loaded"));
}

TEST_F(WindowCalls, a_span_of_more_than_a_day_is_a_day) {
    EXPECT_THAT(texts_of(score("", "  total = 0 * window.return_pct(1e300)", &window).asked),
                ElementsAre("return_pct 86400"));
}

// ---- what a pack's own tests give ----

std::string failures_of(const std::string& cases) {
    Files files = asking_files("",
                               "  local bought, sold, count = window.flow('trade', 30)\n"
                               "  if window.sampled('trade', 30) then terms.sampled = 1 end\n"
                               "  total = count + window.percentile('trade', 30)");
    files["tests/a.lua"] = cases;
    const auto pack = build(files);
    EXPECT_TRUE(pack.ok()) << (pack.ok() ? "" : pack.status().message());
    const auto report = run_pack_tests(**pack);
    return report.ok() ? Result<RuleTestReport>(report)->failures() : report.status().message();
}

TEST(GivenWindow, is_what_the_rules_are_told) {
    EXPECT_EQ(failures_of("return { { name = 'a', given = { symbol = 'ATTACK', window = {\n"
                          "  ['flow trade 30'] = { 5e6, 1e6, 12 },\n"
                          "  ['percentile trade 30'] = { 75, 100 },\n"
                          "  ['sampled trade 30'] = true } },\n"
                          "  expect = { score = 87, terms = { sampled = 1 } } } }"),
              "");
    EXPECT_THAT(failures_of("return { { name = 'a', given = { symbol = 'ATTACK', window = {\n"
                            "  ['flow trade 30'] = { 5e6, 1e6, 12 } } },\n"
                            "  expect = { score = 87 } } }"),
                HasSubstr("expected 87   got 12"));
}

TEST(GivenWindow, mistakes_are_named) {
    const auto given = [](const std::string& entry) {
        return failures_of("return { { name = 'a', given = { symbol = 'ATTACK', window = { " +
                           entry + " } }, expect = { score = 0 } } }");
    };
    EXPECT_THAT(given("['flo trade 30'] = 1"),
                HasSubstr("a: given.window: window has no 'flo'; did you mean 'flow'?"));
    EXPECT_THAT(given("['flow 30'] = 1"), HasSubstr("write \"flow trade 30\""));
    EXPECT_THAT(given("['correlation 30 a'] = 1"),
                HasSubstr("write \"correlation 30 venue venue\""));
    EXPECT_THAT(given("['flow trade 30'] = 1"), HasSubstr("gives 3 figures, in { }"));
    EXPECT_THAT(given("['vwap trade 30'] = 'x'"), HasSubstr("gives 1 figure"));
    EXPECT_THAT(given("['vwap trade 30'] = 0/0"), HasSubstr("gives 1 figure"));
}

}  // namespace
}  // namespace petrel::core::script_test
