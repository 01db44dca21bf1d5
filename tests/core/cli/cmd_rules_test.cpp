// The workshop of the rule writer from the command line: new, check, test.
#include "cli/cmd_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/cmd_rules_new.hpp"
#include "cli/junit_text.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class RulesCommands : public ::testing::Test {
protected:
    RulesCommands() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "petrel-workshop-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        pack_ = (folder_ / "Mine").string();
    }
    ~RulesCommands() override { std::filesystem::remove_all(folder_); }

    int make(const std::string& from = "") { return run(&cmd_rules_new, arguments_new(from)); }
    RulesNewArguments arguments_new(const std::string& from) const {
        RulesNewArguments arguments;
        arguments.directory = pack_;
        arguments.from = from;
        return arguments;
    }
    int check(bool strict, bool json) {
        RulesArguments arguments;
        arguments.directory = pack_;
        arguments.strict = strict;
        arguments.output.json = json;
        return run(&cmd_rules_check, arguments);
    }
    int test(bool coverage, bool json, const std::string& junit = "") {
        RulesTestArguments arguments;
        arguments.directory = pack_;
        arguments.coverage = coverage;
        arguments.output.json = json;
        arguments.junit = junit;
        return run(&cmd_rules_test, arguments);
    }
    template <typename Arguments>
    int run(int (*command)(const Arguments&, Terminal&), const Arguments& arguments) {
        out_.str("");
        err_.str("");
        Terminal terminal{out_, err_, false, false, {}};
        return command(arguments, terminal);
    }
    std::string read(const std::string& name) const {
        std::ifstream in(pack_ + "/" + name);
        std::ostringstream all;
        all << in.rdbuf();
        return all.str();
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(pack_ + "/" + name, std::ios::binary) << text;
    }
    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(out_.str()); }

    std::filesystem::path folder_;
    std::string pack_;
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(RulesCommands, a_new_pack_passes_check_and_test_as_it_stands) {
    ASSERT_EQ(make(), kExitDone) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("next: petrel rules check " + pack_));
    EXPECT_THAT(read("pack.lua"), HasSubstr("    name = \"mine\","));
    EXPECT_THAT(read("types/petrel.d.lua"), HasSubstr("---@class petrel.Input"));
    EXPECT_EQ(nlohmann::json::parse(read(".luarc.json"))["workspace.library"][0], "types");
    EXPECT_EQ(check(true, false), kExitDone) << out_.str();
    EXPECT_THAT(out_.str(), HasSubstr("proved to end, runs uncounted"));
    EXPECT_EQ(test(true, true), kExitDone) << out_.str();
    EXPECT_EQ(json()["failed"], 0);
    for (const auto& file : json()["coverage"]) {
        EXPECT_EQ(file["run"], file["lines"]) << file;
    }
}

TEST_F(RulesCommands, nothing_that_is_there_is_overwritten) {
    ASSERT_EQ(make("default"), kExitDone);
    const std::string before = read("score.lua");
    EXPECT_EQ(make(), kExitUsage);
    EXPECT_THAT(err_.str(), HasSubstr("is there already and not an empty folder"));
    EXPECT_EQ(read("score.lua"), before);
    pack_ = (folder_ / "Mine" / "score.lua").string();
    EXPECT_EQ(make(), kExitUsage);
    pack_ = (folder_ / "Mine" / "score.lua" / "inside").string();
    EXPECT_EQ(make(), kExitBroken);
    EXPECT_THAT(err_.str(), HasSubstr("cannot write "));
    pack_ = (folder_ / "empty").string();
    std::filesystem::create_directory(pack_);
    EXPECT_EQ(make(), kExitDone);
}

TEST_F(RulesCommands, findings_do_not_fail_a_check_unless_it_is_strict) {
    ASSERT_EQ(make(), kExitDone);
    write("score.lua", "local spare = 1\n" + read("score.lua"));
    EXPECT_EQ(check(false, false), kExitDone);
    EXPECT_THAT(out_.str(), StartsWith("score.lua:1:7: 'spare' is never read; remove it\n"));
    EXPECT_EQ(check(true, false), kExitNo);
    EXPECT_THAT(out_.str(), HasSubstr("✗ mine@"));
    EXPECT_EQ(check(true, true), kExitNo);
    EXPECT_EQ(json()["ok"], false);
    EXPECT_EQ(json()["findings"][0]["line"], 1);
    EXPECT_EQ(json()["findings"][0]["column"], 7);
    EXPECT_EQ(json()["cost"]["score"]["proved"], true);
    EXPECT_FALSE(json()["cost"]["score"].contains("ns"));
    EXPECT_EQ(check(false, true), kExitDone);
    EXPECT_EQ(json()["ok"], true);
}

