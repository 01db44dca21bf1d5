// What `rules check` finds beyond compiling: each finding with its place, and no false ones.
#include "script/rule_lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> sentences(const RuleSources& sources) {
    Result<RuleManifest> manifest = read_rule_manifest(sources);
    EXPECT_TRUE(manifest.ok()) << manifest.status().message();
    std::vector<std::string> all;
    for (const LintFinding& finding : lint_rules(sources, *manifest)) {
        all.push_back(finding.sentence());
    }
    return all;
}

// The findings in a score.lua of a pack that is otherwise fine and declares `gain` (a number) and
// `loud` (a boolean), both read elsewhere.
std::vector<std::string> lint(const std::string& score) {
    Files files = good_files();
    files["pack.lua"] =
        "return { name = 'mini', version = '1', api = 1,\n"
        "  parameters = { { name = 'gain', min = 0, max = 4, default = 1 },\n"
        "    { name = 'loud', type = 'boolean', default = true } },\n"
        "  fallback = { decision = 'hold' } }\n";
    files["appropriateness.lua"] =
        "return function(_, score)\n"
        "  return params.loud and 'send' or 'hold', 'good', '{2}', score.total * params.gain\n"
        "end\n";
    files["score.lua"] = score;
    return sentences(sources_of(files));
}

// The same for the body of its function, whose first line is line 2.
std::vector<std::string> lint_body(const std::string& body) {
    return lint("return function(input, terms)\n" + body +
                "\n  terms.seen = input and 1\n"
                "  return 0.5, 'single', 'weak', 'neutral', 'low'\nend\n");
}

TEST(RuleLint, packs_of_the_tree_have_no_findings) {
    for (const char* pack : {"/rules/default", "/examples/hello_rule", "/core/script/skeleton"}) {
        Result<RuleSources> sources = read_rule_sources(PETREL_SOURCE_DIR + std::string(pack));
        ASSERT_TRUE(sources.ok()) << sources.status().message();
        EXPECT_THAT(sentences(*sources), IsEmpty()) << pack;
    }
}

TEST(RuleLint, unread_names_are_told_with_their_place) {
    EXPECT_THAT(lint_body("  local spare = 1"),
                ElementsAre("score.lua:2:9: 'spare' is never read; remove it"));
    EXPECT_THAT(lint_body("  local spare\n  spare = 2"),
                ElementsAre("score.lua:2:9: 'spare' is set but never read; remove it"));
    EXPECT_THAT(lint_body("  local function spare() end"),
                ElementsAre("score.lua:2:18: the function 'spare' is never called; remove it"));
    EXPECT_THAT(lint_body("  for key, value in pairs({}) do terms.a = value end"),
                ElementsAre("score.lua:2:7: the loop variable 'key' is never read; name it _"));
    EXPECT_THAT(
        lint(
            "return function(input, terms)\n  return 0.5, 'single', 'weak', 'neutral', 'low'\nend"),
        ElementsAre("score.lua:1:17: the argument 'input' is never read; name it _",
                    "score.lua:1:24: the argument 'terms' is never read; remove it, or name it _"));
}

TEST(RuleLint, names_that_are_read_somewhere_are_fine) {
    EXPECT_THAT(lint_body("  local a, b = 1, 2\n  local t = { a, [b] = a }\n  t.x = -#t\n"
                          "  terms.a = (t.x or b) // 1"),
                IsEmpty());
    EXPECT_THAT(lint_body("  local _ = 1\n  local _unused = 2\n  for _ = 1, 2 do end\n"
                          "  for i = 1, 2 do end\n  for _, v in ipairs({}) do terms.a = v end"),
                IsEmpty());
    EXPECT_THAT(lint_body("  local n = 0\n  repeat\n    local done = n > 3\n    n = n + 1\n"
                          "  until done"),
                IsEmpty());
    EXPECT_THAT(lint_body("  local function fold(f, x) return f and fold(nil, x) or x end\n"
                          "  terms.a = fold(math.abs, 1)"),
                IsEmpty());
    EXPECT_THAT(lint_body("  local text = [==[ local x ]==] .. \"local y\" -- local z\n"
                          "  --[[ local w\n  local v ]]\n  terms.a = text:len()"),
                IsEmpty());
}

