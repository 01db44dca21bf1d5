// Budgets, pauses and refusals on the real threads: what goes out when, and what instead.
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>

#include "core/notifier/channel_support.hpp"
#include "core/outbox/signal_support.hpp"
#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "notifier/notifier_stage.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

using petrel::testing::eventually;
using petrel::testing::TempFolder;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

class HandingOut : public ::testing::Test {
protected:
    void start(std::vector<NotifierHandle> channels) {
        options_.store = path_;
        options_.outbox.retry.first_ms = 1;
        auto stage = NotifierStage::start(options_, std::move(channels));
        ASSERT_TRUE(stage.ok()) << stage.status().message();
        stage_ = std::move(*stage);
    }
    void admit(const std::string& id, const std::string& strength = "moderate") {
        Signal signal = storm_signal(id);
        signal.score.strength = strength;
        stage_->on_signal(SignalChange::Admitted, signal);
    }
    std::string state_of(const std::string& key) {
        return run_sql(path_, "SELECT state FROM notifications WHERE key = '" + key + "'");
    }
    std::string count(const std::string& condition) {
        return run_sql(path_, "SELECT COUNT(*) FROM notifications WHERE " + condition);
    }

    TempFolder folder_;
    std::string path_ = folder_.at("petrel.db");
    DeliveryOptions options_;
    Recorder chat_, pager_;
    std::unique_ptr<NotifierStage> stage_;
};

TEST_F(HandingOut, a_story_goes_on_under_the_id_of_its_first_message) {
    chat_.able(PETREL_CAN_EDIT);
    chat_.answer([](const std::string&) { return Outcome{PETREL_DELIVERED, 0, "m-1", {}}; });
    options_.outbox.updates.every_ns = kNsPerMs;
    start({chat_.handle("chat")});
    admit("sig-1");
    Signal grown = storm_signal("sig-1");
    grown.cause.notional_usd *= 2;
    stage_->on_signal(SignalChange::Updated, grown);
    ASSERT_TRUE(eventually([&] { return chat_.ids().size() == 2; }));
    grown.state = SignalState::Expired;
    stage_->on_signal(SignalChange::Expired, grown);
    ASSERT_TRUE(eventually([&] { return chat_.ids().size() == 3; }));
    EXPECT_THAT(chat_.ids(), ElementsAre("sig-1", "sig-1/u1", "sig-1/end"));
    const auto attempts = chat_.attempts();
    EXPECT_EQ(attempts[1].phase, PETREL_ALERT_UPDATE);
    EXPECT_EQ(attempts[2].phase, PETREL_ALERT_END);
    EXPECT_EQ(attempts[0].provider_id, "");
    for (const std::size_t i : {1, 2}) {
        EXPECT_EQ(attempts[i].provider_id, "m-1");
        EXPECT_EQ(attempts[i].story_id, "sig-1");
    }
}

TEST_F(HandingOut, a_picture_is_drawn_behind_its_message_and_added_to_it) {
    chat_.able(PETREL_CAN_EDIT | PETREL_CAN_IMAGE | PETREL_CAN_ADD_IMAGE);
    std::atomic<std::uint64_t> drawn_before{99};
    std::atomic<int> pictures{0};
    chat_.answer([&](const std::string& id) {
        if (id == "sig-1") {
            drawn_before = stage_->figures().cards.drawn;
            return Outcome{PETREL_DELIVERED, 0, "m-1", {}};
        }
        return ++pictures == 1 ? Outcome{PETREL_RETRY, 0, {}, "busy"}
                               : Outcome{PETREL_DELIVERED, 0, "m-1+", {}};
    });
    start({chat_.handle("chat")});
    Signal signal = storm_signal("sig-1");
    signal.series.step_ns = 3 * kNsPerSecond;
    signal.series.points.assign(50, {91'000, 1'000, 0});
    stage_->on_signal(SignalChange::Admitted, signal);
    ASSERT_TRUE(eventually([&] { return state_of("sig-1/chat/pic") == "delivered"; }));
    EXPECT_EQ(drawn_before.load(), 0U) << "the message had gone before anybody drew";
    EXPECT_THAT(chat_.ids(), ElementsAre("sig-1", "sig-1#pic", "sig-1#pic"));
    const auto images = chat_.images();
    EXPECT_EQ(images[0], "");
    EXPECT_THAT(images[1], StartsWith("\x89PNG"));
    EXPECT_EQ(images[2], images[1]);
    const auto attempts = chat_.attempts();
    EXPECT_EQ(attempts[1].phase, PETREL_ALERT_IMAGE);
    EXPECT_EQ(attempts[1].provider_id, "m-1");
    EXPECT_EQ(stage_->figures().cards.drawn, 1U) << "for the second try it was kept";
    EXPECT_EQ(count("key = 'sig-1/chat' AND state = 'delivered' AND attempts = 1"), "1");
}

