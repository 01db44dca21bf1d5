// rules/petrel.d.lua and rules/README.md name exactly the fields that the engine offers.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "script/lua_fields.hpp"
#include "script/lua_sandbox.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_tests.hpp"

namespace petrel::core {
namespace {

using Names = std::set<std::string>;

std::string read(const std::string& path) {
    std::ifstream in(path);
    EXPECT_TRUE(in.is_open()) << path;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Type that the definitions must give a field: by the kind of its member.
template <typename Owner>
std::map<std::string, std::string> offered(std::span<const LuaField<Owner>> fields) {
    std::map<std::string, std::string> types;
    for (const LuaField<Owner>& field : fields) {
        types[field.name] = field.number != nullptr ? "number"
                            : field.flag != nullptr ? "boolean"
                                                    : "text";
    }
    return types;
}

// "---@field name type ..." below "---@class petrel.<name>".
std::map<std::string, std::string> defined(const std::string& wanted) {
    std::istringstream in(read(PETREL_SOURCE_DIR "/rules/petrel.d.lua"));
    std::map<std::string, std::string> types;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string mark;
        std::string name;
        std::string type;
        words >> mark >> name >> type;
        if (mark == "---@class") {
            inside = name == "petrel." + wanted;
        } else if (inside && mark == "---@field") {
            types[name] = type == "number" || type == "boolean" ? type
                          : type == "petrel.Market" || type == "petrel.History" ||
                                  type == "petrel.Votes" || type == "petrel.Finding?"
                              ? "table"
                              : "text";
        }
    }
    return types;
}

TEST(RuleDefinitions, findings_match_the_engine) {
    EXPECT_EQ(defined("Finding"), offered(finding_fields()));
}

TEST(RuleDefinitions, market_matches_the_engine) {
    EXPECT_EQ(defined("Market"), offered(market_fields()));
}

TEST(RuleDefinitions, history_matches_the_engine) {
    EXPECT_EQ(defined("History"), offered(history_fields()));
}

TEST(RuleDefinitions, score_matches_the_engine) {
    EXPECT_EQ(defined("Score"), offered(score_fields()));
}

TEST(RuleDefinitions, input_matches_the_engine) {
    auto expected = offered(input_fields());
    for (const std::string_view table : input_tables()) {
        expected[std::string(table)] = "table";
    }
    EXPECT_EQ(defined("Input"), expected);
}

struct Function {
    std::size_t parameters = 0;
    std::size_t results = 0;
    std::string first_result;
    bool operator==(const Function&) const = default;
};

// "function <table>.<name>(...)" with the tags above it.
std::map<std::string, Function> functions_of(const std::string& table) {
    std::istringstream in(read(PETREL_SOURCE_DIR "/rules/petrel.d.lua"));
    std::map<std::string, Function> functions;
    Function tagged;
    for (std::string line; std::getline(in, line);) {
        const std::string start = "function " + table + ".";
        if (line.starts_with("---@param")) {
            ++tagged.parameters;
        } else if (line.starts_with("---@return")) {
            std::istringstream words(line);
            std::string type;
            words >> type >> type;
            tagged.first_result = tagged.results++ == 0 ? type : tagged.first_result;
        } else if (!line.starts_with("---")) {
            if (line.starts_with(start)) {
                functions[line.substr(start.size(), line.find('(') - start.size())] = tagged;
            }
            tagged = {};
        }
    }
    return functions;
}

TEST(RuleDefinitions, window_matches_the_engine) {
    std::map<std::string, Function> offered_functions;
    for (const RuleFigureSpec& spec : rule_figures()) {
        offered_functions[spec.name] = {std::size_t{spec.of_flow ? 2U : 1U} + spec.venues_max,
                                        spec.numbers, spec.flag ? "boolean" : "number"};
    }
    const auto found = functions_of("window");
    Names names;
    for (const auto& [name, function] : found) {
        names.insert(name);
        EXPECT_TRUE(function == offered_functions[name]) << name;
    }
    EXPECT_EQ(names.size(), kRuleFigures);
    EXPECT_EQ(offered_functions.size(), kRuleFigures) << "a function that the engine has not";
    const std::string reference = read(PETREL_SOURCE_DIR "/rules/README.md");
    for (const RuleFigureSpec& spec : rule_figures()) {
        EXPECT_NE(reference.find("| `window." + std::string(spec.name) + "("), std::string::npos)
            << spec.name;
    }
}

TEST(RuleDefinitions, state_matches_the_engine) {
    const auto found = functions_of("state");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_TRUE(found.at("get") == (Function{1, 1, "number"}));
    EXPECT_TRUE(found.at("put") == (Function{2, 0, ""}));
}

// What rules have beyond Lua's own functions is defined, and nothing else.
TEST(RuleDefinitions, globals_match_the_engine) {
    const Names of_lua{"assert", "error",  "ipairs", "math",     "pairs",    "pcall",
                       "select", "string", "table",  "tonumber", "tostring", "type"};
    Names own;
    for (const std::string& name : sandbox_globals()) {
        if (!of_lua.contains(name)) {
            own.insert(name);
        }
    }
    std::istringstream in(read(PETREL_SOURCE_DIR "/rules/petrel.d.lua"));
    Names defined_globals;
    for (std::string line; std::getline(in, line);) {
        const std::string function = "function ";
        if (line.ends_with(" = {}")) {
            defined_globals.insert(line.substr(0, line.find(' ')));
        } else if (line.starts_with(function) && line.find('.') > line.find('(')) {
            defined_globals.insert(line.substr(function.size(), line.find('(') - function.size()));
        }
    }
    EXPECT_EQ(defined_globals, own);
}

TEST(RuleDefinitions, the_reference_names_every_field_and_global) {
    const std::string text = read(PETREL_SOURCE_DIR "/rules/README.md");
    Names missing;
    const auto want = [&](const std::string& name) {
        if (text.find('`' + name) == std::string::npos) {
            missing.insert(name);
        }
    };
    for (const auto& fields :
         {offered(finding_fields()), offered(market_fields()), offered(history_fields()),
          offered(score_fields()), offered(input_fields())}) {
        for (const auto& [name, type] : fields) {
            want(name);
        }
    }
    for (const std::string& global : sandbox_globals()) {
        want(global);
    }
    EXPECT_EQ(missing, Names{});
}

std::vector<std::string> code_blocks() {
    const std::string text = read(PETREL_SOURCE_DIR "/rules/README.md");
    const std::string open = "```lua\n";
    std::vector<std::string> blocks;
    for (std::size_t at = text.find(open); at != std::string::npos;) {
        const std::size_t end = text.find("```", at + open.size());
        blocks.push_back(text.substr(at + open.size(), end - at - open.size()));
        at = text.find(open, end);
    }
    return blocks;
}

void expect_runs(RuleSources sources) {
    const auto pack = RulePack::build(std::move(sources));
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    auto report = run_pack_tests(**pack);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->failures(), "");
    EXPECT_EQ(report->passed, 1U);
}

// The code blocks of the reference, in their order: the three files of a pack and a test of it,
// then a pack with state, which has the first one's appropriateness, then one with an ensemble: its
// score and the voter of size are given here.
TEST(RuleDefinitions, the_examples_of_the_reference_run) {
    const std::vector<std::string> blocks = code_blocks();
    ASSERT_EQ(blocks.size(), 13U);
    RuleSources plain;
    plain.files = {{"pack.lua", blocks[0]},
                   {"score.lua", blocks[1]},
                   {"appropriateness.lua", blocks[2]},
                   {"tests/a.lua", blocks[4]}};
    RuleSources checking = plain;
    checking.files[2].text = blocks[3];
    expect_runs(std::move(plain));
    expect_runs(std::move(checking));
    RuleSources patient;
    patient.files = {{"pack.lua", blocks[5]},
                     {"score.lua", blocks[6]},
                     {"appropriateness.lua", blocks[2]},
                     {"tests/a.lua", blocks[7]}};
    expect_runs(std::move(patient));
    RuleSources asking;
    asking.files = {
        {"pack.lua", blocks[8]},
        {"score.lua", "return function() return 0.5, 'storm_only', 'weak', 'bearish', 'low' end"},
        {"voters/size.lua",
         "return function(input)\n  local storm = input.storm or input.finding\n"
         "  return storm and math.min(storm.volume_usd / storm.threshold_usd / 4, 1)"
         " or 0\nend"},
        {"voters/trend.lua", blocks[9]},
        {"ensemble.lua", blocks[10]},
        {"appropriateness.lua", blocks[11]},
        {"tests/a.lua", blocks[12]}};
    expect_runs(std::move(asking));
}

}  // namespace
}  // namespace petrel::core
