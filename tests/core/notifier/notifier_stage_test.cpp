// Delivery end to end, on its real threads and store, with channels that answer as told.
#include "notifier/notifier_stage.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <condition_variable>
#include <stdexcept>

#include "core/notifier/channel_support.hpp"
#include "core/outbox/signal_support.hpp"
#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"

namespace petrel::core {
namespace {

using petrel::testing::eventually;
using petrel::testing::TempFolder;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class Delivering : public ::testing::Test {
protected:
    void start(std::vector<NotifierHandle> channels) {
        DeliveryOptions options = options_;
        options.store = path_;
        options.outbox.retry.first_ms = 1;
        auto stage = NotifierStage::start(std::move(options), std::move(channels));
        ASSERT_TRUE(stage.ok()) << stage.status().message();
        stage_ = std::move(*stage);
    }
    void admit(const std::string& id) {
        stage_->on_signal(SignalChange::Admitted, storm_signal(id));
    }
    std::string state_of(const std::string& key) {
        return run_sql(path_, "SELECT state FROM notifications WHERE key = '" + key + "'");
    }
    std::string reason_of(const std::string& key) {
        return run_sql(path_, "SELECT reason FROM notifications WHERE key = '" + key + "'");
    }

    DeliveryOptions options_;
    TempFolder folder_;
    std::string path_ = folder_.at("petrel.db");
    Recorder first_, second_;
    std::unique_ptr<NotifierStage> stage_;
};

TEST_F(Delivering, an_admitted_signal_reaches_every_channel_and_is_recorded) {
    start({first_.handle("a"), second_.handle("b")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return stage_->figures().store.delivered == 2; }));
    EXPECT_THAT(first_.ids(), ElementsAre("sig-1"));
    EXPECT_THAT(second_.ids(), ElementsAre("sig-1"));
    const DeliveryFigures figures = stage_->figures();
    EXPECT_EQ(figures.channels[0].delivered, 1U);
    EXPECT_EQ(figures.store.signals, 1U);
}

TEST_F(Delivering, updates_expiry_and_near_misses_are_recorded_and_not_sent) {
    start({first_.handle("a")});
    Signal held = storm_signal("sig-2");
    held.state = SignalState::Held;
    stage_->on_signal(SignalChange::Held, held);
    admit("sig-1");
    Signal expired = storm_signal("sig-1");
    expired.state = SignalState::Expired;
    stage_->on_signal(SignalChange::Expired, expired);
    stage_->stop();
    EXPECT_THAT(first_.ids(), ElementsAre("sig-1"));
    EXPECT_EQ(run_sql(path_, "SELECT state FROM signals WHERE id = 'sig-1'"), "expired");
    EXPECT_EQ(run_sql(path_, "SELECT state FROM signals WHERE id = 'sig-2'"), "held");
}

// Quiet as it is: no alert wakes the thread that prunes.
TEST_F(Delivering, what_is_old_goes_part_by_part_until_nothing_is_left) {
    options_.near_misses_max = 0;
    options_.prune_every_ms = 60'000;
    start({first_.handle("a")});
    for (int i = 0; i < 300; ++i) {
        Signal held = storm_signal("sig-" + std::to_string(i));
        held.state = SignalState::Held;
        stage_->on_signal(SignalChange::Held, held);
    }
    stage_->stop();
    stage_.reset();
    EXPECT_EQ(run_sql(path_, "SELECT COUNT(*) FROM signals"), "300");
    options_.prune_every_ms = 1;
    start({first_.handle("a")});
    EXPECT_TRUE(eventually([&] { return run_sql(path_, "SELECT COUNT(*) FROM signals") == "0"; }));
}

TEST_F(Delivering, a_temporary_failure_is_tried_again_under_the_same_id) {
    std::atomic<int> calls{0};
    first_.answer([&](const std::string&) {
        return ++calls < 3 ? Outcome{PETREL_RETRY, 1, {}, "busy"} : Outcome{};
    });
    start({first_.handle("a")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return stage_->figures().store.delivered == 1; }));
    EXPECT_THAT(first_.ids(), ElementsAre("sig-1", "sig-1", "sig-1"));
    EXPECT_EQ(run_sql(path_, "SELECT attempts FROM notifications"), "3");
}

TEST_F(Delivering, a_channel_that_throws_is_tried_again) {
    std::atomic<int> calls{0};
    first_.answer([&](const std::string&) -> Outcome {
        if (++calls == 1) {
            throw std::runtime_error("planted");
        }
        return {};
    });
    start({first_.handle("a")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return stage_->figures().store.delivered == 1; }));
    EXPECT_EQ(calls, 2);
}

