// The life of a notification, from admission to one of its ends, over failures of the store.
#include "outbox/outbox.hpp"

#include <gmock/gmock.h>

#include "core/outbox/signal_support.hpp"
#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "outbox/alert_codec.hpp"

namespace petrel::core {
namespace {

using petrel::testing::TempFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OutboxLife : public ::testing::Test {
protected:
    OutboxLife()
        : path_(folder_.at("petrel.db")), store_(std::move(Database::open(path_).value())) {
        options_.channels = {"a", "b"};
        options_.retry.attempts_max = 4;
    }

    Outbox make() { return Outbox(*store_, options_); }

    static DeliveryOutcome outcome(const Delivery& delivery, DeliveryResult result,
                                   std::uint64_t retry_after_ms = 0) {
        return {delivery, result, retry_after_ms, "m-1", "as told"};
    }
    NotificationRow row(const std::string& channel) {
        const auto all_r = store_->notifications(storm_signal().id);
        for (const NotificationRow& r : *all_r) {
            if (r.channel == channel) {
                return r;
            }
        }
        return {};
    }
    // The only delivery due on channel a; b's is settled out of the way.
    Delivery take_one(Outbox& outbox, std::int64_t now_ns = kNow) {
        auto due = outbox.take_due(now_ns, 10);
        EXPECT_TRUE(due.ok());
        Delivery wanted;
        for (const Delivery& delivery : *due) {
            if (delivery.row.channel == "a") {
                wanted = delivery;
            } else {
                EXPECT_TRUE(
                    outbox.settle(outcome(delivery, DeliveryResult::Delivered), now_ns).ok());
            }
        }
        return wanted;
    }

    TempFolder folder_;
    std::string path_;
    std::unique_ptr<Database> store_;
    OutboxOptions options_;
};

TEST_F(OutboxLife, only_channels_with_pictures_keep_a_series_and_over_a_restart) {
    options_.picture_channels = {"a"};
    Signal signal = storm_signal();
    signal.series.step_ns = 3 * kSecond;
    signal.series.points.assign(50, {91'000, 1'000, 0});
    {
        Outbox outbox = make();
        ASSERT_TRUE(outbox.admit(signal, kNow).ok());
    }
    Outbox outbox = make();
    const Delivery pictured = take_one(outbox);
    EXPECT_EQ(pictured.alert.series, signal.series);
    EXPECT_NE(pictured.alert.picture, "");
    EXPECT_TRUE(decode_alert(row("b").payload)->series.points.empty());
}

TEST_F(OutboxLife, an_admission_makes_one_notification_a_channel) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    const auto due = outbox.take_due(kNow, 10);
    ASSERT_EQ(due->size(), 2U);
    const Delivery& first = due->front();
    EXPECT_EQ(first.row.key, "sig-00000000000a/a");
    EXPECT_EQ(first.alert.headline, compose_alert(storm_signal()).headline);
    EXPECT_EQ(first.row.use_by_ns, kNow + 900 * kSecond);
    EXPECT_THAT(*outbox.take_due(kNow, 10), IsEmpty()) << "what is in flight is not handed out";
    EXPECT_EQ(outbox.in_flight(), 2U);
}

TEST_F(OutboxLife, what_routing_holds_back_ends_at_once_with_its_reason) {
    RoutingConfig routing;
    RouteConfig loud;
    loud.name = "loud";
    loud.match.types = {"LIQ_STORM"};
    loud.channels = {"a", "b"};
    loud.throttle = {.max = 1, .per_ms = 60'000};
    loud.by = {"type"};
    routing.root.routes = {loud};
    options_.router = std::make_shared<Router>(*Router::make(routing, options_.channels));
    Outbox outbox = make();
    Signal first = storm_signal();
    first.id = "sig-00000000000b";
    ASSERT_TRUE(outbox.admit(first, kNow).ok());
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow + kSecond).ok());
    EXPECT_EQ(outbox.take_due(kNow + kSecond, 10)->size(), 2U) << "both of the first";
    EXPECT_EQ(row("b").state, "held");
    EXPECT_THAT(row("b").reason, HasSubstr("throttled: 1 in the last 60 s"));
    EXPECT_EQ(row("b").finished_ns, kNow + kSecond);
}

