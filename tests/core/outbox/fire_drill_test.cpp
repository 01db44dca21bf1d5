// Fire drills: what they send, when, what counts as through, and that nothing else knows of them.
#include "outbox/fire_drill.hpp"

#include <gmock/gmock.h>

#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

using petrel::testing::TempFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::int64_t kDay = 86'400 * kSecond;

class Drills : public ::testing::Test {
protected:
    Drills() : path_(folder_.at("petrel.db")), store_(std::move(Database::open(path_).value())) {
        options_.channels = {"a", "b"};
    }
    // What is due, which is one drill.
    Delivery take(Outbox& outbox, std::int64_t now_ns) {
        const auto due = outbox.take_due(now_ns, 10);
        EXPECT_EQ(due->size(), 1U);
        return due->empty() ? Delivery() : due->front();
    }
    static DeliveryOutcome outcome(const Delivery& delivery, DeliveryResult result) {
        return {delivery, result, 0, "m-1", "as told"};
    }

    TempFolder folder_;
    std::string path_;
    std::unique_ptr<Database> store_;
    OutboxOptions options_;
    DrillOptions drill_options_{{"a"}, kDay, 60 * kSecond};
};

TEST_F(Drills, a_canary_is_marked_as_a_test_and_goes_to_its_channel_alone) {
    Outbox outbox(*store_, options_);
    FireDrill drills(drill_options_);
    ASSERT_TRUE(drills.start(outbox, "a", kNow).ok());
    const Delivery canary = take(outbox, kNow);
    EXPECT_EQ(canary.row.channel, "a");
    EXPECT_THAT(canary.row.key, StartsWith("drill-"));
    EXPECT_EQ(canary.row.use_by_ns, kNow + 60 * kSecond);
    EXPECT_EQ(canary.alert.type, "TEST");
    EXPECT_EQ(canary.alert.phase, PETREL_ALERT_TEST) << "and survives the store";
    EXPECT_TRUE(canary.alert.silent);
    EXPECT_THAT(canary.alert.headline, StartsWith("TEST: "));
    EXPECT_EQ(run_sql(path_, "SELECT COUNT(*) FROM signals"), "0") << "it is no signal";
}

TEST_F(Drills, a_delivered_one_has_passed_with_the_providers_id) {
    Outbox outbox(*store_, options_);
    FireDrill drills(drill_options_);
    ASSERT_TRUE(drills.start(outbox, "", kNow).ok());
    EXPECT_EQ(drills.latest().front().state, "running");
    const Delivery canary = take(outbox, kNow);
    ASSERT_TRUE(outbox.settle(outcome(canary, DeliveryResult::Delivered), kNow + 2 * kSecond).ok());
    EXPECT_THAT(drills.look(outbox, kNow + 2 * kSecond), IsEmpty());
    EXPECT_EQ(drills.latest().front().state, "passed");
    EXPECT_EQ(drills.latest().front().provider_id, "m-1");
    EXPECT_EQ(drills.latest().front().finished_ns, kNow + 2 * kSecond);
}

TEST_F(Drills, a_refused_one_and_one_that_stays_silent_have_failed_once_with_their_reason) {
    Outbox outbox(*store_, options_);
    FireDrill drills(drill_options_);
    ASSERT_TRUE(drills.start(outbox, "a", kNow).ok());
    ASSERT_TRUE(
        outbox.settle(outcome(take(outbox, kNow), DeliveryResult::Refused), kNow + kSecond).ok());
    const auto refused = drills.look(outbox, kNow + kSecond);
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused.front().why, "as told");
    EXPECT_THAT(drills.look(outbox, kNow + 2 * kSecond), IsEmpty()) << "told once";

    ASSERT_TRUE(drills.start(outbox, "a", kNow + 10 * kSecond).ok());
    take(outbox, kNow + 10 * kSecond);  // in flight, and never answered
    EXPECT_THAT(drills.look(outbox, kNow + 70 * kSecond), IsEmpty()) << "within its limit";
    const auto silent = drills.look(outbox, kNow + 70 * kSecond + 1);
    ASSERT_EQ(silent.size(), 1U);
    EXPECT_EQ(silent.front().why, "not delivered within 60 s");
}

TEST_F(Drills, are_due_when_the_latest_is_as_old_as_every_and_after_a_restart_too) {
    Outbox outbox(*store_, options_);
    {
        FireDrill drills(drill_options_);
        ASSERT_TRUE(drills.remember(*store_).ok());
        drills.look(outbox, kNow);
        ASSERT_EQ(drills.latest().front().state, "running") << "there was none yet";
        ASSERT_TRUE(
            outbox.settle(outcome(take(outbox, kNow), DeliveryResult::Delivered), kNow).ok());
    }
    FireDrill again(drill_options_);
    ASSERT_TRUE(again.remember(*store_).ok());
    EXPECT_EQ(again.latest().front().state, "passed");
    again.look(outbox, kNow + kDay - 1);
    EXPECT_EQ(again.latest().front().state, "passed");
    again.look(outbox, kNow + kDay);
    EXPECT_EQ(again.latest().front().state, "running");
    EXPECT_EQ(again.latest().front().started_ns, kNow + kDay);
}

TEST_F(Drills, a_channel_that_does_not_allow_them_gets_none) {
    Outbox outbox(*store_, options_);
    FireDrill drills(drill_options_);
    EXPECT_THAT(drills.start(outbox, "b", kNow).status().message(),
                HasSubstr("channel 'b' allows no fire drills; a does"));
    FireDrill none(DrillOptions{});
    EXPECT_EQ(none.start(outbox, "", kNow).status().message(), "no channel allows fire drills");
    EXPECT_THAT(none.look(outbox, kNow), IsEmpty());
    EXPECT_THAT(*outbox.take_due(kNow, 10), IsEmpty());
}

TEST_F(Drills, an_alert_about_a_channel_goes_to_the_others_whatever_the_routes_say) {
    const auto channels_of = [&](Outbox& outbox) {
        std::vector<std::string> channels;
        const auto due = outbox.take_due(kNow, 10);
        for (const Delivery& delivery : *due) {
            channels.push_back(delivery.row.channel);
        }
        return channels;
    };
    options_.channels = {"a", "b", "c"};
    Outbox everywhere(*store_, options_);
    ASSERT_TRUE(everywhere.admit_system(compose_system_alert("one", "x", kNow), kNow, {"a"}).ok());
    EXPECT_THAT(channels_of(everywhere), ElementsAre("b", "c"));
    RoutingConfig routing;
    routing.root.channels = {"a"};
    options_.router = std::make_shared<Router>(*Router::make(routing, options_.channels));
    Outbox narrow(*store_, options_);
    run_sql(path_, "DELETE FROM notifications");
    ASSERT_TRUE(narrow.admit_system(compose_system_alert("two", "x", kNow), kNow, {"a"}).ok());
    EXPECT_THAT(channels_of(narrow), ElementsAre("b", "c")) << "no other way was left";
}

}  // namespace
}  // namespace petrel::core