TEST_F(RulesCommands, a_check_says_what_runs_as_host_steps_and_what_keeps_the_rest_in_lua) {
    ASSERT_EQ(make(), kExitDone);
    EXPECT_EQ(check(false, false), kExitDone);
    EXPECT_THAT(out_.str(), HasSubstr("\n  runs as host steps: score, appropriateness\n"));
    const std::string whole = read("score.lua");
    const std::size_t body = whole.find("return function(input, terms)\n");
    ASSERT_NE(body, std::string::npos);
    const auto line = std::to_string(std::count(whole.begin(), whole.begin() + body, '\n') + 2);
    const auto with = [&](const std::string& first) {
        std::string text = whole;
        write("score.lua", text.insert(text.find('\n', body) + 1, first));
        EXPECT_EQ(check(false, false), kExitDone);
        return out_.str();
    };
    EXPECT_THAT(with("  for _ = 1, 2 do end\n"),
                HasSubstr("\n  runs as host steps: appropriateness; in Lua: score (a loop in "
                          "score.lua:" +
                          line + ")\n"));
    EXPECT_THAT(
        with("  terms.odd = input.now_s % 2\n"),
        HasSubstr("score, appropriateness; in Lua: score (calls that reach % in score.lua:" + line +
                  "; "));
    EXPECT_EQ(check(false, true), kExitDone);
    EXPECT_EQ(json()["cost"]["score"]["host_steps"], true);
    EXPECT_THAT(json()["cost"]["score"]["in_lua"].get<std::string>(),
                HasSubstr("% in score.lua:" + line));
    EXPECT_EQ(json()["cost"]["appropriateness"]["in_lua"], "");
    EXPECT_THAT(with("  if input.now_s < 0 then terms.odd = #input.symbol end\n"),
                HasSubstr("# in score.lua:" + line + "; no sample does)"));
}

// Ends of functions that no call reaches are no obstacle.
TEST_F(RulesCommands, every_function_of_the_default_pack_runs_as_host_steps) {
    ASSERT_EQ(make("default"), kExitDone);
    EXPECT_EQ(check(false, false), kExitDone);
    EXPECT_THAT(out_.str(), HasSubstr("\n  runs as host steps: score, ensemble with 4 voters, "
                                      "appropriateness\nnext: "));
}

TEST_F(RulesCommands, results_are_written_for_build_servers) {
    ASSERT_EQ(make(), kExitDone);
    const std::string junit = (folder_ / "results.xml").string();
    pack_ = (folder_ / "Mine").string();
    write("tests/odd.lua",
          "return { { name = 'a <b> & \"c\" \\27\\255', given = {}, expect = { score = 7 } } }");
    EXPECT_EQ(test(false, true, junit), kExitNo);
    EXPECT_EQ(json()["failed"], 1);  // one JSON line, whatever bytes the name holds
    std::ifstream in(junit);
    std::ostringstream all;
    all << in.rdbuf();
    EXPECT_THAT(all.str(), StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "));
    EXPECT_THAT(all.str(),
                HasSubstr("<testsuite name=\"tests/odd.lua\" tests=\"1\" failures=\"1\""));
    EXPECT_THAT(all.str(), HasSubstr("name=\"a &lt;b&gt; &amp; &quot;c&quot; ??\""));
    EXPECT_THAT(all.str(),
                HasSubstr("<failure message=\"score      expected 7   got 0   (-7)\">\nscore "));
    EXPECT_THAT(all.str(),
                HasSubstr("<testsuite name=\"tests/score.lua\" tests=\"7\" failures=\"0\""));
    EXPECT_EQ(test(false, false, pack_ + "/no/such/folder.xml"), kExitBroken);
    EXPECT_THAT(err_.str(), HasSubstr("cannot write the results to"));
}

TEST_F(RulesCommands, a_refused_pack_is_an_error_in_the_results) {
    ASSERT_EQ(make(), kExitDone);
    write("score.lua", "return '<\xff");
    const std::string junit = (folder_ / "results.xml").string();
    EXPECT_EQ(test(false, true, junit), kExitNo);
    EXPECT_EQ(json()["ok"], false);
    std::ifstream in(junit);
    std::ostringstream all;
    all << in.rdbuf();
    EXPECT_THAT(all.str(), HasSubstr("errors=\"1\""));
    EXPECT_THAT(all.str(), HasSubstr("<error message=\"refused\">score.lua:1"));
    EXPECT_THAT(all.str(), Not(HasSubstr("\xff")));
}

TEST_F(RulesCommands, coverage_names_the_lines) {
    ASSERT_EQ(make(), kExitDone);
    std::filesystem::remove(pack_ + "/tests/appropriateness.lua");
    EXPECT_EQ(test(true, false), kExitDone);
    EXPECT_THAT(out_.str(), HasSubstr("  appropriateness.lua "));
    EXPECT_THAT(out_.str(), HasSubstr("; not run: "));
    EXPECT_THAT(out_.str(), HasSubstr(" 100 %  36 of 36 lines\n"));
}

}  // namespace
}  // namespace petrel::core
