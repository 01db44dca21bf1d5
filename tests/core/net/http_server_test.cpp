// The control server and its blocking client over a real Unix socket.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "net/http_server.hpp"
#include "net/http_unix_client.hpp"

namespace petrel::core::test {
namespace {

class HttpServerTest : public testing::Test {
protected:
    HttpServerTest() {
        std::string name = (std::filesystem::temp_directory_path() / "petrel_XXXXXX").string();
        directory_ = mkdtemp(name.data());
        path_ = directory_ / "control.sock";
    }
    ~HttpServerTest() override {
        stop();
        std::filesystem::remove_all(directory_);
    }

    Status serve(HttpServerHandler handler, HttpServerLimits limits = {}) {
        auto made = HttpServer::listen(loop_, path_.string(), std::move(handler), limits);
        if (!made) {
            return made.status();
        }
        server_ = std::move(*made);
        thread_ = std::thread([this] { loop_.run(); });
        return {};
    }
    void stop() {
        if (thread_.joinable()) {
            loop_.stop();
            thread_.join();
        }
        server_.reset();
    }
    // Sends raw bytes and gives all that comes back.
    std::string raw(const std::string& bytes) {
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
        EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
        const timeval patience{5, 0};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
        std::string all;
        char buffer[4096];
        ssize_t count = 0;
        while ((count = ::recv(fd, buffer, sizeof(buffer), 0)) > 0) {
            all.append(buffer, static_cast<std::size_t>(count));
        }
        ::close(fd);
        return all;
    }

    std::filesystem::path directory_;
    std::filesystem::path path_;
    IoLoop loop_;
    std::unique_ptr<HttpServer> server_;
    std::thread thread_;
};

HttpServerReply echo(const HttpServerRequest& request) {
    return {request.target == "/missing" ? 404U : 200U,
            request.method + ' ' + request.target + ' ' + request.body};
}

TEST_F(HttpServerTest, answers_requests_of_the_unix_client) {
    ASSERT_TRUE(serve(echo).ok());
    const auto reply = unix_request(
        {.path = path_.string(), .method = "POST", .target = "/reload?dry=1", .body = "{}"});
    ASSERT_TRUE(reply.ok()) << reply.status().message();
    EXPECT_EQ(reply->status(), 200U);
    EXPECT_EQ(reply->body(), "POST /reload?dry=1 {}");
    EXPECT_EQ(reply->header("content-type"), "application/json");
    const auto missing = unix_request({.path = path_.string(), .target = "/missing"});
    ASSERT_TRUE(missing.ok());
    EXPECT_EQ(missing->status(), 404U);
}

TEST_F(HttpServerTest, makes_a_socket_that_only_its_owner_can_use) {
    ASSERT_TRUE(serve(echo).ok());
    struct stat found{};
    ASSERT_EQ(lstat(path_.c_str(), &found), 0);
    EXPECT_TRUE(S_ISSOCK(found.st_mode));
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(HttpServerTest, removes_its_socket_when_it_ends) {
    ASSERT_TRUE(serve(echo).ok());
    stop();
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(HttpServerTest, replaces_a_dead_socket) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    ::close(fd);  // the file stays, nobody listens
    ASSERT_TRUE(serve(echo).ok());
    EXPECT_TRUE(unix_request({.path = path_.string()}).ok());
}

TEST_F(HttpServerTest, refuses_to_start_beside_a_server_that_answers) {
    ASSERT_TRUE(serve(echo).ok());
    IoLoop other;
    const auto second = HttpServer::listen(other, path_.string(), echo);
    ASSERT_FALSE(second.ok());
    EXPECT_NE(second.status().message().find("another petrel is running"), std::string::npos);
    EXPECT_NE(second.status().message().find(path_.string()), std::string::npos);
    EXPECT_TRUE(unix_request({.path = path_.string()}).ok());
}

TEST_F(HttpServerTest, leaves_a_file_that_is_no_socket_alone) {
    std::ofstream(path_) << "precious";
    const Status status = serve(echo);
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.message().find("no socket"), std::string::npos);
    EXPECT_EQ(std::filesystem::file_size(path_), 8U);
}

TEST_F(HttpServerTest, refuses_a_path_that_is_too_long_for_a_socket) {
    path_ = directory_ / std::string(120, 'x');
    EXPECT_NE(serve(echo).message().find("1 to 107"), std::string::npos);
}

TEST_F(HttpServerTest, answers_400_to_what_is_no_http_and_413_to_what_is_too_long) {
    ASSERT_TRUE(serve(echo).ok());
    EXPECT_EQ(raw("nonsense\r\n\r\n").find("HTTP/1.1 400"), 0U);
    EXPECT_EQ(raw("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n").find("HTTP/1.1 400"), 0U);
    EXPECT_EQ(
        raw("GET / HTTP/1.1\r\nX: " + std::string(9'000, 'x') + "\r\n\r\n").find("HTTP/1.1 413"),
        0U);
    EXPECT_EQ(raw("POST / HTTP/1.1\r\nContent-Length: 300000\r\n\r\n").find("HTTP/1.1 413"), 0U);
}

TEST_F(HttpServerTest, drops_a_request_that_takes_too_long) {
    ASSERT_TRUE(serve(echo, {.request_ms_max = 80}).ok());
    EXPECT_EQ(raw("GET / HT"), "");
    EXPECT_TRUE(unix_request({.path = path_.string()}).ok());
}

TEST_F(HttpServerTest, serves_on_when_all_connections_were_taken_by_idlers) {
    ASSERT_TRUE(serve(echo, {.request_ms_max = 80, .connections_max = 2}).ok());
    std::vector<std::thread> idlers;
    for (int i = 0; i < 4; ++i) {
        idlers.emplace_back([this] { raw("G"); });
    }
    EXPECT_TRUE(unix_request({.path = path_.string()}).ok());
    for (std::thread& idler : idlers) {
        idler.join();
    }
}

TEST_F(HttpServerTest, answers_500_when_the_handler_throws) {
    ASSERT_TRUE(serve([](const auto&) -> HttpServerReply { throw std::runtime_error("x"); }).ok());
    const auto reply = unix_request({.path = path_.string()});
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->status(), 500U);
}

TEST_F(HttpServerTest, client_says_why_it_reached_nobody) {
    const auto reply = unix_request({.path = path_.string()});
    ASSERT_FALSE(reply.ok());
    EXPECT_NE(reply.status().message().find("cannot connect to " + path_.string()),
              std::string::npos)
        << reply.status().message();
}

TEST_F(HttpServerTest, client_gives_up_after_its_time_limit) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    ASSERT_EQ(::listen(fd, 4), 0);  // accepts into the backlog, answers nothing
    const auto reply = unix_request({.path = path_.string(), .timeout_ms = 60});
    ASSERT_FALSE(reply.ok());
    EXPECT_NE(reply.status().message().find("60 ms"), std::string::npos);
    ::close(fd);
}

}  // namespace
}  // namespace petrel::core::test
