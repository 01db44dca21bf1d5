// What may have been sent already is told to be so, and nothing else is.
#include "core/outbox/outbox_support.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::int64_t kLater = kNow + 3'600 * kNsPerSecond;

class Doubt : public OutboxTest {
protected:
    Doubt() {
        options_.channels = {"chat", "hook"};
        options_.traits["chat"].abilities = PETREL_CAN_EDIT;
        options_.traits["hook"].abilities = PETREL_HONOURS_KEY;
        options_.use_by_ns = 24 * 3'600 * kNsPerSecond;
        restart();
    }
    void admit(const std::string& id, std::int64_t now_ns = kNow) {
        Signal signal = storm_signal(id);
        signal.score.strength = "moderate";
        ASSERT_TRUE(outbox_->admit(signal, now_ns).ok());
    }
    void fail(const Delivery& delivery, const std::string& why, std::int64_t now_ns = kNow) {
        ASSERT_TRUE(outbox_->settle({delivery, DeliveryResult::Retry, 0, "", why}, now_ns).ok());
    }
    std::vector<std::string> doubted(const std::string& channel, std::int64_t now_ns) {
        std::vector<std::string> keys;
        for (const Delivery& delivery : take(channel, {}, now_ns)) {
            if (delivery.may_repeat) {
                keys.push_back(delivery.row.key);
            }
        }
        return keys;
    }
};

TEST_F(Doubt, a_try_without_an_answer_makes_all_that_follow_doubtful) {
    admit("sig-1");
    for (const std::string channel : {"chat", "hook"}) {
        const auto first = take(channel);
        ASSERT_THAT(first, SizeIs(1));
        EXPECT_FALSE(first[0].may_repeat);
        fail(first[0], "no whole reply; it may repeat");
    }
    const auto second = take("chat", {}, kLater);
    ASSERT_THAT(second, SizeIs(1));
    EXPECT_TRUE(second[0].may_repeat);
    fail(second[0], "HTTP 500", kLater);
    EXPECT_EQ(row("sig-1", "sig-1/chat").reason, "HTTP 500; it may repeat");
    const auto third = take("chat", {}, 2 * kLater - kNow);
    ASSERT_THAT(third, SizeIs(1));
    EXPECT_TRUE(third[0].may_repeat);
    settle(third[0], DeliveryResult::Delivered, "m-1");
    EXPECT_EQ(row("sig-1", "sig-1/chat").reason, "as told");
    EXPECT_THAT(doubted("hook", kLater), ElementsAre()) << "its key tells";
}

TEST_F(Doubt, a_try_that_was_answered_leaves_none) {
    admit("sig-1");
    fail(take("chat").at(0), "HTTP 500");
    EXPECT_THAT(doubted("chat", kLater), ElementsAre());
}

TEST_F(Doubt, after_a_restart_it_is_the_first_that_was_due_on_each_channel) {
    admit("sig-1");
    fail(take("chat").at(0), "HTTP 500");  // it waits when the run ends
    admit("sig-2", kNow + 1);
    admit("sig-3", kNow + 2);
    options_.began_ns = kNow + 3;
    restart();
    admit("sig-4", kNow + 4);
    EXPECT_THAT(doubted("chat", kNow + 5), ElementsAre("sig-2/chat"));
    EXPECT_THAT(doubted("chat", kLater), ElementsAre()) << "the others were not sent";
    EXPECT_THAT(doubted("hook", kNow + 5), ElementsAre());
}

TEST_F(Doubt, it_stays_with_the_message_that_found_no_room) {
    admit("sig-1");
    admit("sig-2", kNow + 1);
    options_.began_ns = kNow + 2;
    restart();
    EXPECT_THAT(take("chat", {0, 5}, kNow + 3), SizeIs(0));
    EXPECT_THAT(doubted("chat", kNow + 3), ElementsAre("sig-1/chat"));
}

TEST_F(Doubt, a_digest_that_has_it_is_doubtful) {
    for (int i = 1; i <= 6; ++i) {
        admit("sig-" + std::to_string(i));
    }
    options_.began_ns = kNow + 1;
    restart();
    const auto taken = take("chat", {1, 2}, kNow + 2);
    ASSERT_THAT(taken, SizeIs(1));
    EXPECT_EQ(taken[0].row.phase, "digest");
    EXPECT_TRUE(taken[0].may_repeat);
}

}  // namespace
}  // namespace petrel::core
