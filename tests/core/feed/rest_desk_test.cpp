// Requests of one venue against a real server: order, bounds, holds, end points.
#include "feed/rest_desk.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "core/net/mini_server_support.hpp"

namespace petrel::core::test {
namespace {

std::string answer_with(const std::string& status, const std::string& fields = "") {
    return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: 2\r\n\r\nok";
}

// Answers every request alike.
MiniServer::Script always(std::string answer) {
    return [answer](MiniPeer& peer) {
        while (!peer.read_head().empty()) {
            peer.send(answer);
        }
    };
}

RequestPlan request(const std::string& target, std::uint32_t weight = 1,
                    std::uint32_t interval_ms = 0) {
    RequestPlan plan;
    plan.purpose = interval_ms > 0 ? PETREL_REQUEST_POLL : PETREL_REQUEST_DISCOVERY;
    plan.method = "GET";
    plan.target = target;
    plan.weight = weight;
    plan.interval_ms = interval_ms;
    return plan;
}

class RestDeskTest : public testing::Test {
protected:
    void open(std::vector<std::string> endpoints,
              RestLimits limits = {.weight_per_minute = 60'000'000, .gap_ms = 0}) {
        desk_ = std::make_unique<RestDesk>(
            loop_, RestOptions{"words", std::move(endpoints), "", limits, {}, {}},
            [this](const RequestPlan& plan, const Result<HttpReply>& got) {
                answered_.push_back(plan.target);
                statuses_.push_back(got.ok() ? got->status() : 0);
            });
    }
    bool reach_answers(std::size_t count) {
        return loop_.run_until([&] { return answered_.size() >= count; }, 8'000);
    }

    IoLoop loop_;
    std::vector<std::string> answered_;
    std::vector<std::uint32_t> statuses_;
    std::unique_ptr<RestDesk> desk_;
};

TEST_F(RestDeskTest, refuses_without_an_end_point_and_says_what_to_do) {
    open({});
    const Status asked = desk_->ask(request("/a"));
    ASSERT_FALSE(asked.ok());
    EXPECT_NE(asked.message().find("add rest = "), std::string::npos) << asked.message();
    EXPECT_FALSE(desk_->poll({request("/b", 1, 100)}).ok());
    EXPECT_TRUE(desk_->poll({}).ok());
    loop_.run_for(20);
    EXPECT_EQ(desk_->figures().sent, 0U);
}

TEST_F(RestDeskTest, sends_the_headers_of_the_request_and_who_we_are) {
    std::string head;
    MiniServer server([&](MiniPeer& peer) {
        head = peer.read_head();
        peer.send(answer_with("200 OK"));
        peer.wait_for_end();
    });
    open({server.url("http", "")});
    RequestPlan plan = request("/info");
    plan.method = "POST";
    plan.body = "{}";
    plan.headers = {{"Content-Type", "application/json"}};
    ASSERT_TRUE(desk_->ask(plan).ok());
    ASSERT_TRUE(reach_answers(1));
    EXPECT_TRUE(head.starts_with("POST /info HTTP/1.1\r\n")) << head;
    EXPECT_NE(head.find("Content-Type: application/json\r\n"), std::string::npos);
    EXPECT_NE(head.find("User-Agent: petrel/"), std::string::npos);
    desk_.reset();
}

TEST_F(RestDeskTest, refuses_requests_that_could_break_out_of_their_line) {
    open({"http://127.0.0.1:9"});
    RequestPlan smuggled = request("/a");
    smuggled.headers = {{"X-A", "1\r\nX-B: 2"}};
    EXPECT_NE(desk_->ask(smuggled).message().find("holds a line end"), std::string::npos);
    smuggled.interval_ms = 10;
    EXPECT_FALSE(desk_->poll({request("/b", 1, 100), smuggled}).ok());
    RequestPlan wild = request("/a");
    wild.method = "GET / HTTP/1.1\r\nX:";
    EXPECT_FALSE(desk_->ask(wild).ok());
    loop_.run_for(20);
    EXPECT_EQ(desk_->figures().sent, 0U);
}

TEST_F(RestDeskTest, pays_for_weight_before_the_next_request_goes) {
    MiniServer server(always(answer_with("200 OK")));
    open({server.url("http", "")}, {.weight_per_minute = 600, .gap_ms = 0});
    ASSERT_TRUE(desk_->ask(request("/dear", 600)).ok());  // a minute's worth
    ASSERT_TRUE(desk_->ask(request("/next")).ok());
    ASSERT_TRUE(reach_answers(1));
    loop_.run_for(150);
    EXPECT_EQ(answered_, std::vector<std::string>{"/dear"});
    EXPECT_EQ(desk_->figures().sent, 1U);
    EXPECT_EQ(desk_->figures().weight, 600U);
    desk_.reset();
}

TEST_F(RestDeskTest, sends_nothing_more_once_the_venue_has_had_enough) {
    for (const char* status : {"429 Too Many Requests", "418 I'm a teapot"}) {
        MiniServer server(always(answer_with(status, "Retry-After: 3600\r\n")));
        open({server.url("http", "")});
        ASSERT_TRUE(desk_->poll({request("/a", 1, 20), request("/b", 1, 20)}).ok());
        ASSERT_TRUE(loop_.run_until([&] { return desk_->figures().holds == 1; }, 5'000));
        const std::uint64_t sent = desk_->figures().sent;
        ASSERT_TRUE(desk_->ask(request("/c")).ok());
        loop_.run_for(150);
        EXPECT_EQ(desk_->figures().sent, sent);
        EXPECT_EQ(desk_->figures().holds, 1U);
        desk_.reset();
    }
}

TEST_F(RestDeskTest, goes_on_when_the_hold_is_over_and_counts_the_rounds_that_fell_out) {
    std::atomic<int> asked{0};
    MiniServer server([&](MiniPeer& peer) {
        while (!peer.read_head().empty()) {
            peer.send(asked++ == 0 ? answer_with("429 Slow down", "Retry-After: 1\r\n")
                                   : answer_with("200 OK"));
        }
    });
    open({server.url("http", "")});
    ASSERT_TRUE(desk_->poll({request("/a", 1, 100)}).ok());
    ASSERT_TRUE(
        loop_.run_until([&] { return !statuses_.empty() && statuses_.back() == 200; }, 5'000));
    EXPECT_EQ(desk_->figures().holds, 1U);
    EXPECT_GE(desk_->figures().polls_skipped, 5U);
    desk_.reset();
}

TEST_F(RestDeskTest, keeps_few_on_their_way_when_no_answer_comes) {
    MiniServer server([](MiniPeer& peer) { peer.wait_for_end(); });
    open({server.url("http", "")});
    std::vector<RequestPlan> polls;
    for (int i = 0; i < 50; ++i) {
        polls.push_back(request("/" + std::to_string(i), 1, 10));
    }
    ASSERT_TRUE(desk_->poll(polls).ok());
    loop_.run_for(200);
    EXPECT_EQ(desk_->figures().sent, 4U);
    desk_.reset();
}

TEST_F(RestDeskTest, refuses_more_than_it_has_room_for) {
    MiniServer server([](MiniPeer& peer) { peer.wait_for_end(); });
    open({server.url("http", "")});
    int taken = 0;
    while (taken < 10'000 && desk_->ask(request("/x")).ok()) {
        ++taken;
    }
    EXPECT_EQ(taken, 4'096 + 4);
    desk_.reset();
}

TEST_F(RestDeskTest, polls_each_by_its_own_interval) {
    MiniServer server(always(answer_with("200 OK")));
    open({server.url("http", "")});
    ASSERT_TRUE(desk_->poll({request("/rare", 1, 3'600'000), request("/often", 1, 10)}).ok());
    ASSERT_TRUE(reach_answers(12));
    EXPECT_EQ(std::count(answered_.begin(), answered_.end(), "/rare"), 1);
    desk_.reset();
}

TEST_F(RestDeskTest, turns_to_the_next_end_point_after_failures_in_a_row) {
    MiniServer broken(always(answer_with("502 Bad Gateway")));
    MiniServer good(always(answer_with("200 OK")));
    open({broken.url("http", ""), good.url("http", "")});
    ASSERT_TRUE(desk_->poll({request("/a", 1, 10)}).ok());
    ASSERT_TRUE(
        loop_.run_until([&] { return !statuses_.empty() && statuses_.back() == 200; }, 5'000));
    EXPECT_EQ(desk_->endpoint(), good.url("http", ""));
    EXPECT_GE(desk_->figures().failed, 2U);
    desk_.reset();
}

TEST_F(RestDeskTest, calls_nobody_after_it_was_stopped) {
    MiniServer server(always(answer_with("200 OK")));
    open({server.url("http", "")});
    ASSERT_TRUE(desk_->ask(request("/a")).ok());
    desk_->stop();
    loop_.run_for(100);
    EXPECT_TRUE(answered_.empty());
    desk_.reset();
}

}  // namespace
}  // namespace petrel::core::test