TEST(RuleLint, hidden_names_are_told_with_the_line_of_the_other) {
    EXPECT_THAT(lint("local gain = params.gain\nreturn function(input)\n"
                     "  local gain = gain * input.now_s\n"
                     "  return gain, 'single', 'weak', 'neutral', 'low'\nend"),
                ElementsAre("score.lua:3:9: 'gain' hides the one of line 1; give it another name"));
    EXPECT_THAT(lint_body("  do local a = 1 terms.a = a end\n  do local a = 2 terms.a = a end"),
                IsEmpty());
}

TEST(RuleLint, code_behind_what_always_leaves_is_told) {
    const auto reached = HasSubstr("is never reached");
    EXPECT_THAT(
        lint_body("  do return 0.1, 'single', 'weak', 'neutral', 'low' end"),
        ElementsAre("score.lua:3:3: this is never reached: the code before it always leaves; "
                    "remove one of the two"));
    EXPECT_THAT(lint_body("  for _ = 1, 3 do\n    break\n    terms.a = 1\n  end"),
                ElementsAre(reached));
    EXPECT_THAT(lint_body("  if input.now_s > 1 then error('a') else error('b') end"),
                ElementsAre(reached));
    EXPECT_THAT(lint_body("  while true do terms.a = 1 end"), ElementsAre(reached));
    EXPECT_THAT(
        lint_body("  if input.now_s > 1 then error('a') elseif terms.x then error('b') end"),
        IsEmpty());
    EXPECT_THAT(lint_body("  while true do if terms.a then break end terms.a = 1 end"), IsEmpty());
    EXPECT_THAT(lint_body("  do goto done end\n  ::done::"), IsEmpty());
}

TEST(RuleLint, fields_that_there_are_not_are_told_in_every_branch) {
    EXPECT_THAT(lint_body("  if input.now_s < 0 then terms.a = input.strom and 1 end"),
                ElementsAre("score.lua:2:43: input has no field 'strom'; did you mean 'storm'?"));
    EXPECT_THAT(
        lint_body("  local leading = input.storm or input.cluster or input.finding\n"
                  "  if leading and leading.side == 'x' then terms.a = leading.volme_usd end"),
        ElementsAre("score.lua:3:61: a finding has no field 'volme_usd'; "
                    "did you mean 'volume_usd'?"));
    EXPECT_THAT(
        lint_body("  local market = input.market\n"
                  "  if market.price < 0 then terms.a = market['vol'] end"),
        ElementsAre("score.lua:3:45: input.market has no field 'vol'; rules/README.md lists "
                    "what there is"));
    EXPECT_THAT(lint("local function part(finding)\n  return finding.amount\nend\n"
                     "return function(input)\n  return input.storm and part(input.storm) or 0, "
                     "'single', 'weak', 'neutral', 'low'\nend"),
                ElementsAre(HasSubstr("score.lua:2:18: a finding has no field 'amount'")));
}

TEST(RuleLint, what_is_not_known_for_certain_is_not_told) {
    EXPECT_THAT(lint_body("  local mine = { strom = 1 }\n  terms.a = mine.strom"), IsEmpty());
    EXPECT_THAT(lint_body("  local either = input.now_s > 1 and input.market or { own = 1 }\n"
                          "  terms.a = either.own"),
                IsEmpty());
    EXPECT_THAT(lint_body("  input.storm = { own = 1 }\n  terms.a = input.storm.own"), IsEmpty());
    EXPECT_THAT(
        lint_body("  local a, b = input.market, nil\n  a, b = b, a\n  terms.a = a.own or b.own"),
        IsEmpty());
    EXPECT_THAT(lint("local function part(x)\n  return x.own\nend\nlocal keep = { part = part }\n"
                     "return function(input)\n  part(input.market)\n"
                     "  return keep.part({ own = 1 }), 'single', 'weak', 'neutral', 'low'\nend"),
                IsEmpty());
}

