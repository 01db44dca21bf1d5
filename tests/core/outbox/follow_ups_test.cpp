// What follows an alert agrees with what was told since: escalations and acknowledgements of a
// story that goes on.
#include "core/outbox/outbox_support.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::int64_t kAMinute = 60 * kSecond;

class FollowUps : public OutboxTest {
protected:
    FollowUps() {
        options_.channels = {"chat", "hook"};
        options_.acknowledging = {"chat", "hook"};
        options_.traits["chat"].abilities = PETREL_CAN_EDIT;
        options_.traits["hook"].updates = UpdateMode::All;
        options_.use_by_ns = 10 * kAMinute;
        RoutingConfig routing;
        routing.root.name = "root";
        routing.root.channels = options_.channels;
        routing.root.escalate = {{5 * 60'000, {"chat"}}};
        options_.router = std::make_shared<Router>(*Router::make(routing, options_.channels));
        restart();
    }
    static Signal storm(double usd) {
        Signal signal = storm_signal();
        signal.cause.notional_usd = usd;
        signal.cause.sampled = false;
        return signal;
    }
    void begin() {
        ASSERT_TRUE(outbox_->admit(storm(4e6), kNow).ok());
        delivered(kNow);
    }
    void grow(double usd, std::int64_t now_ns) {
        ASSERT_TRUE(outbox_->follow(storm(usd), now_ns).ok());
    }
    // What is due, all of which is delivered: the message of chat has an id.
    std::vector<Delivery> delivered(std::int64_t now_ns) {
        auto due = outbox_->take_due(now_ns, 10);
        EXPECT_TRUE(due.ok());
        for (const Delivery& delivery : *due) {
            const std::string id = delivery.row.channel == "chat" ? "m-7" : "";
            EXPECT_TRUE(
                outbox_->settle({delivery, DeliveryResult::Delivered, 0, id, ""}, now_ns).ok());
        }
        return std::move(*due);
    }
    static std::vector<std::string> keys(const std::vector<Delivery>& deliveries) {
        std::vector<std::string> keys;
        for (const Delivery& delivery : deliveries) {
            keys.push_back(delivery.row.key.substr(storm_signal().id.size() + 1));
        }
        std::sort(keys.begin(), keys.end());
        return keys;
    }
};

TEST_F(FollowUps, an_update_does_not_wait_for_an_escalation) {
    begin();
    grow(8e6, kNow + 20 * kSecond);
    EXPECT_THAT(keys(delivered(kNow + 20 * kSecond)), ElementsAre("chat/u1", "hook/u1"));
}

TEST_F(FollowUps, an_escalation_tells_how_things_stand) {
    begin();
    grow(8e6, kNow + 20 * kSecond);
    delivered(kNow + 20 * kSecond);
    grow(8.1e6, kNow + kAMinute);
    grow(12e6, kNow + 2 * kAMinute);
    delivered(kNow + 2 * kAMinute);
    const std::vector<Delivery> due = delivered(kNow + 5 * kAMinute);
    ASSERT_THAT(keys(due), ElementsAre("chat/esc1"));
    EXPECT_THAT(due.front().alert.headline, HasSubstr("escalated"));
    EXPECT_THAT(due.front().alert.headline, HasSubstr("$12.0M"));
    EXPECT_EQ(due.front().alert.id, storm_signal().id + "#esc1");
    EXPECT_EQ(due.front().alert.escalation,
              "escalation 1 of route root: nobody acknowledged it in 5m");
}

TEST_F(FollowUps, an_acknowledgement_tells_a_message_once_and_in_its_newest_words) {
    begin();
    for (const int n : {1, 2, 3}) {
        grow(4e6 + n * 4e6, kNow + n * kAMinute);
        delivered(kNow + n * kAMinute);
    }
    const auto ack = outbox_->acknowledge({storm_signal().id, 0, "ann", "cli", ""}, kNow + 1);
    ASSERT_TRUE(ack.ok());
    EXPECT_EQ(ack->told, 2U);
    const std::vector<Delivery> due = delivered(kNow + 4 * kAMinute);
    ASSERT_THAT(keys(due), ElementsAre("chat/u3/ack", "hook/u3/ack"));
    for (const Delivery& told : due) {
        EXPECT_THAT(told.alert.headline, HasSubstr("acknowledged"));
        EXPECT_THAT(told.alert.headline, HasSubstr("$16.0M"));
    }
    EXPECT_THAT(delivered(kNow + 9 * kAMinute), IsEmpty());
}

TEST_F(FollowUps, what_is_told_afterwards_still_says_who_has_taken_it_on) {
    begin();
    ASSERT_TRUE(
        outbox_->acknowledge({storm_signal().id, 0, "ann", "cli", "mine"}, kNow + kAMinute).ok());
    delivered(kNow + kAMinute);
    grow(8e6, kNow + 2 * kAMinute);
    std::vector<Delivery> due = delivered(kNow + 2 * kAMinute);
    ASSERT_THAT(keys(due), ElementsAre("chat/u1", "hook/u1"));
    Signal over = storm(8e6);
    over.state = SignalState::Expired;
    over.updates = 1;
    ASSERT_TRUE(outbox_->follow(over, kNow + 9 * kAMinute).ok());
    std::vector<Delivery> ends = delivered(kNow + 9 * kAMinute);
    ASSERT_THAT(keys(ends), ElementsAre("chat/end", "hook/end"));
    std::move(ends.begin(), ends.end(), std::back_inserter(due));
    for (const Delivery& told : due) {
        const auto& [name, words] = told.alert.fields.front();
        EXPECT_EQ(name, "Acknowledged") << told.row.key;
        EXPECT_THAT(words, HasSubstr("by ann at ")) << told.row.key;
        EXPECT_THAT(words, HasSubstr("mine")) << told.row.key;
        EXPECT_TRUE(told.alert.acknowledged) << told.row.key;
        EXPECT_THAT(told.alert.headline, Not(HasSubstr("acknowledged"))) << "it was told that";
    }
}

}  // namespace
}  // namespace petrel::core
