// What is asked of notifications after the fact: lists, what went nowhere, sending again.
#include <gmock/gmock.h>

#include "core/store/both_stores_support.hpp"
#include "core/store/chain_support.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Tracking : public ::testing::TestWithParam<StoreKind> {
protected:
    Tracking() : at_(GetParam()), store_(at_.open()) {
        tell(*store_, "sig-1", "delivered", kNow);
        tell(*store_, "sig-2", "refused", kNow + 10 * kSecond);
        tell(*store_, "sig-3", "expired", kNow + 20 * kSecond);
        add("sys-1", "a", "pending", 30);
        add("drill-1", "a", "expired", 40);
    }
    void add(const std::string& id, const std::string& channel, const std::string& state,
             std::int64_t at_s) {
        NotificationRow row = notification_row(id, channel);
        row.state = state;
        row.created_ns = kNow + at_s * kSecond;
        row.finished_ns = state == "pending" ? 0 : row.created_ns;
        const NotificationRow rows[] = {row};
        ASSERT_TRUE(store_->add(rows).ok());
    }
    std::vector<std::string> keys(const TrackedQuery& query) {
        std::vector<std::string> found;
        const auto rows = store_->tracked(query);
        EXPECT_TRUE(rows.ok()) << (rows.ok() ? "" : rows.status().message());
        for (const TrackedRow& row : *rows) {
            found.push_back(row.row.key);
        }
        return found;
    }
    ResendWish wish(const std::vector<std::string>& keys) const {
        ResendWish wish;
        wish.keys = keys;
        wish.now_ns = kNow + 100 * kSecond;
        wish.use_by_ns = kNow + 1'000 * kSecond;
        wish.who = "control socket, user 1000";
        return wish;
    }

    NewStore at_;
    std::unique_ptr<Database> store_;
};
INSTANTIATE_TEST_SUITE_P(Stores, Tracking,
                         ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres), name_of_store);

TEST_P(Tracking, lists_the_newest_first_with_what_the_signal_is) {
    EXPECT_THAT(keys({}), ElementsAre("drill-1/a", "sys-1/a", "sig-3/a", "sig-2/a", "sig-1/a"));
    const auto rows = store_->tracked({});
    EXPECT_EQ((*rows)[0].type, "TEST");
    EXPECT_EQ((*rows)[1].type, "SYSTEM");
    EXPECT_EQ((*rows)[2].type, "LIQ_STORM");
    EXPECT_EQ((*rows)[2].symbol, "BTC-USDT-PERP");
    EXPECT_EQ((*rows)[4].row.provider_id, "m-sig-1");
    EXPECT_EQ((*rows)[4].row.payload, "{}");
    TrackedQuery two;
    two.limit = 2;
    EXPECT_THAT(keys(two), ElementsAre("drill-1/a", "sys-1/a"));
}

TEST_P(Tracking, each_filter_leaves_what_it_names) {
    add("sys-2", "b", "pending", 5);
    TrackedQuery query;
    query.channel = "b";
    EXPECT_THAT(keys(query), ElementsAre("sys-2/b"));
    query = {};
    query.state = "refused";
    EXPECT_THAT(keys(query), ElementsAre("sig-2/a"));
    query = {};
    query.signal = "sig-3";
    EXPECT_THAT(keys(query), ElementsAre("sig-3/a"));
    query = {};
    query.type = "SYSTEM";
    EXPECT_THAT(keys(query), ElementsAre("sys-1/a", "sys-2/b"));
    query.type = "LIQ_STORM";
    query.symbol = "BTC-USDT-PERP";
    EXPECT_EQ(keys(query).size(), 3U);
    query.symbol = "ETH-USDT-PERP";
    EXPECT_THAT(keys(query), IsEmpty());
    query = {};
    query.since_ns = kNow + 20 * kSecond;
    EXPECT_THAT(keys(query), ElementsAre("drill-1/a", "sys-1/a", "sig-3/a"));
}

TEST_P(Tracking, dead_and_undelivered_leave_drills_out) {
    TrackedQuery query;
    query.which = TrackedQuery::Which::Dead;
    EXPECT_THAT(keys(query), ElementsAre("sig-3/a", "sig-2/a"));
    query.which = TrackedQuery::Which::Undelivered;
    EXPECT_THAT(keys(query), ElementsAre("sys-1/a", "sig-3/a", "sig-2/a"));
    query.which = TrackedQuery::Which::Drills;
    EXPECT_THAT(keys(query), ElementsAre("drill-1/a"));
}

