// Long polls over real sockets: what is passed on and answered, in which order, and what a provider
// that fails, refuses, asks for time or never answers makes of them.
#include "notifier/poller.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <deque>

#include "core/net/mini_server_support.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

using test::MiniPeer;
using test::MiniServer;
using ::testing::ElementsAre;

constexpr std::chrono::seconds kPatience{20};

// What happened, in order; whoever waits for a line of it is woken.
class Course {
public:
    void add(const std::string& line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back(line);
        added_.notify_all();
    }
    [[nodiscard]] bool reaches(std::size_t count) {
        std::unique_lock lock(mutex_);
        return added_.wait_for(lock, kPatience, [&] { return lines_.size() >= count; });
    }
    [[nodiscard]] std::vector<std::string> first(std::size_t count) {
        const std::lock_guard lock(mutex_);
        return {lines_.begin(),
                lines_.begin() + static_cast<std::ptrdiff_t>(std::min(count, lines_.size()))};
    }

private:
    std::mutex mutex_;
    std::condition_variable added_;
    std::vector<std::string> lines_;
};

// Asks with the answers it is given as the body; a reply is "press", "wait REASON", "refuse REASON"
// or nothing.
class Asker final : public PollingNotifier {
public:
    Asker(std::string url, Course& course) : url_(std::move(url)), course_(&course) {}
    Asker(const Host&, const Config&) {}

    Result<NotifierRequest> build(const Alert&) override { return Status::invalid("only polls"); }
    Outcome read_reply(const NotifierReply&) override { return {}; }
    Result<NotifierRequest> build_poll(std::span<const PressAnswer> answers) override {
        std::string body = "ask";
        for (const PressAnswer& answer : answers) {
            body += " " + std::string(answer.token) + "=" + std::string(answer.words);
        }
        course_->add(body);
        return NotifierRequest{"POST", url_, body, {}};
    }
    Poll read_poll(const NotifierReply& reply) override {
        const std::string body(reply.body);
        course_->add("read " + body.substr(0, body.find(' ')));
        Poll poll;
        if (body.starts_with("press")) {
            poll.presses.push_back({"t1", "sig-1\x1b", "ann"});
            poll.ignored = 1;
        } else if (body.starts_with("wait ")) {
            poll.result = PETREL_RETRY;
            poll.wait_ms = 300;
            poll.reason = body.substr(5);
        } else if (body.starts_with("refuse ")) {
            poll.result = PETREL_BROKEN;
            poll.reason = body.substr(7);
        }
        return poll;
    }
    [[nodiscard]] const petrel_notifier* functions() {
        return static_cast<const petrel_notifier*>(table<Asker>());
    }

private:
    std::string url_;
    Course* course_ = nullptr;
};

// A provider that says one thing after the other, one a connection, and then nothing any more.
class Provider {
public:
    explicit Provider(std::deque<std::string> says)
        : says_(std::move(says)), server_([this](MiniPeer& peer) { answer(peer); }) {}
    [[nodiscard]] std::string url() const { return server_.url("http", "/poll"); }
    [[nodiscard]] std::vector<std::int64_t> asked_ns() {
        const std::lock_guard lock(mutex_);
        return asked_ns_;
    }

private:
    void answer(MiniPeer& peer) {
        if (peer.read_head().empty()) {
            return;
        }
        std::string words = "never";
        {
            const std::lock_guard lock(mutex_);
            asked_ns_.push_back(steady_now_ns());
            if (!says_.empty()) {
                words = says_.front();
                says_.pop_front();
            }
        }
        if (words == "reset") {
            peer.reset();
        } else if (words == "never") {
            peer.wait_for_end();
        } else {
            peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                      std::to_string(words.size()) + "\r\n\r\n" + words);
        }
    }

    std::mutex mutex_;
    std::deque<std::string> says_;
    std::vector<std::int64_t> asked_ns_;
    MiniServer server_;  // last: its threads use the others
};