TEST(RuleLint, parameters_are_compared_with_what_the_pack_declares) {
    EXPECT_THAT(lint_body("  if input.now_s < 0 then terms.a = params.gian end"),
                ElementsAre("score.lua:2:44: pack.lua declares no parameter 'gian'; "
                            "did you mean 'gain'?"));
    EXPECT_THAT(lint_body("  local p = params\n  if input.now_s < 0 then terms.a = p.volume end"),
                ElementsAre(HasSubstr("declares no parameter 'volume'; declare it there, or")));
}

TEST(RuleLint, a_parameter_that_no_file_reads_is_told_where_it_is_declared) {
    Files files = good_files();
    files["score.lua"] = "return function()\n  return 0.5, 'single', 'weak', 'neutral', 'low'\nend";
    files["appropriateness.lua"] = "return function()\n  return 'send', 'good'\nend";
    EXPECT_THAT(sentences(sources_of(files)),
                ElementsAre("pack.lua:2:27: no file reads the parameter 'gain'; use it as "
                            "params.gain, or remove it"));
    for (const char* use : {"params['ga' .. 'in']", "pairs(params)", "({ params })[1].gain"}) {
        files["lib/use.lua"] = "return { value = " + std::string(use) + " }";
        EXPECT_THAT(sentences(sources_of(files)), IsEmpty()) << use;
    }
    files["lib/use.lua"] = "local p = params\nreturn { value = p.gain }";
    EXPECT_THAT(sentences(sources_of(files)), IsEmpty());
}

TEST(RuleLint, comparisons_of_two_kinds_are_told) {
    EXPECT_THAT(lint_body("  if params.gain == 'high' then terms.a = 1 end"),
                ElementsAre("score.lua:2:18: compares a number with a text, which never holds; "
                            "compare what is of one kind"));
    EXPECT_THAT(
        lint_body("  local gain = params.gain\n  if '1' ~= gain then terms.a = 1 end"),
        ElementsAre(HasSubstr("score.lua:3:10: compares a text with a number, which always")));
    EXPECT_THAT(
        lint_body("  if terms.a and params.loud > 0 then terms.a = 1 end"),
        ElementsAre(HasSubstr("compares true or false with a number, which raises an error")));
    EXPECT_THAT(lint_body("  if not input.type == 'GLOBAL_RADAR' then terms.a = 1 end"),
                ElementsAre(HasSubstr("compares true or false with a text, which never holds")));
    EXPECT_THAT(lint_body("  if input.type == 'X' and params.gain >= 1 and params.loud == true and "
                          "terms.a == 'x' and input.storm == nil then terms.a = 1 end"),
                IsEmpty());
}

TEST(RuleLint, an_environment_of_its_own_is_left_alone) {
    EXPECT_THAT(lint_body("  do\n    local _ENV = { params = { own = 1 }, terms = terms }\n"
                          "    terms.a = params.own\n  end"),
                IsEmpty());
}

// Whatever stands in a file, looking at it ends; a file that does not compile is never looked at.
TEST(RuleLint, looking_ends_at_every_cut) {
    Files files = good_files();
    const auto sources = read_rule_sources(PETREL_SOURCE_DIR "/rules/default");
    ASSERT_TRUE(sources.ok());
    const std::string whole = Result<RuleSources>(sources)->find("score.lua")->text;
    RuleSources cut = sources_of(files);
    for (std::size_t bytes = 0; bytes < whole.size(); bytes += 3) {
        cut.files.back().text = whole.substr(0, bytes);
        lint_rules(cut, {});
        cut.files.back().text = whole.substr(bytes);
        lint_rules(cut, {});
    }
    std::string deep = "return ";
    for (int i = 0; i < 30'000; ++i) {
        deep += "({";
    }
    cut.files.back().text = deep;
    EXPECT_THAT(lint_rules(cut, {}).back().text, HasSubstr("nested too deeply"));
}

}  // namespace
}  // namespace petrel::core::script_test