TEST_F(Delivering, a_stuck_channel_holds_up_itself_alone) {
    std::mutex mutex;
    std::condition_variable opened;
    bool open = false;
    first_.answer([&](const std::string&) {
        std::unique_lock lock(mutex);
        opened.wait(lock, [&] { return open; });
        return Outcome{};
    });
    start({first_.handle("a"), second_.handle("b")});
    constexpr std::uint64_t count = 400;  // more than a channel's queue takes
    for (std::uint64_t i = 0; i < count; ++i) {
        admit("sig-" + std::to_string(i));
    }
    EXPECT_TRUE(eventually([&] { return stage_->figures().store.delivered == count; }));
    EXPECT_EQ(second_.ids().size(), count);
    {
        const std::lock_guard lock(mutex);
        open = true;
    }
    opened.notify_all();
    EXPECT_TRUE(eventually([&] { return stage_->figures().store.delivered == 2 * count; }));
    EXPECT_EQ(first_.ids().size(), count) << "each once";
}

TEST_F(Delivering, a_broken_channel_is_told_over_another_and_not_called_again) {
    first_.answer([](const std::string&) { return Outcome{PETREL_BROKEN, 0, {}, "bad token"}; });
    start({first_.handle("a"), second_.handle("b")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return second_.ids().size() == 2; }));
    EXPECT_THAT(second_.headlines(), Contains(HasSubstr("channel a is refused by its provider")));
    admit("sig-2");
    ASSERT_TRUE(eventually([&] { return state_of("sig-2/a") == "refused"; }));
    EXPECT_EQ(first_.ids().size(), 1U);
    EXPECT_EQ(reason_of("sig-1/a"), "bad token");
    EXPECT_TRUE(stage_->figures().channels[0].broken);
}

TEST_F(Delivering, what_is_not_delivered_at_a_stop_waits_for_the_next_start) {
    first_.limit_per_minute(1);
    start({first_.handle("a")});
    for (const std::string id : {"sig-1", "sig-2", "sig-3"}) {
        admit(id);
    }
    ASSERT_TRUE(eventually([&] { return first_.ids().size() == 1; }));
    stage_->stop(0);
    stage_.reset();
    EXPECT_EQ(run_sql(path_, "SELECT COUNT(*) FROM notifications WHERE state = 'pending'"), "2");
    const std::string sent_before = first_.ids().front();
    start({second_.handle("a")});
    ASSERT_TRUE(eventually([&] { return second_.ids().size() == 2; }));
    stage_->stop();
    EXPECT_THAT(second_.ids(), Not(Contains(sent_before))) << "nothing twice";
    EXPECT_EQ(run_sql(path_, "SELECT COUNT(*) FROM notifications WHERE state = 'delivered'"), "3");
}

TEST_F(Delivering, a_stop_makes_everything_admitted_durable) {
    start({first_.handle("a")});
    for (int i = 0; i < 200; ++i) {
        admit("sig-" + std::to_string(i));
    }
    stage_->stop(0);
    EXPECT_EQ(run_sql(path_, "SELECT COUNT(*) FROM signals"), "200");
    EXPECT_EQ(run_sql(path_, "SELECT COUNT(*) FROM notifications"), "200");
    EXPECT_FALSE(stage_->query<int>([](Database&) { return Result<int>(1); }).has_value());
}

TEST_F(Delivering, a_store_that_fails_for_a_while_loses_nothing) {
    start({first_.handle("a")});
    {
        const BrokenTable broken(path_, "INSERT");
        for (const std::string id : {"sig-1", "sig-2", "sig-3"}) {
            admit(id);
        }
        ASSERT_TRUE(eventually([&] { return stage_->figures().store_failures >= 2; }));
        EXPECT_TRUE(first_.ids().empty()) << "no commit, no message";
        EXPECT_THAT(stage_->figures().last_failure, HasSubstr("planted failure"));
    }
    ASSERT_TRUE(eventually([&] { return first_.ids().size() == 5; }))
        << "three signals, that the store failed, and that it works again";
    stage_->stop();
    EXPECT_THAT(first_.ids(), Contains("sig-1"));
    EXPECT_THAT(first_.ids(), Contains("sig-2"));
    EXPECT_THAT(first_.ids(), Contains("sig-3"));
    EXPECT_THAT(first_.headlines(), Contains(HasSubstr("the store failed for a while")));
    EXPECT_EQ(stage_->figures().admissions_lost, 0U);
}

TEST_F(Delivering, a_full_disk_delays_and_loses_nothing) {
    start({first_.handle("a")});
    admit("sig-0");
    ASSERT_TRUE(eventually([&] { return stage_->figures().store.delivered == 1; }));
    {
        const FullDisk full;
        admit("sig-1");
        ASSERT_TRUE(eventually([&] { return stage_->figures().store_failures >= 2; }));
        EXPECT_THAT(first_.ids(), ElementsAre("sig-0"));
    }
    ASSERT_TRUE(eventually([&] { return stage_->figures().store.delivered >= 2; }));
    EXPECT_THAT(first_.ids(), Contains("sig-1"));
}