TEST_F(OutboxLife, delivered_is_an_end_with_the_providers_id) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    const Delivery delivery = take_one(outbox);
    ASSERT_TRUE(outbox.settle(outcome(delivery, DeliveryResult::Delivered), kNow + 5).ok());
    EXPECT_EQ(row("a").state, "delivered");
    EXPECT_EQ(row("a").provider_id, "m-1");
    EXPECT_EQ(row("a").attempts, 1);
    EXPECT_EQ(row("a").finished_ns, kNow + 5);
    EXPECT_EQ(outbox.in_flight(), 0U);
    EXPECT_THAT(*outbox.take_due(kNow + kSecond, 10), IsEmpty());
}

TEST_F(OutboxLife, refused_and_broken_are_ends_with_their_reason) {
    for (const DeliveryResult result : {DeliveryResult::Refused, DeliveryResult::Broken}) {
        Outbox outbox = make();
        Signal signal = storm_signal(result == DeliveryResult::Refused ? "sig-1" : "sig-2");
        ASSERT_TRUE(outbox.admit(signal, kNow).ok());
        const auto due = outbox.take_due(kNow, 10);
        const auto ours = std::find_if(due->begin(), due->end(), [&](const Delivery& d) {
            return d.row.key == signal.id + "/a";
        });
        ASSERT_NE(ours, due->end());
        ASSERT_TRUE(outbox.settle(outcome(*ours, result), kNow).ok());
        const NotificationRow settled = store_->notifications(signal.id)->front();
        EXPECT_EQ(settled.state, "refused");
        EXPECT_EQ(settled.reason, "as told");
    }
}

TEST_F(OutboxLife, the_providers_wait_is_honoured_and_clamped) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    const Delivery delivery = take_one(outbox);
    ASSERT_TRUE(outbox.settle(outcome(delivery, DeliveryResult::Retry, 7'000), kNow).ok());
    EXPECT_EQ(row("a").next_try_ns, kNow + 7 * kSecond);
    EXPECT_THAT(*outbox.take_due(kNow + 7 * kSecond - 1, 10), IsEmpty());
    const auto due = outbox.take_due(kNow + 7 * kSecond, 10);
    ASSERT_EQ(due->size(), 1U);
    EXPECT_EQ(due->front().row.key, delivery.row.key) << "the same key, so the same message";
    ASSERT_TRUE(outbox.settle(outcome(due->front(), DeliveryResult::Retry, UINT64_MAX), kNow).ok());
    EXPECT_EQ(row("a").next_try_ns, kNow + 3'600 * kSecond);
}

TEST_F(OutboxLife, without_a_named_wait_it_backs_off_and_gives_up_with_a_record) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    std::int64_t now_ns = kNow;
    for (int attempt = 1; attempt <= 4; ++attempt) {
        const Delivery delivery = take_one(outbox, now_ns);
        ASSERT_FALSE(delivery.row.key.empty()) << attempt;
        ASSERT_TRUE(outbox.settle(outcome(delivery, DeliveryResult::Retry), now_ns).ok());
        const std::int64_t full = kSecond << (attempt - 1);
        EXPECT_GT(row("a").next_try_ns, now_ns + full * 3 / 4 - 1);
        EXPECT_LE(row("a").next_try_ns, now_ns + full);
        now_ns = row("a").next_try_ns;
    }
    EXPECT_EQ(row("a").state, "refused");
    EXPECT_EQ(row("a").reason, "given up after 4 tries: as told");
    EXPECT_THAT(*outbox.take_due(now_ns + 100 * kSecond, 10), IsEmpty());
}

TEST_F(OutboxLife, past_its_use_by_it_is_recorded_and_not_sent) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    const Delivery delivery = take_one(outbox);
    ASSERT_TRUE(outbox.settle(outcome(delivery, DeliveryResult::Retry), kNow).ok());
    EXPECT_THAT(*outbox.take_due(kNow + 900 * kSecond + 1, 10), IsEmpty());
    EXPECT_EQ(row("a").state, "expired");
    EXPECT_EQ(row("a").reason, "past its use-by; last: as told");
    Signal second = storm_signal("sig-2");
    ASSERT_TRUE(outbox.admit(second, kNow).ok());
    EXPECT_THAT(*outbox.take_due(kNow + 901 * kSecond, 10), IsEmpty());
    EXPECT_EQ(store_->notifications("sig-2")->front().reason, "past its use-by before a first try");
}

TEST_F(OutboxLife, a_delivery_whose_record_fails_stays_in_flight) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    const Delivery delivery = take_one(outbox);
    const DeliveryOutcome delivered = outcome(delivery, DeliveryResult::Delivered);
    {
        const BrokenTable broken(path_, "UPDATE");
        EXPECT_FALSE(outbox.settle(delivered, kNow).ok());
        EXPECT_THAT(*outbox.take_due(kNow + 60 * kSecond, 10), IsEmpty()) << "not sent twice";
    }
    EXPECT_TRUE(outbox.settle(delivered, kNow).ok());
    EXPECT_EQ(row("a").state, "delivered");
    EXPECT_EQ(row("a").attempts, 1);
}

