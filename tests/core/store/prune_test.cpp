// What is old goes a part at a time, all of it, and nothing else.
#include <gmock/gmock.h>

#include "core/store/both_stores_support.hpp"
#include "core/store/chain_support.hpp"

namespace petrel::core {
namespace {

using ::testing::IsEmpty;

constexpr int kOld = 60;  // more than two parts of it
constexpr std::int64_t kLater = kNow + 100'000 * kSecond;

class Prune : public ::testing::TestWithParam<StoreKind> {
protected:
    Prune() : at_(GetParam()), store_(at_.open()) {}

    void put_held(int number) {
        SignalRow held = signal_row("held-" + std::to_string(number), "held");
        held.ts_ns = kLater + number;
        held.expires_ns = kLater + 7'200 * kSecond;
        VoteRow vote;
        vote.voter = "regime";
        held.votes = {vote};
        ASSERT_TRUE(store_->put(held).ok());
    }
    int count(const std::string& table) {
        return std::stoi(at_.sql("SELECT COUNT(*) FROM " + table));
    }

    NewStore at_;
    std::unique_ptr<Database> store_;
};
INSTANTIATE_TEST_SUITE_P(Stores, Prune, ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
                         name_of_store);

TEST_P(Prune, a_backlog_goes_in_parts_and_nothing_of_it_is_left) {
    for (int i = 0; i < kOld; ++i) {
        tell(*store_, "old-" + std::to_string(i), "delivered", kNow + i);
        MetricsRow minute;
        minute.at_ns = kNow + i;
        minute.node = "local";
        ASSERT_TRUE(store_->put(minute).ok());
    }
    tell(*store_, "new", "delivered", kLater);
    int parts = 0;
    for (bool more = true; more; ++parts) {
        const int had = count("notifications");
        const auto pruned = store_->prune(0, kNow + 50'000 * kSecond);
        ASSERT_TRUE(pruned.ok()) << pruned.status().message();
        more = *pruned;
        EXPECT_LE(had - count("notifications"), 25);
        EXPECT_THAT(check_whole_chain(*store_).problem, IsEmpty()) << parts;
    }
    EXPECT_GT(parts, 2);
    EXPECT_LT(parts, 8);
    for (const char* table : {"signals", "notifications", "attempts"}) {
        EXPECT_EQ(count(table), 1) << table;
    }
    EXPECT_EQ(count("metrics"), 0);
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM chain WHERE kind <> 'prune'"), "2");
}

TEST_P(Prune, held_ones_beyond_the_newest_go_in_parts_with_their_votes) {
    for (int i = 0; i < 35; ++i) {
        put_held(i);
    }
    tell(*store_, "sent", "delivered", kLater);
    ASSERT_TRUE(*store_->prune(5, 0)) << "there is more";
    EXPECT_EQ(count("signals"), 11);
    ASSERT_FALSE(*store_->prune(5, 0));
    EXPECT_EQ(count("signals"), 6);
    EXPECT_EQ(count("votes"), 5);
    EXPECT_EQ(at_.sql("SELECT MIN(ts_ns) FROM signals WHERE state = 'held'"),
              std::to_string(kLater + 30));
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM chain WHERE kind = 'prune'"), "0")
        << "the chain knows nothing of them";
}

TEST_P(Prune, attempts_of_one_moment_go_together) {
    tell(*store_, "old", "delivered", kNow);
    NotificationRow row = notification_row("old", "b");
    const NotificationRow rows[] = {row};
    ASSERT_TRUE(store_->add(rows).ok());
    for (int number = 1; number <= 30; ++number) {
        AttemptRow attempt;
        attempt.key = row.key;
        attempt.number = number;
        attempt.at_ns = kNow;
        attempt.result = "retry";
        row.attempts = number;
        ASSERT_TRUE(store_->settle(row, &attempt).ok());
    }
    for (int part = 0; part < 2; ++part) {
        ASSERT_TRUE(store_->prune(0, kLater).ok());
    }
    EXPECT_EQ(count("attempts"), 0);
}

}  // namespace
}  // namespace petrel::core