class PollerTest : public ::testing::Test {
protected:
    void start(std::deque<std::string> says) {
        provider_ = std::make_unique<Provider>(std::move(says));
        start_at(provider_->url());
    }
    void start_at(const std::string& url) {
        asker_ = std::make_unique<Asker>(url, course_);
        poller_ = std::make_unique<Poller>(
            Poller::Plugin{"chat", asker_->functions(), asker_.get(), &mutex_, 60'000},
            [this](const Press& press) {
                course_.add("press " + press.token + " " + press.story_id + " " + press.who);
                return "seen";
            });
    }
    // Until it is true of the figures; false when it never is.
    template <typename Truth>
    [[nodiscard]] bool comes(Truth&& truth) {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        while (!truth(poller_->figures())) {
            if (std::chrono::steady_clock::now() > until) {
                return false;
            }
            std::this_thread::yield();
        }
        return true;
    }

    Course course_;
    std::mutex mutex_;
    std::unique_ptr<Provider> provider_;
    std::unique_ptr<Asker> asker_;
    std::unique_ptr<Poller> poller_;  // ends before what it borrows
};

TEST_F(PollerTest, a_press_is_recorded_then_answered_with_the_next_question) {
    start({"press", "press", ""});
    ASSERT_TRUE(course_.reaches(7));
    EXPECT_THAT(course_.first(7),
                ElementsAre("ask", "read press", "press t1 sig-1? ann", "ask t1=seen", "read press",
                            "press t1 sig-1? ann", "ask t1=seen"))
        << "never asked again before what was read is recorded; texts are made safe";
    EXPECT_TRUE(comes([](const PollerFigures& f) { return f.presses == 2 && f.ignored == 2; }));
}

TEST_F(PollerTest, a_provider_that_asks_for_time_gets_it) {
    start({"wait slow down"});
    ASSERT_TRUE(comes([](const PollerFigures& f) { return f.failures == 1; }));
    EXPECT_EQ(poller_->figures().trouble, "slow down");
    ASSERT_TRUE(comes([this](const PollerFigures&) { return provider_->asked_ns().size() == 2; }));
    const std::vector<std::int64_t> asked = provider_->asked_ns();
    EXPECT_GE(asked[1] - asked[0], 300 * kNsPerMs);
}

TEST_F(PollerTest, a_connection_that_breaks_is_counted_and_asked_again) {
    start({"reset", "press"});
    ASSERT_TRUE(course_.reaches(4));
    EXPECT_THAT(course_.first(4), ElementsAre("ask", "ask", "read press", "press t1 sig-1? ann"));
    EXPECT_TRUE(comes([](const PollerFigures& f) {
        return f.failures == 1 && f.presses == 1 && f.trouble.empty() && !f.ended;
    }));
}

TEST_F(PollerTest, a_provider_that_refuses_is_never_asked_again_and_says_why_without_secrets) {
    start({"refuse no bot 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx", "press"});
    ASSERT_TRUE(comes([](const PollerFigures& f) { return f.ended; }));
    const PollerFigures figures = poller_->figures();
    EXPECT_EQ(figures.trouble, "no bot [hidden: bot token]");
    EXPECT_EQ(figures.failures, 1U);
    poller_->stop();
    EXPECT_EQ(provider_->asked_ns().size(), 1U);
}

TEST_F(PollerTest, a_plugin_that_wants_nothing_is_left_alone) {
    start_at("");
    ASSERT_TRUE(comes([](const PollerFigures& f) { return f.ended; }));
    EXPECT_EQ(poller_->figures().failures, 0U);
    EXPECT_EQ(poller_->figures().trouble, "");
}

TEST_F(PollerTest, stopping_does_not_wait_for_an_answer) {
    start({});
    ASSERT_TRUE(course_.reaches(1));
    const auto begun = std::chrono::steady_clock::now();
    poller_->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(15))
        << "the question's own time is a minute";
}

}  // namespace
}  // namespace petrel::core
