// Delivery to standard output: a file, a pipe whose reader is gone, and the choice of colour.
#include "console.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "kit/write_all.hpp"
#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel::console {
namespace {

using testing::AlertBuilder;
using testing::FakeConfig;
using testing::FakeNotifierHost;

// Puts something else in the place of standard output for a while.
class OutputTo {
public:
    explicit OutputTo(int descriptor) : before_(::dup(STDOUT_FILENO)) {
        std::fflush(stdout);
        ::dup2(descriptor, STDOUT_FILENO);
    }
    ~OutputTo() {
        ::dup2(before_, STDOUT_FILENO);
        ::close(before_);
    }
    OutputTo(const OutputTo&) = delete;
    OutputTo& operator=(const OutputTo&) = delete;

private:
    int before_;
};

struct Pipe {
    Pipe() { EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0); }
    ~Pipe() {
        ::close(ends[1]);
        close_reader();
    }
    void close_reader() {
        if (ends[0] >= 0) {
            ::close(ends[0]);
            ends[0] = -1;
        }
    }
    std::string read_some() const {
        std::array<char, 4096> room{};
        const ssize_t count = ::read(ends[0], room.data(), room.size());
        return std::string(room.data(), static_cast<std::size_t>(count > 0 ? count : 0));
    }
    std::array<int, 2> ends{-1, -1};
};

Outcome deliver_to(int descriptor, FakeNotifierHost& host) {
    const OutputTo output(descriptor);
    return host.deliver(AlertBuilder());
}

TEST(Console, writes_the_message_to_standard_output) {
    FakeNotifierHost host(testing::entry_of<Console>());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    Pipe pipe;
    EXPECT_EQ(deliver_to(pipe.ends[1], host).result, PETREL_DELIVERED);
    const std::string text = pipe.read_some();
    EXPECT_TRUE(text.starts_with("00:00:00  \u25bc BTC-USDT-PERP  BTC long storm")) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos);  // a pipe is no terminal
}

TEST(Console, colour_can_be_forced) {
    FakeConfig config;
    config.text("color", "always");
    FakeNotifierHost host(testing::entry_of<Console>(), config);
    Pipe pipe;
    EXPECT_EQ(deliver_to(pipe.ends[1], host).result, PETREL_DELIVERED);
    EXPECT_NE(pipe.read_some().find('\x1b'), std::string::npos);
}

TEST(Console, colour_on_a_terminal_is_auto_and_no_color_ends_it) {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ASSERT_GE(master, 0);
    ASSERT_EQ(::grantpt(master), 0);
    ASSERT_EQ(::unlockpt(master), 0);
    const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    ASSERT_GE(terminal, 0);
    const auto shown = [&] {
        FakeNotifierHost host(testing::entry_of<Console>());
        EXPECT_EQ(deliver_to(terminal, host).result, PETREL_DELIVERED);
        std::array<char, 4096> room{};
        const ssize_t count = ::read(master, room.data(), room.size());
        return std::string(room.data(), static_cast<std::size_t>(count > 0 ? count : 0));
    };
    ::setenv("TERM", "xterm-256color", 1);
    ::unsetenv("NO_COLOR");
    EXPECT_NE(shown().find('\x1b'), std::string::npos);
    ::setenv("NO_COLOR", "1", 1);
    EXPECT_EQ(shown().find('\x1b'), std::string::npos);
    ::unsetenv("NO_COLOR");
    ::setenv("TERM", "dumb", 1);
    EXPECT_EQ(shown().find('\x1b'), std::string::npos);
    ::close(terminal);
    ::close(master);
}

TEST(Console, reader_that_is_gone_stops_the_channel_and_not_the_process) {
    FakeNotifierHost host(testing::entry_of<Console>());
    Pipe pipe;
    pipe.close_reader();
    const Outcome outcome = deliver_to(pipe.ends[1], host);
    EXPECT_EQ(outcome.result, PETREL_BROKEN);
    EXPECT_NE(outcome.reason.find("standard output"), std::string::npos);
}

TEST(Console, full_device_is_tried_again) {
    FakeNotifierHost host(testing::entry_of<Console>());
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    EXPECT_EQ(deliver_to(full, host).result, PETREL_RETRY);
    ::close(full);
}

TEST(Console, short_writes_are_continued_and_a_full_pipe_tells_how_far_it_came) {
    Pipe pipe;
    ASSERT_EQ(::fcntl(pipe.ends[1], F_SETFL, O_NONBLOCK), 0);
    const std::string text(1'000'000, 'x');  // more than a pipe holds
    const kit::Written written = kit::write_all(pipe.ends[1], text);
    EXPECT_EQ(written.error, EAGAIN);
    EXPECT_GT(written.bytes, 0U);
    EXPECT_LT(written.bytes, text.size());
}

TEST(Console, unknown_colour_is_refused_and_named) {
    FakeConfig config;
    config.text("color", "purple");
    FakeNotifierHost host(testing::entry_of<Console>(), config);
    EXPECT_EQ(host.status().code(), PETREL_E_INVALID);
    EXPECT_NE(host.status().message().find("purple"), std::string::npos);
}

}  // namespace
}  // namespace petrel::console
