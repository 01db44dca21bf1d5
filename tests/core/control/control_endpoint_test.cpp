// The table over a real Unix socket in a folder of the test's own.
#include "control/control_endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "control/control_client.hpp"
#include "net/io_loop.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;

class Endpoint : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "petrel-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        socket_ = folder_ + "/petrel.sock";
        ASSERT_TRUE(table_
                        .add({"POST", "/v1/echo/{id}", "gives back"},
                             [](const RouteRequest& request) {
                                 return RouteReply{200, request.parameters.at("id") + request.body};
                             })
                        .ok());
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string folder_;
    std::string socket_;
    RouteTable table_;
};

TEST_F(Endpoint, request_reaches_the_table_and_its_errors_come_back_as_sentences) {
    IoLoop loop;
    auto endpoint = ControlEndpoint::open(loop, socket_, table_);
    ASSERT_TRUE(endpoint.ok()) << endpoint.status().message();
    struct stat facts{};
    ASSERT_EQ(::stat(socket_.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);

    std::thread server([&] { loop.run(); });
    const auto answer = control_request({socket_, "POST", "/v1/echo/x%20y", "{\"a\":1}"});
    const auto missing = control_request({socket_, "GET", "/v2", ""});
    loop.stop();
    server.join();
    ASSERT_TRUE(answer.ok()) << answer.status().message();
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->json, "x y{\"a\":1}");
    ASSERT_TRUE(missing.ok());
    EXPECT_EQ(missing->status, 404U);
    EXPECT_EQ(error_sentence(*missing), "PTL-A001: there is no /v2. there are: POST /v1/echo/{id}");
}

TEST_F(Endpoint, user_without_the_right_to_the_socket_is_told_so) {
    IoLoop loop;
    auto endpoint = ControlEndpoint::open(loop, socket_, table_);
    ASSERT_TRUE(endpoint.ok()) << endpoint.status().message();
    ASSERT_EQ(::chmod(socket_.c_str(), 0), 0);
    ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
    const uid_t before = ::geteuid();
    if (before == 0) {
        ASSERT_EQ(::seteuid(65534), 0);  // everything is allowed to root
    }
    const auto refused = control_request({socket_, "GET", "/v1/status", ""});
    if (before == 0) {
        ASSERT_EQ(::seteuid(before), 0);
    }
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.status().code(), PETREL_E_INVALID);
    EXPECT_THAT(refused.status().message(), HasSubstr("PTL-N003"));
}

TEST_F(Endpoint, second_server_on_the_socket_is_refused_while_the_first_serves) {
    IoLoop loop;
    auto first = ControlEndpoint::open(loop, socket_, table_);
    ASSERT_TRUE(first.ok());
    std::thread server([&] { loop.run(); });
    IoLoop other;
    const auto second = ControlEndpoint::open(other, socket_, table_);
    loop.stop();
    server.join();
    ASSERT_FALSE(second.ok());
    EXPECT_THAT(second.status().message(), HasSubstr("PTL-N001"));
    EXPECT_THAT(second.status().message(), HasSubstr(socket_));
}

TEST_F(Endpoint, nobody_there_names_the_address_and_what_to_do) {
    const auto reply = control_request({socket_, "GET", "/v1/status", ""});
    ASSERT_FALSE(reply.ok());
    EXPECT_THAT(reply.status().message(),
                HasSubstr("PTL-N002: no petrel can be reached at " + socket_));
    EXPECT_THAT(reply.status().message(), HasSubstr("petrel run"));
}

TEST(ErrorSentence, reply_without_an_error_object_still_says_something) {
    EXPECT_EQ(error_sentence({502, "<html>"}), "petrel answered with status 502 and no reason");
}

}  // namespace
}  // namespace petrel::core
