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
            types[name] =
                type == "number" || type == "boolean" ? type
                : type == "petrel.Market" || type == "petrel.History" || type == "petrel.Finding?"
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
    for (const char* table : {"finding", "storm", "cluster", "market", "history"}) {
        expected[table] = "table";
    }
    EXPECT_EQ(defined("Input"), expected);
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

// The code blocks of the reference, in their order: the three files of a pack and a test of it.
TEST(RuleDefinitions, the_examples_of_the_reference_run) {
    const std::string text = read(PETREL_SOURCE_DIR "/rules/README.md");
    RuleSources sources;
    std::size_t at = 0;
    for (const char* name : {"pack.lua", "score.lua", "appropriateness.lua", "tests/a.lua"}) {
        const std::string open = "```lua\n";
        at = text.find(open, at);
        ASSERT_NE(at, std::string::npos) << name;
        const std::size_t end = text.find("```", at + open.size());
        sources.files.push_back({name, text.substr(at + open.size(), end - at - open.size())});
        at = end;
    }
    const auto pack = RulePack::build(std::move(sources));
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    auto report = run_pack_tests(**pack);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->failures(), "");
    EXPECT_EQ(report->passed, 1U);
}

}  // namespace
}  // namespace petrel::core