TEST_F(Delivering, a_record_that_fails_is_made_later_and_nothing_is_sent_twice) {
    start({first_.handle("a")});
    {
        const BrokenTable broken(path_, "UPDATE");
        admit("sig-1");
        ASSERT_TRUE(eventually([&] { return stage_->figures().store_failures >= 3; }));
        EXPECT_EQ(state_of("sig-1/a"), "pending");
    }
    ASSERT_TRUE(eventually([&] { return state_of("sig-1/a") == "delivered"; }));
    const auto ids = first_.ids();
    EXPECT_EQ(std::count(ids.begin(), ids.end(), "sig-1"), 1);
}

TEST_F(Delivering, rows_of_a_channel_that_is_gone_are_refused_with_the_reason) {
    start({first_.handle("old")});
    first_.answer([](const std::string&) { return Outcome{PETREL_RETRY, 50, {}, "busy"}; });
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return stage_->figures().channels[0].retried > 0; }));
    stage_->stop(0);
    stage_.reset();
    start({second_.handle("new")});
    ASSERT_TRUE(eventually([&] { return state_of("sig-1/old") == "refused"; }));
    EXPECT_EQ(reason_of("sig-1/old"), "its channel is no longer configured");
}

TEST_F(Delivering, what_waited_in_a_channel_beyond_its_use_by_is_not_sent) {
    first_.limit_per_minute(1);
    start({first_.handle("a")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return first_.ids().size() == 1; }));
    stage_->stop(0);
    stage_.reset();
    run_sql(path_, "UPDATE notifications SET state = 'pending', use_by_ns = 1");
    start({second_.handle("a")});
    ASSERT_TRUE(eventually([&] { return state_of("sig-1/a") == "expired"; }));
    EXPECT_TRUE(second_.ids().empty());
    // The channel looks for itself, too: here it is handed one that is past its time.
    Delivery late;
    late.row = notification_row("sig-2", "a");
    late.row.use_by_ns = 1;
    late.alert = compose_alert(storm_signal("sig-2"));
    Recorder recorder;
    Mailbox<DeliveryOutcome> reported(4);
    Channel channel(recorder.handle("a"),
                    [&](DeliveryOutcome outcome) { reported.try_push(std::move(outcome)); });
    ASSERT_TRUE(channel.send(late));
    const std::optional<DeliveryOutcome> outcome = reported.pop(30'000);
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->result, DeliveryResult::Untried);
    EXPECT_TRUE(recorder.ids().empty());
}

TEST_F(Delivering, a_question_that_takes_long_holds_no_alert_up) {
    start({first_.handle("a")});
    Mailbox<bool> asked(1);
    Mailbox<bool> may_end(1);
    std::thread asking([&] {
        stage_->query<bool>([&](Database& database) {
            asked.try_push(true);
            may_end.pop(30'000);
            return Result<bool>(database.find("sig-")->size() == 1);
        });
    });
    ASSERT_TRUE(asked.pop(30'000));
    admit("sig-1");
    EXPECT_TRUE(eventually([&] { return first_.ids().size() == 1; }));
    may_end.try_push(true);
    asking.join();
}

TEST_F(Delivering, what_was_sent_is_seen_by_those_who_ask) {
    start({first_.handle("a")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return first_.ids().size() == 1; }));
    const auto found = stage_->query<std::size_t>(
        [](Database& database) { return Result<std::size_t>(database.find("sig-")->size()); });
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(**found, 1U);
}

TEST_F(Delivering, admissions_beyond_the_queue_are_refused_and_counted) {
    DeliveryOptions options;
    options.queue_capacity = 2;
    NotifierStage unstarted(options, std::move(Database::open(path_).value()));
    for (int i = 0; i < 5; ++i) {
        unstarted.on_signal(SignalChange::Admitted, storm_signal("sig-" + std::to_string(i)));
    }
    EXPECT_EQ(unstarted.figures().admissions_waiting, 2U);
    EXPECT_GE(unstarted.figures().admissions_refused, 3U);
}

TEST_F(Delivering, a_stop_does_not_wait_for_a_provider_that_never_answers) {
    const SilentProvider provider;
    Poster poster(provider.url());
    start({poster.handle("web")});
    admit("sig-1");
    ASSERT_TRUE(provider.connected());
    const std::int64_t before_ns = steady_now_ns();
    stage_->stop(100);
    EXPECT_LT(steady_now_ns() - before_ns, 5 * kSecond) << "the time limit of a request is 10 s";
    EXPECT_EQ(state_of("sig-1/web"), "pending") << "it goes out after the next start";
}

TEST_F(Delivering, a_message_that_cannot_be_written_is_refused) {
    Poster poster("");
    start({poster.handle("web")});
    admit("sig-1");
    ASSERT_TRUE(eventually([&] { return state_of("sig-1/web") == "refused"; }));
    EXPECT_THAT(reason_of("sig-1/web"), HasSubstr("no address"));
}

}  // namespace
}  // namespace petrel::core
