// What a verdict compared: kept in order with both numbers, told to the rule, refused when it is no
// check. And how a check is read.
#include "script/lua_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script/verdict_check.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A pack whose appropriateness has this head and this body, `input` and `score` in reach.
std::unique_ptr<RuleVm> judging(const std::string& head, const std::string& body) {
    Files files = good_files();
    files["appropriateness.lua"] =
        head + "\nreturn function(input, score)\n" + body + "\n  return 'hold', 'held'\nend";
    const auto pack = build(files);
    EXPECT_TRUE(pack.ok()) << pack.status().message();
    return pack.ok() ? (*pack)->make_vm({}) : nullptr;
}

RuleVerdict judged(RuleVm& vm, double price = 0) {
    RuleInput input = storm_input();
    input.market.price = price;
    RuleVerdict verdict;
    vm.judge(input, RuleScore{}, verdict);
    return verdict;
}

std::vector<std::string> told(const RuleVerdict& verdict) {
    std::vector<std::string> texts;
    for (const VerdictCheck& check : verdict.checks) {
        texts.push_back((check.passed ? "+" : "-") + check_text(check));
    }
    return texts;
}

TEST(LuaChecks, are_kept_in_order_and_answered) {
    const auto vm = judging(
        "local enough = checks('score >=')\n"
        "local all = checks('x <', 'part_of_it part', 'y >', 'z <=', 'few needs')",
        "  local high = enough(0.45, 0.6)\n"
        "  local a, b, c, none = all(1, 2, 0.5, 0.25, 3, 3, 3, 3, 1, 20)\n"
        "  if high or not a or b or not c or none ~= nil then error('answered wrongly') end");
    const RuleVerdict verdict = judged(*vm);
    EXPECT_EQ(verdict.fault, "");
    EXPECT_THAT(told(verdict),
                ElementsAre("-score 0.45 < 0.60", "+x 1.00 < 2.00", "+part_of_it 0.50 x 0.25",
                            "-y 3.00 <= 3.00", "+z 3.00 <= 3.00", "-few 1 of 20: abstains"));
}

TEST(LuaChecks, of_one_verdict_are_gone_in_the_next) {
    const auto vm = judging("local two, one = checks('high >', 'more >'), checks('less <')",
                            "  if input.market.price > 1 then two(1, 0, 2, 0) else one(7, 0) end");
    EXPECT_THAT(told(judged(*vm, 2)), ElementsAre("+high 1.00 > 0.00", "+more 2.00 > 0.00"));
    EXPECT_THAT(told(judged(*vm, 1)), ElementsAre("-less 7.00 >= 0.00"));
    EXPECT_THAT(told(judged(*vm, 2)), ElementsAre("+high 1.00 > 0.00", "+more 2.00 > 0.00"));
}

TEST(LuaChecks, that_are_said_wrongly_are_refused_with_their_line) {
    const auto refused = [](const std::string& said) {
        Files files = good_files();
        files["appropriateness.lua"] =
            "local x = " + said + "\nreturn function(input, score)\n  return 'hold', 'held'\nend";
        return refusal(files);
    };
    EXPECT_THAT(refused("checks('score')"), HasSubstr("appropriateness.lua:1"));
    for (const char* said :
         {"checks('score')", "checks('Score >=')", "checks('score =>')", "checks('score  >=')",
          "checks(1)", "checks('')", "checks('a_name_of_24_letters_is_1 >=')"}) {
        EXPECT_THAT(refused(said), HasSubstr("checks: a check is a name")) << said;
    }
    std::string many = "checks('a >='";
    for (int i = 0; i < 64; ++i) {
        many += ", 'a >='";
    }
    EXPECT_THAT(refused(many + ")"), HasSubstr("a pack has at most 64"));
}

TEST(LuaChecks, that_are_made_wrongly_are_faults_with_their_line) {
    const auto fault = [](const std::string& body) {
        Files files = good_files();
        files["appropriateness.lua"] =
            "local enough = checks('score >=', 'more >')\nlocal ten = checks('a >', 'b >', 'c >', "
            "'d >', 'e >', 'f >', 'g >', 'h >', 'i >')\n"
            "return function(input, score)\n  if input.symbol == 'ATTACK' then\n" +
            body + "\n  end\n  return 'hold', 'held'\nend";
        const auto pack = build(files);
        EXPECT_TRUE(pack.ok()) << pack.status().message();
        RuleVerdict verdict;
        (*pack)->make_vm({})->judge(storm_input("ATTACK"), RuleScore{}, verdict);
        EXPECT_TRUE(verdict.checks.empty());
        return verdict.fault;
    };
    EXPECT_THAT(fault("enough(1, 2)"),
                HasSubstr("appropriateness.lua:5: checks: 2 checks take 4 numbers"));
    EXPECT_THAT(fault("enough()"), HasSubstr("got 0"));
    EXPECT_THAT(fault("enough(1, 2, 0/0, 2)"), HasSubstr("limit of more are finite numbers"));
    EXPECT_THAT(fault("enough(1, math.huge, 1, 2)"), HasSubstr("limit of score are finite"));
    EXPECT_THAT(fault("enough(nil, 2, 1, 2)"), HasSubstr("got nil and 2"));
    EXPECT_THAT(fault("for i = 1, 3 do ten(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1) end"),
                HasSubstr("more than 24 in one verdict"));
    EXPECT_THAT(fault("checks('late >=')"), HasSubstr("while the file is loaded"));
    Files files = attacked_files("use('lib/x')(1, 2)");
    files["lib/x.lua"] = "return checks('score >=')";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    RuleScore score;
    (*pack)->make_vm({})->score(storm_input("ATTACK"), score);
    EXPECT_THAT(score.fault, HasSubstr("made where nothing is judged"));
}

TEST(VerdictCheck, shows_as_many_decimals_as_tell_value_and_limit_apart) {
    EXPECT_EQ(check_text({"score", CheckRelation::AtLeast, false, 0.5999, 0.6}),
              "score 0.5999 < 0.6000");
    EXPECT_EQ(check_text({"score", CheckRelation::AtLeast, true, 0.6, 0.6}), "score 0.60 >= 0.60");
    EXPECT_EQ(check_text({"reward", CheckRelation::Needs, false, 3, 20}),
              "reward 3 of 20: abstains");
}

}  // namespace
}  // namespace petrel::core::script_test