TEST_F(OutboxLife, a_failure_while_taking_forgets_nothing_that_was_taken) {
    Outbox outbox = make();
    Signal urgent = storm_signal("sig-1");
    ASSERT_TRUE(outbox.admit(urgent, kNow + 10 * kSecond).ok());
    Signal old = storm_signal("sig-2");
    old.score.strength = "weak";  // comes behind the other, and is past its use-by
    ASSERT_TRUE(outbox.admit(old, kNow - 900 * kSecond).ok());
    std::size_t taken = 0;
    {
        const BrokenTable broken(path_, "UPDATE");
        const auto due = outbox.take_due(kNow + 10 * kSecond, 10);
        ASSERT_TRUE(due.ok()) << due.status().message();
        taken = due->size();
        EXPECT_FALSE(outbox.take_due(kNow + 10 * kSecond, 10).ok()) << "and the failure is told";
    }
    EXPECT_EQ(taken, 2U) << "sig-1 on both channels";
    EXPECT_EQ(outbox.in_flight(), taken);
    EXPECT_TRUE(outbox.take_due(kNow + 10 * kSecond, 10).ok());
    EXPECT_EQ(store_->counts()->expired, 2U);
}

TEST_F(OutboxLife, an_unreadable_payload_is_refused_with_its_reason_and_blocks_nothing) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    run_sql(path_, "UPDATE notifications SET payload = '{\"id\":' WHERE channel = 'a'");
    const auto due = outbox.take_due(kNow, 10);
    ASSERT_EQ(due->size(), 1U);
    EXPECT_EQ(due->front().row.channel, "b");
    EXPECT_EQ(row("a").state, "refused");
    EXPECT_THAT(row("a").reason, HasSubstr("unreadable"));
}

TEST_F(OutboxLife, after_a_crash_what_was_in_flight_is_due_again_under_the_same_key) {
    {
        Outbox outbox = make();
        ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
        ASSERT_EQ(outbox.take_due(kNow, 10)->size(), 2U);
    }
    store_ = std::move(Database::open(path_).value());
    Outbox again = make();
    const auto due = again.take_due(kNow, 10);
    ASSERT_EQ(due->size(), 2U);
    EXPECT_EQ(due->front().row.key, "sig-00000000000a/a");
    EXPECT_EQ(due->front().alert.headline, compose_alert(storm_signal()).headline);
}