TEST_F(HandingOut, a_pause_holds_all_of_the_channel_and_may_come_with_a_success) {
    constexpr std::uint64_t pause_ms = 700;
    std::mutex mutex;
    std::vector<std::int64_t> times;
    chat_.answer([&](const std::string&) {
        const std::lock_guard lock(mutex);
        times.push_back(steady_now_ns());
        return times.size() == 1   ? Outcome{PETREL_DELIVERED, pause_ms, {}, {}}
               : times.size() == 2 ? Outcome{PETREL_RETRY, pause_ms, {}, "429"}
                                   : Outcome{};
    });
    start({chat_.handle("chat")});
    for (const std::string id : {"sig-1", "sig-2", "sig-3"}) {
        admit(id);
    }
    ASSERT_TRUE(eventually([&] { return stage_->figures().store.delivered == 3; }));
    const auto pause_ns = static_cast<std::int64_t>(pause_ms) * kNsPerMs;
    EXPECT_GE(times[1] - times[0], pause_ns);
    EXPECT_GE(times[2] - times[1], pause_ns);
    EXPECT_EQ(count("attempts > 2"), "0");
    EXPECT_EQ(chat_.ids().size(), 4U) << "what was given back was not tried";
}

TEST_F(HandingOut, a_test_that_a_channel_gives_back_is_told_why) {
    chat_.answer([](const std::string&) { return Outcome{PETREL_RETRY, 3'600'000, {}, "busy"}; });
    pager_.answer([](const std::string&) { return Outcome{PETREL_BROKEN, 0, {}, "no such key"}; });
    start({chat_.handle("chat"), pager_.handle("pager")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] {
        const DeliveryFigures figures = stage_->figures();
        return figures.channels[0].held_ms > 0 && figures.channels[1].broken;
    }));
    const auto tell = [&](const std::string& channel) {
        const Result<std::string> id = stage_->send_test(channel);
        EXPECT_TRUE(eventually([&] { return stage_->tests(*id).at(0).done; }));
        return stage_->tests(*id).at(0);
    };
    EXPECT_FALSE(tell("chat").delivered);
    EXPECT_THAT(tell("chat").reason, HasSubstr("wants a pause; try again in 1 h"));
    EXPECT_EQ(tell("pager").reason, "its provider refuses this channel: no such key");
}

TEST_F(HandingOut, use_by_ends_what_waits_for_a_provider_that_wants_an_hour) {
    options_.outbox.use_by_ns = kNsPerSecond;
    chat_.answer([](const std::string&) { return Outcome{PETREL_RETRY, 3'600'000, {}, "busy"}; });
    start({chat_.handle("chat"), pager_.handle("pager")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return chat_.ids().size() == 1; }));
    admit("sig-2");
    EXPECT_TRUE(eventually([&] { return state_of("sig-1/chat") == "expired"; })) << "tried";
    EXPECT_TRUE(eventually([&] { return state_of("sig-2/chat") == "expired"; })) << "untried";
    EXPECT_GT(stage_->figures().channels[0].held_ms, 3'000'000);
    EXPECT_EQ(chat_.ids().size(), 1U);
    EXPECT_EQ(state_of("sig-2/pager"), "delivered");
}

