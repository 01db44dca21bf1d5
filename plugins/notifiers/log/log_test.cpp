// Lines in a file: appended, kept whole on a full disk, and readable by nobody else.
#include "log.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel::log {
namespace {

using testing::AlertBuilder;
using testing::FakeConfig;
using testing::FakeNotifierHost;

class LogFile : public ::testing::Test {
protected:
    LogFile() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "petrel-log-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        path_ = folder_ + "/alerts.jsonl";
    }
    ~LogFile() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string content() const {
        std::ostringstream text;
        text << std::ifstream(path_).rdbuf();
        return text.str();
    }
    static FakeConfig config_for(const std::string& path) {
        FakeConfig config;
        config.text("path", path);
        return config;
    }

    std::string folder_;
    std::string path_;
};

TEST_F(LogFile, each_alert_is_one_line_of_json) {
    FakeNotifierHost host(testing::entry_of<Log>(), config_for(path_));
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    EXPECT_EQ(host.deliver(AlertBuilder().json(R"({"id":"a"})")).result, PETREL_DELIVERED);
    EXPECT_EQ(host.deliver(AlertBuilder().json("{\n  \"id\": \"b\"\r\n}")).result,
              PETREL_DELIVERED);
    EXPECT_EQ(content(), "{\"id\":\"a\"}\n{   \"id\": \"b\"  }\n");
}

TEST_F(LogFile, file_is_created_for_its_owner_alone_and_found_again_after_rotation) {
    FakeNotifierHost host(testing::entry_of<Log>(), config_for(path_));
    EXPECT_EQ(host.deliver(AlertBuilder().json("{}")).result, PETREL_DELIVERED);
    struct stat facts{};
    ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);

    std::filesystem::rename(path_, path_ + ".1");
    EXPECT_EQ(host.deliver(AlertBuilder().json("{\"n\":2}")).result, PETREL_DELIVERED);
    EXPECT_EQ(content(), "{\"n\":2}\n");
}

TEST_F(LogFile, full_disk_is_tried_again_with_the_reason) {
    FakeNotifierHost host(testing::entry_of<Log>(), config_for("/dev/full"));
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const Outcome outcome = host.deliver(AlertBuilder());
    EXPECT_EQ(outcome.result, PETREL_RETRY);
    EXPECT_NE(outcome.reason.find("/dev/full"), std::string::npos);
    EXPECT_NE(outcome.reason.find("No space left"), std::string::npos);
}

// A limit on the size of files cuts a write in the middle, as a disk that fills up does.
TEST_F(LogFile, half_a_line_is_taken_back) {
    FakeNotifierHost host(testing::entry_of<Log>(), config_for(path_));
    EXPECT_EQ(host.deliver(AlertBuilder().json("{\"n\":1}")).result, PETREL_DELIVERED);

    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 12;
    const auto handler_before = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const Outcome cut = host.deliver(AlertBuilder().json("{\"n\":2}"));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler_before);

    EXPECT_EQ(cut.result, PETREL_RETRY);
    EXPECT_EQ(content(), "{\"n\":1}\n");
    EXPECT_EQ(host.deliver(AlertBuilder().json("{\"n\":2}")).result, PETREL_DELIVERED);
    EXPECT_EQ(content(), "{\"n\":1}\n{\"n\":2}\n");
}

TEST_F(LogFile, path_that_cannot_be_opened_is_refused_at_once) {
    FakeNotifierHost host(testing::entry_of<Log>(), config_for(folder_ + "/none/alerts.jsonl"));
    EXPECT_EQ(host.status().code(), PETREL_E_IO);
    EXPECT_NE(host.status().message().find("/none/alerts.jsonl"), std::string::npos);
}

TEST_F(LogFile, path_that_became_a_folder_stops_the_channel_and_one_that_vanished_does_not) {
    FakeNotifierHost host(testing::entry_of<Log>(), config_for(path_));
    std::filesystem::remove(path_);
    std::filesystem::create_directory(path_);
    EXPECT_EQ(host.deliver(AlertBuilder()).result, PETREL_BROKEN);
    std::filesystem::remove_all(folder_);
    EXPECT_EQ(host.deliver(AlertBuilder()).result, PETREL_RETRY);
}

TEST(Log, without_a_path_lines_go_to_standard_output) {
    FakeNotifierHost host(testing::entry_of<Log>());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    ::testing::internal::CaptureStdout();
    const Outcome outcome = host.deliver(AlertBuilder().json("{\"id\":\"out\"}"));
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "{\"id\":\"out\"}\n");
    EXPECT_EQ(outcome.result, PETREL_DELIVERED);
}

}  // namespace
}  // namespace petrel::log
