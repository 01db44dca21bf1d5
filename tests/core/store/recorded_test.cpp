// What a store records beside the states: figures of signals, tries to deliver, minutes.
#include <gmock/gmock.h>

#include "core/store/both_stores_support.hpp"

namespace petrel::core {
namespace {

class Recorded : public ::testing::TestWithParam<StoreKind> {
protected:
    Recorded() : at_(GetParam()), store_(at_.open()) {}

    Status admit(const std::string& id) {
        const std::vector<NotificationRow> rows = {notification_row(id, "a")};
        return store_->admit(signal_row(id), rows);
    }

    NewStore at_;
    std::unique_ptr<Database> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, Recorded,
                         ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres), name_of_store);

TEST_P(Recorded, what_is_not_known_of_a_signal_stays_open_and_is_not_forgotten_again) {
    SignalRow row = signal_row("sig-1");
    row.confidence = 0.91;
    row.health = 0.875;
    row.priority = 7;
    row.processing_ns = 5'000'000'000;
    row.cancel_reason = "";
    row.sentiment = -0.5;
    ASSERT_TRUE(store_->put(row).ok());
    ASSERT_TRUE(store_->put(signal_row("sig-2")).ok());
    ASSERT_TRUE(store_->put(signal_row("sig-1", "expired")).ok()) << "knows none of them";
    const auto known = store_->find("sig-1");
    EXPECT_EQ(known->front().state, "expired");
    EXPECT_EQ(known->front().confidence, 0.91);
    EXPECT_EQ(known->front().health, 0.875);
    EXPECT_EQ(known->front().priority, 7);
    EXPECT_EQ(known->front().processing_ns, 5'000'000'000);
    EXPECT_EQ(known->front().cancel_reason, "");
    EXPECT_EQ(known->front().news_impact, std::nullopt);
    EXPECT_EQ(known->front().sentiment, -0.5);
    const auto open = store_->find("sig-2");
    EXPECT_EQ(open->front().confidence, std::nullopt);
    EXPECT_EQ(open->front().priority, std::nullopt);
    EXPECT_EQ(open->front().cancel_reason, std::nullopt);
}

TEST_P(Recorded, a_try_is_written_with_the_state_that_it_led_to) {
    ASSERT_TRUE(admit("sig-1").ok());
    NotificationRow row = notification_row("sig-1", "a");
    AttemptRow attempt;
    attempt.key = row.key;
    attempt.signal_id = "sig-1";
    attempt.channel = "a";
    for (int number = 1; number <= 2; ++number) {
        attempt.number = row.attempts = number;
        attempt.at_ns = kNow + number * kSecond;
        attempt.finished_ns = attempt.at_ns + 5;
        attempt.result = number == 1 ? "retry" : "delivered";
        attempt.http_status = number == 1 ? std::nullopt : std::optional<std::int64_t>(200);
        attempt.provider_id = number == 1 ? "" : "m-7";
        row.state = number == 1 ? "pending" : "delivered";
        ASSERT_TRUE(store_->settle(row, &attempt).ok());
        ASSERT_TRUE(store_->settle(row, &attempt).ok()) << "of unknown outcome, made again";
    }
    const auto tries = store_->attempts("sig-1");
    ASSERT_EQ(tries->size(), 2U);
    EXPECT_EQ((*tries)[0].result, "retry");
    EXPECT_EQ((*tries)[0].http_status, std::nullopt);
    EXPECT_EQ((*tries)[1].number, 2);
    EXPECT_EQ((*tries)[1].at_ns, kNow + 2 * kSecond);
    EXPECT_EQ((*tries)[1].finished_ns, kNow + 2 * kSecond + 5);
    EXPECT_EQ((*tries)[1].http_status, 200);
    EXPECT_EQ((*tries)[1].provider_id, "m-7");
    EXPECT_EQ(at_.sql("SELECT MAX(latency_ns) FROM attempts"), "5");
    at_.break_writes("UPDATE", "NEW.channel = 'a'");
    attempt.number = 3;
    EXPECT_TRUE(store_->settle(row, &attempt).ok()) << "it has ended: nothing is changed";
    at_.sql("UPDATE notifications SET state = 'pending'");
    at_.mend_writes();
    ASSERT_TRUE(store_->prune(10, kNow + kSecond + 1).ok());
    EXPECT_EQ(at_.sql("SELECT MIN(number) FROM attempts"), "2") << "older ones are gone";
}

TEST_P(Recorded, an_end_is_not_taken_back_by_a_later_settlement) {
    ASSERT_TRUE(admit("sig-1").ok());
    NotificationRow row = notification_row("sig-1", "a");
    row.state = "delivered";
    ASSERT_TRUE(store_->settle(row).ok());
    row.state = "pending";
    ASSERT_TRUE(store_->settle(row).ok());
    EXPECT_EQ(store_->notifications("sig-1")->front().state, "delivered");
}

TEST_P(Recorded, minutes_are_read_as_they_were_written) {
    MetricsRow minute;
    minute.at_ns = kNow;
    minute.node = "n";
    minute.signals = 3;
    minute.delivered = 2;
    minute.latency_p99_ms = 12.5;
    minute.spooled = 4;
    ASSERT_TRUE(store_->put(minute).ok());
    minute.signals = 9;
    ASSERT_TRUE(store_->put(minute).ok()) << "the first one stays";
    const auto minutes = store_->metrics(kNow, 10);
    ASSERT_EQ(minutes->size(), 1U);
    EXPECT_EQ(minutes->front().signals, 3);
    EXPECT_EQ(minutes->front().delivered, 2);
    EXPECT_EQ(minutes->front().latency_p99_ms, 12.5);
    EXPECT_EQ(minutes->front().latency_p50_ms, std::nullopt);
    EXPECT_EQ(minutes->front().spooled, 4);
    EXPECT_TRUE(store_->metrics(kNow + 1, 10)->empty());
}

}  // namespace
}  // namespace petrel::core