TEST_F(HandingOut, a_pause_that_an_earlier_life_was_asked_for_still_holds) {
    chat_.answer([](const std::string&) { return Outcome{PETREL_RETRY, 3'600'000, {}, "429"}; });
    start({chat_.handle("chat"), pager_.handle("pager")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return count("channel = 'chat' AND attempts = 1") == "1"; }));
    stage_->stop(0);
    stage_.reset();
    // As a provider that is asked over HTTP would have left it.
    run_sql(path_, "UPDATE attempts SET http_status = 429 WHERE channel = 'chat'");
    Recorder chat;
    start({chat.handle("chat"), pager_.handle("pager")});
    admit("sig-2");
    ASSERT_TRUE(eventually([&] { return state_of("sig-2/pager") == "delivered"; }));
    EXPECT_EQ(state_of("sig-2/chat"), "pending");
    EXPECT_TRUE(chat.ids().empty());
    EXPECT_GT(stage_->figures().channels[0].held_ms, 3'000'000);
}

TEST_F(HandingOut, a_storm_beyond_the_budget_ends_in_a_digest) {
    // A life in which the provider wants to be left alone, so that all of them wait.
    Recorder busy;
    busy.answer([](const std::string&) { return Outcome{PETREL_RETRY, 3'600'000, {}, "busy"}; });
    start({busy.handle("chat"), pager_.handle("pager")});
    for (int i = 0; i < 20; ++i) {
        admit("sig-" + std::to_string(100 + i), "extreme");
    }
    ASSERT_TRUE(eventually([&] { return pager_.ids().size() == 20; }));
    EXPECT_GT(stage_->figures().channels[0].held_ms, 3'000'000);
    EXPECT_EQ(stage_->figures().channels[0].room, 0U);
    EXPECT_EQ(stage_->figures().channels[0].pending, 20U);
    stage_->stop(0);
    stage_.reset();
    chat_.limit_per_minute(3);
    start({chat_.handle("chat"), pager_.handle("pager")});
    ASSERT_TRUE(eventually([&] { return count("state = 'merged' AND finished_ns > 0") == "17"; }));
    EXPECT_THAT(chat_.ids(), Contains(StartsWith("dig-")));
    EXPECT_EQ(stage_->figures().channels[0].per_minute, 3);
    EXPECT_EQ(chat_.ids().size(), 3U) << "two alone and one for the rest";
    EXPECT_EQ(count("channel = 'chat' AND state = 'pending'"), "1") << "the one that was tried";
}

TEST_F(HandingOut, a_stopped_channel_hands_over_and_is_tried_again) {
    std::atomic<bool> refuses{true};
    chat_.answer([&](const std::string&) {
        return refuses ? Outcome{PETREL_BROKEN, 0, {}, "403"} : Outcome{};
    });
    options_.channels["chat"].fallback = "pager";
    options_.stopped_retry_ms = 60'000;
    options_.routing.root.channels = {"chat"};
    start({chat_.handle("chat"), pager_.handle("pager")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return state_of("sig-1/chat") == "diverted"; }));
    admit("sig-2");
    ASSERT_TRUE(eventually([&] { return state_of("sig-2/pager") == "delivered"; }));
    EXPECT_THAT(pager_.ids(), IsSupersetOf({"sig-1", "sig-2"}));
    EXPECT_TRUE(eventually([&] {  // behind the signals, which come first
        return ::testing::Value(pager_.headlines(), Contains(HasSubstr("channel chat is refused")));
    }));
    EXPECT_THAT(chat_.ids(), ElementsAre("sig-1"));
    const ChannelFigures figures = stage_->figures().channels[0];
    EXPECT_TRUE(figures.broken);
    EXPECT_EQ(figures.broken_why, "403");
    EXPECT_EQ(figures.fallback, "pager");
    EXPECT_GT(figures.retry_ms, 0);
    stage_->stop(0);
    stage_.reset();
    refuses = false;
    start({chat_.handle("chat"), pager_.handle("pager")});
    admit("sig-3");
    ASSERT_TRUE(eventually([&] { return state_of("sig-3/chat") == "delivered"; }))
        << "a start tries it again";
}

