// A provider that fails for a day (R-D2): what waits is bounded by its age, every alert has an end
// with a reason, and the first one after it goes out.
#include "core/outbox/outbox_support.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::int64_t kMinuteNs = 60 * kNsPerSecond;
constexpr int kDayMinutes = 24 * 60;
constexpr int kUseByMinutes = 15;
constexpr int kEveryMinutes = 5;

class LongOutage : public OutboxTest {
protected:
    LongOutage() {
        options_.channels = {"chat"};
        options_.use_by_ns = kUseByMinutes * kMinuteNs;
        options_.retry.attempts_max = 1'000;
        restart();
    }
    // Once a minute, in one transaction, as a turn of the delivery thread does it.
    void minute(int number) {
        const std::int64_t now_ns = kNow + number * kMinuteNs;
        const std::vector<Delivery> due = take("chat", {}, now_ns);
        outbox_->gather();
        if (number % kEveryMinutes == 0) {
            ASSERT_TRUE(outbox_->admit(storm_signal("sig-" + std::to_string(number)), now_ns).ok());
        }
        for (const Delivery& delivery : due) {
            ++tries_;
            settle(delivery, DeliveryResult::Retry, "", now_ns);
        }
        ASSERT_TRUE(outbox_->flush().ok());
        pending_most_ = std::max(pending_most_, counted("pending"));
    }
    int counted(const std::string& state) {
        return std::stoi(
            run_sql(path_, "SELECT COUNT(*) FROM notifications WHERE state = '" + state + "'"));
    }

    int tries_ = 0;
    int pending_most_ = 0;
};

TEST_F(LongOutage, of_a_day_leaves_a_short_queue_and_a_reason_for_each) {
    for (int number = 0; number < kDayMinutes; ++number) {
        ASSERT_NO_FATAL_FAILURE(minute(number));
    }
    constexpr int admitted = kDayMinutes / kEveryMinutes;
    constexpr int young = kUseByMinutes / kEveryMinutes;
    EXPECT_LE(pending_most_, young + 1);
    EXPECT_LE(tries_, admitted * kUseByMinutes) << "each is tried once a minute, and no more";
    EXPECT_GE(tries_, admitted * kUseByMinutes / 2);
    const auto story = store_->notifications("sig-0");
    ASSERT_THAT(*story, SizeIs(1));
    EXPECT_EQ(story->front().state, "expired");
    EXPECT_EQ(story->front().reason, "past its use-by; last: as told");
    // The provider is well again.
    const std::int64_t well_ns = kNow + (kDayMinutes + kUseByMinutes) * kMinuteNs;
    ASSERT_TRUE(outbox_->admit(storm_signal("sig-last"), well_ns).ok());
    const auto due = take("chat", {}, well_ns);
    ASSERT_THAT(keys(due), ElementsAre("sig-last/chat"));
    settle(due[0], DeliveryResult::Delivered, "m-1", well_ns);
    EXPECT_EQ(counted("pending"), 0);
    EXPECT_EQ(counted("expired"), admitted);
    EXPECT_EQ(counted("delivered"), 1);
}

}  // namespace
}  // namespace petrel::core