TEST_F(OutboxLife, put_back_is_due_at_once_and_untried) {
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    const Delivery delivery = take_one(outbox);
    outbox.put_back(delivery.row);
    const auto due = outbox.take_due(kNow, 10);
    ASSERT_EQ(due->size(), 1U);
    EXPECT_EQ(due->front().row.attempts, 0);
}

TEST_F(OutboxLife, the_signal_row_tells_what_the_signal_is) {
    Signal signal = radar_signal();
    const SignalRow row = row_of(signal);
    EXPECT_EQ(row.side, "long");
    EXPECT_EQ(row.state, "active");
    EXPECT_EQ(row.verdict, "send");
    EXPECT_EQ(row.reason, "score above minimum");
    EXPECT_EQ(row.pattern, "convergence");
    signal.verdict.decision = RuleDecision::Hold;
    signal.verdict.reasons.clear();
    signal.state = SignalState::Held;
    EXPECT_EQ(row_of(signal).verdict, "hold");
    EXPECT_EQ(row_of(signal).state, "held");
    EXPECT_EQ(row_of(signal).reason, "");
}

TEST_F(OutboxLife, more_severe_and_higher_scores_go_first) {
    Outbox outbox = make();
    Signal weak = storm_signal("sig-weak");
    weak.score.strength = "weak";
    weak.score.total = 9;
    Signal strong = storm_signal("sig-strong");
    Signal odd = storm_signal("sig-odd");
    odd.score.total = std::numeric_limits<double>::quiet_NaN();
    for (const Signal& signal : {weak, odd, strong}) {
        ASSERT_TRUE(outbox.admit(signal, kNow).ok());
    }
    std::vector<std::string> order;
    const auto all_delivery = outbox.take_due(kNow, 10);
    for (const Delivery& delivery : *all_delivery) {
        if (delivery.row.channel == "a") {
            order.push_back(delivery.row.signal_id);
        }
    }
    EXPECT_THAT(order, ::testing::ElementsAre("sig-strong", "sig-odd", "sig-weak"));
}

TEST(RetryPolicy, waits_double_up_to_the_longest_and_spread_by_key) {
    const RetryPolicy policy;
    std::uint64_t full = 1'000;
    for (int attempts = 1; attempts < 100; ++attempts) {
        const std::uint64_t wait = policy.wait_ms(attempts, "sig-1/a");
        EXPECT_GT(wait, full * 3 / 4 - 1) << attempts;
        EXPECT_LE(wait, full) << attempts;
        EXPECT_EQ(wait, policy.wait_ms(attempts, "sig-1/a")) << "no die is thrown";
        full = std::min<std::uint64_t>(full * 2, 60'000);
    }
    EXPECT_NE(policy.wait_ms(5, "sig-1/a"), policy.wait_ms(5, "sig-1/b"));
    EXPECT_EQ(RetryPolicy::clamp_provider_ms(0), 0U);
    EXPECT_EQ(RetryPolicy::clamp_provider_ms(3'600'001), 3'600'000U);
}

// A story that was told and is held now, under cooldown say, has not ended.
TEST_F(OutboxLife, a_near_miss_of_a_told_story_leaves_it_active_for_inhibitions) {
    RoutingConfig routing;
    routing.inhibitions.push_back(
        {{.types = {"LIQ_STORM"}}, {.types = {"WHALE_CLUSTER"}}, {"symbol"}});
    options_.router =
        std::make_shared<Router>(std::move(Router::make(routing, options_.channels)).value());
    Outbox outbox = make();
    ASSERT_TRUE(outbox.admit(storm_signal(), kNow).ok());
    Signal held = storm_signal();
    held.state = SignalState::Held;
    ASSERT_TRUE(outbox.record(held).ok());
    ASSERT_TRUE(outbox.admit(cluster_signal(), kNow).ok());
    const auto rows = store_->notifications(cluster_signal().id);
    EXPECT_THAT(rows->front().reason, HasSubstr("inhibited by " + storm_signal().id));
}

}  // namespace
}  // namespace petrel::core