// A clock that was an hour ahead, and was set before the next start.
TEST_F(HandingOut, what_was_written_in_the_future_does_not_wait_for_it) {
    chat_.answer([](const std::string&) { return Outcome{PETREL_RETRY, 20'000, {}, "busy"}; });
    start({chat_.handle("chat"), pager_.handle("pager")});
    admit("sig-1");
    admit("sig-2");
    ASSERT_TRUE(eventually([&] {
        return count("channel = 'chat' AND attempts = 1") == "1" &&
               count("channel = 'chat'") == "2";
    }));
    stage_->stop(0);
    stage_.reset();
    run_sql(path_,
            "UPDATE notifications SET created_ns = created_ns + 3600000000000, next_try_ns ="
            " next_try_ns + 3600000000000, use_by_ns = use_by_ns + 3600000000000;");
    run_sql(path_, "UPDATE attempts SET at_ns = at_ns + 3600000000000, http_status = 429;");
    const std::string now = std::to_string(wall_now_ns());
    chat_.answer(nullptr);
    start({chat_.handle("chat"), pager_.handle("pager")});
    ASSERT_TRUE(eventually([&] { return state_of("sig-1/chat") == "delivered"; }));
    ASSERT_TRUE(eventually([&] { return state_of("sig-2/chat") == "delivered"; }));
    EXPECT_EQ(count("state = 'delivered' AND channel = 'chat' AND use_by_ns > " + now +
                    " + 1000000000000"),
              "0");
}

TEST_F(HandingOut, a_store_that_is_moved_away_is_told) {
    start({chat_.handle("chat")});
    std::filesystem::rename(path_, path_ + ".away");
    ASSERT_TRUE(eventually([&] { return chat_.ids().size() == 1; }));
    EXPECT_THAT(chat_.headlines(), ElementsAre(HasSubstr("the store's file is gone")));
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return chat_.ids().size() == 2; })) << "it is sent all the same";
    EXPECT_EQ(chat_.ids().back(), "sig-1");
}

TEST_F(HandingOut, one_message_tries_a_stopped_channel_until_it_works) {
    std::atomic<int> calls{0};
    chat_.answer([&](const std::string&) {
        return ++calls < 3 ? Outcome{PETREL_BROKEN, 0, {}, "403"} : Outcome{};
    });
    options_.stopped_retry_ms = 1;
    options_.routing.root.channels = {"chat"};
    start({chat_.handle("chat"), pager_.handle("pager")});
    int admitted = 0;
    ASSERT_TRUE(eventually([&] {
        admit("sig-" + std::to_string(admitted++));
        return stage_->figures().channels[0].delivered >= 2;
    }));
    EXPECT_FALSE(stage_->figures().channels[0].broken);
    stage_->stop();
    EXPECT_THAT(chat_.headlines(), Contains(HasSubstr("channel chat works again")));
}

// The good news opened a second incident, and neither was ever closed.
TEST_F(HandingOut, the_end_of_a_trouble_closes_its_incident_and_is_a_message_elsewhere) {
    std::atomic<int> calls{0};
    chat_.answer([&](const std::string&) {
        return ++calls < 3 ? Outcome{PETREL_BROKEN, 0, {}, "403"} : Outcome{};
    });
    pager_.able(PETREL_CAN_RESOLVE);
    options_.stopped_retry_ms = 1;
    Recorder mail;
    start({chat_.handle("chat"), mail.handle("mail"), pager_.handle("pager")});
    int admitted = 0;
    ASSERT_TRUE(eventually([&] {
        admit("sig-" + std::to_string(admitted++));
        return count("phase = 'end' AND state = 'delivered'") == "1";
    }));
    stage_->stop();
    const std::string system = "channel = 'pager' AND signal_id LIKE 'sys-%'";
    EXPECT_EQ(count(system), "2");
    EXPECT_EQ(run_sql(path_, "SELECT COUNT(DISTINCT signal_id) FROM notifications WHERE " + system),
              "1");
    const auto attempts = pager_.attempts();
    EXPECT_EQ(std::count_if(attempts.begin(), attempts.end(),
                            [](const auto& one) { return one.phase == PETREL_ALERT_END; }),
              1);
    EXPECT_THAT(mail.headlines(), Contains(HasSubstr("channel chat works again")));
}

}  // namespace
}  // namespace petrel::core
