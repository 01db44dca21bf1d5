// petrel check and petrel plugin list against folders of the test's own.
#include "cli/cmd_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace petrel::core {
namespace {

using ::testing::HasSubstr;

class Check : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "petrel-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directories(folder_ + "/pack");
        write("pack/pack.lua", "return {}\n");
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ + "/" + name) << text;
    }
    int check(const std::string& toml, bool json = false) {
        write("petrel.toml",
              "default_notifiers = []\nstate_dir = \"state\"\n" + toml +
                  (toml.find("[rules]") == std::string::npos ? "\n[rules]\ndirectory = \"pack\"\n"
                                                             : ""));
        out_.str("");
        err_.str("");
        CheckArguments arguments;
        arguments.config.file = folder_ + "/petrel.toml";
        arguments.output.json = json;
        Terminal terminal{out_, err_, false, false, {}};
        return cmd_check(arguments, terminal);
    }

    std::string folder_;
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(Check, good_configuration_is_confirmed_with_the_next_step) {
    EXPECT_EQ(check(""), kExitDone) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("petrel.toml: good · 0 exchanges, "));
    EXPECT_THAT(out_.str(), HasSubstr("no exchange is named"));
    EXPECT_EQ(err_.str(), "");
}

TEST_F(Check, all_mistakes_are_shown_and_counted_and_nothing_goes_to_standard_output) {
    EXPECT_EQ(check("[engine]\nshards = 0\nbogus = 1\n"), kExitUsage);
    EXPECT_THAT(err_.str(), HasSubstr("PTL-C005"));
    EXPECT_THAT(err_.str(), HasSubstr("PTL-C003"));
    EXPECT_THAT(err_.str(), HasSubstr("petrel.toml: 2 errors\n"));
    EXPECT_EQ(out_.str(), "");
}

TEST_F(Check, json_has_the_same_problems_with_their_places) {
    EXPECT_EQ(check("[engine]\nshards = 0\n", true), kExitUsage);
    const nlohmann::json document = nlohmann::json::parse(out_.str());
    EXPECT_FALSE(document["ok"].get<bool>());
    ASSERT_EQ(document["problems"].size(), 1U);
    const nlohmann::json& problem = document["problems"][0];
    EXPECT_EQ(problem["code"], "PTL-C005");
    EXPECT_EQ(problem["line"], 4);
    EXPECT_EQ(problem["column"], 10);
    EXPECT_EQ(problem["file"], folder_ + "/petrel.toml");
    EXPECT_EQ(err_.str(), "");
}

TEST_F(Check, rule_pack_and_state_directory_are_looked_at) {
    EXPECT_EQ(check("[rules]\ndirectory = \"nowhere\"\n"), kExitUsage);
    EXPECT_THAT(err_.str(), HasSubstr("error[PTL-C023]: rules.directory " + folder_ +
                                      "/nowhere holds no pack.lua"));
    write("state", "a file is in the way");
    EXPECT_EQ(check(""), kExitUsage);
    EXPECT_THAT(err_.str(), HasSubstr("error[PTL-C024]"));
}

TEST_F(Check, refused_plugin_makes_the_answer_5) {
    std::filesystem::create_directories(folder_ + "/more");
    write("more/libjunk.so", "junk");
    EXPECT_EQ(check("plugin_directories = [\"more\"]\n"), kExitBroken);
    EXPECT_THAT(err_.str(), HasSubstr("libjunk.so cannot be used"));
    EXPECT_THAT(err_.str(), HasSubstr("1 error\n"));
}

TEST_F(Check, plugin_list_shows_refusals_beside_what_was_found) {
    std::filesystem::create_directories(folder_ + "/more");
    write("more/libjunk.so", "junk");
    write("petrel.toml", "default_notifiers = []\nplugin_directories = [\"more\"]\n");
    PluginListArguments arguments;
    arguments.config.file = folder_ + "/petrel.toml";
    arguments.output.json = true;
    Terminal terminal{out_, err_, false, false, {}};
    EXPECT_EQ(cmd_plugin_list(arguments, terminal), kExitBroken);
    const nlohmann::json document = nlohmann::json::parse(out_.str());
    ASSERT_EQ(document["refused"].size(), 1U);
    EXPECT_EQ(document["refused"][0]["code"], "PTL-P003");
    arguments.output.json = false;
    out_.str("");
    EXPECT_EQ(cmd_plugin_list(arguments, terminal), kExitBroken);
    EXPECT_THAT(out_.str(), HasSubstr("NAME"));
    EXPECT_THAT(err_.str(), HasSubstr("error[PTL-P003]"));
}

}  // namespace
}  // namespace petrel::core