TEST_P(Tracking, a_signal_without_any_notification_went_nowhere) {
    EXPECT_THAT(*store_->unrouted(0, 10), IsEmpty());
    ASSERT_TRUE(store_->admit(signal_row("sig-9"), {}).ok());
    ASSERT_TRUE(store_->put(signal_row("sig-8", "held")).ok());
    const auto rows = store_->unrouted(0, 10);
    ASSERT_EQ(rows->size(), 1U);
    EXPECT_EQ(rows->front().id, "sig-9");
    EXPECT_EQ(rows->front().symbol, "BTC-USDT-PERP");
    EXPECT_THAT(*store_->unrouted(kNow + kSecond, 10), IsEmpty());
}

TEST_P(Tracking, what_is_sent_again_is_due_under_its_key_with_a_new_use_by) {
    const auto sent = store_->send_again(wish({"sig-2/a"}));
    ASSERT_TRUE(sent.ok()) << sent.status().message();
    EXPECT_THAT(*sent, ElementsAre("sig-2/a"));
    const auto due = store_->due({"a", kNow + 100 * kSecond, 10});
    const auto again =
        std::find_if(due->begin(), due->end(), [](const auto& r) { return r.key == "sig-2/a"; });
    ASSERT_NE(again, due->end());
    EXPECT_EQ(again->attempts, 0);
    EXPECT_EQ(again->use_by_ns, kNow + 1'000 * kSecond);
    EXPECT_EQ(again->reason, "sent again by control socket, user 1000; before: refused, HTTP 400");
    EXPECT_THAT(check_whole_chain(*store_).problem, IsEmpty());
    NotificationRow done = *again;
    done.state = "delivered";
    done.attempts = 1;
    done.provider_id = "m-2";
    done.finished_ns = kNow + 101 * kSecond;
    ASSERT_TRUE(store_->settle(done).ok());
    EXPECT_THAT(check_whole_chain(*store_).problem, IsEmpty());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM chain WHERE key = 'sig-2/a'"), "3")
        << "refused, sent again, delivered";
}

TEST_P(Tracking, all_dead_ones_of_a_channel_and_time_are_sent_again_and_no_drill) {
    add("sig-7", "b", "refused", 50);
    ResendWish all = wish({});
    all.channel = "a";
    all.since_ns = kNow + 15 * kSecond;
    EXPECT_THAT(*store_->send_again(all), ElementsAre("sig-3/a"));
    all.channel.clear();
    all.since_ns = 0;
    EXPECT_THAT(*store_->send_again(all), ElementsAre("sig-2/a", "sig-7/b"));
    EXPECT_THAT(*store_->send_again(all), IsEmpty());
    EXPECT_THAT(check_whole_chain(*store_).problem, IsEmpty());
}

TEST_P(Tracking, a_wrong_key_is_named_and_nothing_is_sent) {
    const auto refusal = [&](const std::string& key) {
        const auto sent = store_->send_again(wish({"sig-2/a", key}));
        return sent.ok() ? "" : sent.status().message();
    };
    EXPECT_EQ(refusal("sig-2/nowhere"), "there is no notification 'sig-2/nowhere'");
    EXPECT_EQ(refusal("sig-1/a"), "sig-1/a is delivered");
    EXPECT_EQ(refusal("sys-1/a"), "sys-1/a is pending");
    EXPECT_EQ(refusal("drill-1/a"), "drill-1/a is a fire drill");
    EXPECT_EQ(at_.sql("SELECT state FROM notifications WHERE key = 'sig-2/a'"), "refused");
}

TEST_P(Tracking, knows_which_providers_have_asked_for_a_pause_and_until_when) {
    const auto tried = [&](const std::string& id, const std::string& channel, unsigned status,
                           std::int64_t until_s) {
        add(id, channel, "pending", 50);
        NotificationRow row = notification_row(id, channel);
        row.attempts = 1;
        row.next_try_ns = kNow + until_s * kSecond;
        AttemptRow attempt;
        attempt.key = row.key;
        attempt.number = 1;
        attempt.signal_id = id;
        attempt.channel = channel;
        attempt.at_ns = kNow + 60 * kSecond;
        attempt.finished_ns = attempt.at_ns;
        attempt.result = "retry";
        attempt.http_status = status;
        ASSERT_TRUE(store_->settle(row, &attempt).ok());
    };
    tried("sig-7", "chat", 429, 100);
    tried("sig-8", "chat", 429, 300);
    tried("sig-9", "hook", 503, 400);
    tried("sig-10", "pager", 429, 80);
    const auto pauses = store_->provider_pauses(kNow + 90 * kSecond);
    ASSERT_TRUE(pauses.ok()) << pauses.status().message();
    ASSERT_EQ(pauses->size(), 1U) << "a failure is no pause, and one that is over is none";
    EXPECT_EQ(pauses->front().channel, "chat");
    EXPECT_EQ(pauses->front().next_try_ns, kNow + 300 * kSecond);
}

}  // namespace
}  // namespace petrel::core
