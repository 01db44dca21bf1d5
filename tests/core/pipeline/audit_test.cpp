// The audit is appended to, survives a torn line, and is bounded.
#include "pipeline_audit.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

class RuleAuditTest : public ::testing::Test {
protected:
    RuleAuditTest() { fs::create_directories(folder_); }
    ~RuleAuditTest() override { fs::remove_all(folder_); }

    static RuleAction action(const std::string& what) {
        RuleAction made;
        made.at_ns = 1'765'454'400'000'000'000;
        made.what = what;
        made.who = "SIGHUP";
        made.result = "live";
        return made;
    }
    std::vector<std::string> whats(std::size_t count = 100) const {
        std::vector<std::string> found;
        const Result<std::vector<std::string>> lines = read_rule_audit(folder_, count);
        EXPECT_TRUE(lines.ok());
        for (const std::string& line : lines.ok() ? *lines : std::vector<std::string>{}) {
            found.push_back(nlohmann::json::parse(line)["what"]);
        }
        return found;
    }

    std::string folder_ =
        (fs::temp_directory_path() / ("petrel-audit-" + std::to_string(::getpid()))).string();
    RuleAudit audit_{rule_audit_path(folder_)};
};

TEST_F(RuleAuditTest, the_latest_are_read_oldest_first) {
    for (const char* what : {"start", "reload", "shadow"}) {
        ASSERT_TRUE(audit_.add(action(what)).ok());
    }
    EXPECT_EQ(whats(), (std::vector<std::string>{"start", "reload", "shadow"}));
    EXPECT_EQ(whats(2), (std::vector<std::string>{"reload", "shadow"}));
}

TEST_F(RuleAuditTest, a_line_cut_short_by_a_crash_costs_only_itself) {
    ASSERT_TRUE(audit_.add(action("start")).ok());
    std::ofstream(rule_audit_path(folder_), std::ios::app) << R"({"time":"2025-12-1)";
    ASSERT_TRUE(audit_.add(action("reload")).ok());
    EXPECT_EQ(whats(), (std::vector<std::string>{"start", "reload"}));
}

TEST_F(RuleAuditTest, a_file_that_has_grown_is_kept_once_under_another_name) {
    RuleAction large = action("large");
    large.result = std::string(RuleAudit::kBytesMax, 'x');
    ASSERT_TRUE(audit_.add(large).ok());
    ASSERT_TRUE(audit_.add(action("reload")).ok());
    EXPECT_LT(fs::file_size(rule_audit_path(folder_)), 1'000U);
    EXPECT_EQ(whats(), (std::vector<std::string>{"large", "reload"}));
}

TEST_F(RuleAuditTest, without_a_file_the_answer_says_what_to_do) {
    const auto lines = read_rule_audit(folder_ + "/none", 1);
    ASSERT_FALSE(lines.ok());
    EXPECT_NE(lines.status().message().find("--state-dir"), std::string::npos);
}

}  // namespace
}  // namespace petrel::core
