// Signals and notifications as rows: admission, life, queries, what is due, pruning.
#include <gmock/gmock.h>

#include <array>
#include <limits>

#include "core/store/both_stores_support.hpp"
#include "store/database.hpp"

namespace petrel::core {
namespace {

SignalQuery everything(int limit = 100) {
    SignalQuery query;
    query.with_held = true;
    query.limit = limit;
    return query;
}
SignalQuery of(const std::string& symbol, const std::string& type = "", std::int64_t since_ns = 0) {
    SignalQuery query;
    query.symbol = symbol;
    query.type = type;
    query.since_ns = since_ns;
    return query;
}

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// What holds for either database.
class Rows : public ::testing::TestWithParam<StoreKind> {
protected:
    Rows() : at_(GetParam()), store_(at_.open()) {}

    Status admit(const std::string& id, const std::vector<std::string>& channels) {
        std::vector<NotificationRow> rows;
        for (const std::string& channel : channels) {
            rows.push_back(notification_row(id, channel));
        }
        return store_->admit(signal_row(id), rows);
    }
    std::vector<std::string> ids(const SignalQuery& query) {
        std::vector<std::string> found;
        const auto all_row = store_->signals(query);
        for (const SignalRow& row : *all_row) {
            found.push_back(row.id);
        }
        return found;
    }
    std::vector<std::string> due(std::int64_t now_ns, int limit) {
        std::vector<std::string> keys;
        const auto channels = store_->waiting();
        for (const ChannelDue& channel : *channels) {
            const auto rows = store_->due({channel.channel, now_ns, limit});
            for (const NotificationRow& row : *rows) {
                keys.push_back(row.key);
            }
        }
        return keys;
    }
    std::string state_of(const std::string& id) {
        return at_.sql("SELECT state FROM signals WHERE id = '" + id + "'");
    }

    NewStore at_;
    std::unique_ptr<Database> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, Rows, ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
                         name_of_store);

TEST_P(Rows, an_admission_is_whole_or_not_there) {
    at_.break_writes("INSERT", "NEW.channel = 'b'");
    const Status refused = admit("sig-1", {"a", "b", "c"});
    ASSERT_FALSE(refused.ok());
    EXPECT_THAT(refused.message(),
                StartsWith("store " + shown_place(at_.place()) + ": cannot admit a signal: "));
    EXPECT_THAT(refused.message(), HasSubstr("planted failure"));
    EXPECT_THAT(refused.message(), Not(HasSubstr("sig-1"))) << "no statement, no payload";
    at_.mend_writes();
    EXPECT_THAT(ids({}), IsEmpty());
    EXPECT_EQ(store_->counts()->pending, 0U);
    EXPECT_TRUE(admit("sig-1", {"a", "b", "c"}).ok());
    EXPECT_EQ(store_->counts()->pending, 3U);
}

TEST_P(Rows, a_replayed_admission_repeats_nothing) {
    ASSERT_TRUE(admit("sig-1", {"a", "b"}).ok());
    NotificationRow sent = notification_row("sig-1", "a");
    sent.state = "delivered";
    sent.provider_id = "m-17";
    ASSERT_TRUE(store_->settle(sent).ok());
    ASSERT_TRUE(store_->put(signal_row("sig-1", "expired")).ok());
    ASSERT_TRUE(admit("sig-1", {"a", "b", "c"}).ok());
    const auto rows = store_->notifications("sig-1");
    ASSERT_EQ(rows->size(), 3U) << "a channel that is new gets its own";
    EXPECT_EQ((*rows)[0].state, "delivered");
    EXPECT_EQ((*rows)[0].provider_id, "m-17");
    EXPECT_EQ(state_of("sig-1"), "expired");
}

TEST_P(Rows, a_story_held_first_is_raised_when_it_is_admitted) {
    ASSERT_TRUE(store_->put(signal_row("sig-1", "held")).ok());
    EXPECT_THAT(ids({}), IsEmpty());
    ASSERT_TRUE(admit("sig-1", {"a"}).ok());
    EXPECT_EQ(state_of("sig-1"), "active");
    EXPECT_THAT(ids({}), ElementsAre("sig-1"));
}

TEST_P(Rows, a_life_goes_forward_only) {
    ASSERT_TRUE(admit("sig-1", {"a"}).ok());
    ASSERT_TRUE(store_->put(signal_row("sig-1", "held")).ok());
    EXPECT_EQ(state_of("sig-1"), "active") << "a near miss of a sent story does not hide it";
    SignalRow later = signal_row("sig-1");
    later.notional_usd = 9e6;
    ASSERT_TRUE(store_->put(later).ok());
    EXPECT_EQ(store_->signals({})->front().notional_usd, 9e6);
    ASSERT_TRUE(store_->put(signal_row("sig-1", "expired")).ok());
    ASSERT_TRUE(store_->put(signal_row("sig-1", "active")).ok());
    EXPECT_EQ(state_of("sig-1"), "expired") << "an end is an end";
}

TEST_P(Rows, what_is_no_number_blocks_nothing) {
    SignalRow row = signal_row("sig-1");
    row.score = std::numeric_limits<double>::quiet_NaN();
    row.notional_usd = std::numeric_limits<double>::infinity();
    ASSERT_TRUE(store_->put(row).ok());
    EXPECT_EQ(store_->signals({})->front().score, 0.0);
    EXPECT_EQ(store_->signals({})->front().notional_usd, 0.0);
}

TEST_P(Rows, hostile_text_comes_back_as_it_went) {
    const std::string hostile = "'; DROP TABLE signals; -- \"%_\x1b[31m \u202e \U0001F40B\n\t\\";
    SignalRow row = signal_row("sig-1");
    row.symbol = hostile;
    row.reason = hostile;
    row.document = std::string(200'000, 'd') + hostile;
    NotificationRow notification = notification_row("sig-1", "a");
    notification.payload = hostile;
    const std::array<NotificationRow, 1> rows = {notification};
    ASSERT_TRUE(store_->admit(row, rows).ok());
    SignalQuery query;
    query.symbol = hostile;
    const auto found = store_->signals(query);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().reason, hostile);
    EXPECT_EQ(found->front().document, row.document);
    EXPECT_EQ(found->front().onset_ns, row.onset_ns);
    EXPECT_EQ(store_->notifications("sig-1")->front().payload, hostile);
    query.symbol = "' OR 1=1 --";
    EXPECT_THAT(ids(query), IsEmpty());
}

TEST_P(Rows, queries_filter_by_symbol_type_time_and_state_newest_first) {
    for (int i = 0; i < 6; ++i) {
        SignalRow row = signal_row("sig-" + std::to_string(i), i == 5 ? "held" : "active");
        row.ts_ns = kNow + i * kSecond;
        row.symbol = i % 2 == 0 ? "BTC-USDT-PERP" : "ETH-USDT-PERP";
        row.type = i < 3 ? "LIQ_STORM" : "WHALE_CLUSTER";
        ASSERT_TRUE(store_->put(row).ok());
    }
    EXPECT_THAT(ids({}), ElementsAre("sig-4", "sig-3", "sig-2", "sig-1", "sig-0"));
    EXPECT_THAT(ids(everything(2)), ElementsAre("sig-5", "sig-4"));
    EXPECT_THAT(ids(of("ETH-USDT-PERP")), ElementsAre("sig-3", "sig-1"));
    EXPECT_THAT(ids(of("BTC-USDT-PERP", "LIQ_STORM")), ElementsAre("sig-2", "sig-0"));
    EXPECT_THAT(ids(of("", "", kNow + 3 * kSecond)), ElementsAre("sig-4", "sig-3"));
}

TEST_P(Rows, a_prefix_finds_at_most_three) {
    for (const std::string id : {"sig-1aa0", "sig-1ab0", "sig-1ab1", "sig-1ab2", "sig-2000"}) {
        ASSERT_TRUE(store_->put(signal_row(id, id == "sig-2000" ? "held" : "active")).ok());
    }
    const auto count = [&](const std::string& prefix) { return store_->find(prefix)->size(); };
    EXPECT_EQ(count("sig-1ab1"), 1U);
    EXPECT_EQ(count("sig-1a"), 3U);
    EXPECT_EQ(count("sig-2"), 1U) << "near misses, too";
    EXPECT_EQ(count("sig-3"), 0U);
    EXPECT_EQ(count("SIG-1"), 0U);
    EXPECT_EQ(count("%"), 0U);
}

TEST_P(Rows, the_most_urgent_come_first_then_the_oldest) {
    const auto queue = [&](const std::string& id, int priority, std::int64_t at_ns) {
        NotificationRow row = notification_row(id, "a");
        row.priority = priority;
        row.created_ns = at_ns;
        row.next_try_ns = at_ns;
        const std::array<NotificationRow, 1> rows = {row};
        EXPECT_TRUE(store_->add(rows).ok());
    };
    queue("late", 100, kNow + 2);
    queue("old", 100, kNow);
    queue("urgent", 300, kNow + 1);
    queue("future", 300, kNow + 10);
    EXPECT_THAT(due(kNow + 2, 9), ElementsAre("urgent/a", "old/a", "late/a"));
    EXPECT_THAT(due(kNow + 2, 2), ElementsAre("urgent/a", "old/a"));
    EXPECT_EQ(store_->waiting()->front().next_try_ns, kNow);
    EXPECT_THAT(due(kNow - 1, 9), IsEmpty());
}

TEST_P(Rows, the_backlog_of_one_channel_hides_no_other) {
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(admit("sig-" + std::to_string(1'000 + i), {"slow"}).ok());
    }
    NotificationRow other = notification_row("sig-9999", "quick");
    other.priority = 1;
    const std::array<NotificationRow, 1> rows = {other};
    ASSERT_TRUE(store_->add(rows).ok());
    const std::vector<std::string> keys = due(kNow, 5);
    EXPECT_EQ(keys.size(), 6U);
    EXPECT_EQ(keys.front(), "sig-9999/quick");
}

TEST_P(Rows, settled_rows_are_due_no_more_and_counted) {
    ASSERT_TRUE(admit("sig-1", {"a", "b", "c", "d"}).ok());
    for (const auto& [channel, state] : std::vector<std::pair<std::string, std::string>>{
             {"a", "delivered"}, {"b", "refused"}, {"c", "expired"}}) {
        NotificationRow row = notification_row("sig-1", channel);
        row.state = state;
        row.attempts = 2;
        row.finished_ns = kNow + 5;
        row.reason = "because";
        ASSERT_TRUE(store_->settle(row).ok());
    }
    EXPECT_THAT(due(kNow, 9), ElementsAre("sig-1/d"));
    const Result<StoreCounts> counts = store_->counts();
    EXPECT_EQ(counts->signals, 1U);
    EXPECT_EQ(counts->pending, 1U);
    EXPECT_EQ(counts->delivered, 1U);
    EXPECT_EQ(counts->refused, 1U);
    EXPECT_EQ(counts->expired, 1U);
    EXPECT_EQ(store_->notifications("sig-1")->front().attempts, 2);
}

TEST_P(Rows, pruning_keeps_what_is_young_or_unsettled) {
    for (int i = 0; i < 5; ++i) {
        SignalRow held = signal_row("held-" + std::to_string(i), "held");
        held.ts_ns = kNow + i;
        ASSERT_TRUE(store_->put(held).ok());
    }
    ASSERT_TRUE(admit("sig-old", {"a"}).ok());
    ASSERT_TRUE(admit("sig-open", {"a"}).ok());
    NotificationRow sent = notification_row("sig-old", "a");
    sent.state = "delivered";
    sent.finished_ns = kNow;
    ASSERT_TRUE(store_->settle(sent).ok());
    ASSERT_TRUE(store_->prune(2, kNow - kSecond).ok());
    EXPECT_THAT(ids(everything()),
                ::testing::UnorderedElementsAre("held-4", "held-3", "sig-old", "sig-open"));
    ASSERT_TRUE(store_->prune(2, kNow + 9'000 * kSecond).ok());
    EXPECT_THAT(ids(everything()), ElementsAre("sig-open")) << "it still has one to send";
    EXPECT_EQ(store_->counts()->pending, 1U);
}

TEST_P(Rows, verdicts_are_counted_by_day_reason_and_outcome) {
    constexpr std::int64_t day_ns = 86'400'000'000'000;
    const auto put = [&](const char* id, const char* state, const char* reason,
                         std::int64_t ts_ns) {
        SignalRow row = signal_row(id);
        row.state = state;
        row.reason = reason;
        row.pattern = "storm_only";
        row.ts_ns = ts_ns;
        if (row.state == "held") {
            ASSERT_TRUE(store_->put(row).ok());
        } else {
            ASSERT_TRUE(store_->admit(row, {}).ok());
        }
    };
    put("sig-1", "active", "same_story", day_ns + 5);
    put("sig-2", "active", "storm_over_minimum", day_ns + 6);
    put("sig-3", "held", "cooldown", day_ns + 7);
    put("sig-4", "held", "cooldown", 2 * day_ns - 1);
    put("sig-5", "held", "cooldown", 2 * day_ns);
    put("sig-6", "held", "too_many", 3);
    ASSERT_TRUE(store_->put(outcome_row("sig-1", 900'000, "hit")).ok());
    ASSERT_TRUE(store_->put(outcome_row("sig-1", 60'000, "flat")).ok());

    const auto told = [&](const VerdictQuery& query) {
        const auto counts = store_->verdicts(query);
        EXPECT_TRUE(counts.ok());
        std::vector<std::string> texts;
        for (const VerdictCount& count : *counts) {
            texts.push_back(std::to_string(count.from_ns / day_ns) +
                            (count.held ? " held " : " sent ") + count.reason + " " + count.result +
                            " " + std::to_string(count.count));
        }
        return texts;
    };
    VerdictQuery query;
    query.horizon_ms = 900'000;
    EXPECT_THAT(told(query),
                ElementsAre("2 held cooldown  1", "1 sent storm_only  1", "1 sent storm_only hit 1",
                            "1 held cooldown  2", "0 held too_many  1"));
    query.since_ns = 2 * day_ns - 1;
    EXPECT_THAT(told(query), ElementsAre("2 held cooldown  1", "1 held cooldown  1"));
    query.limit = 1;
    EXPECT_THAT(told(query), ElementsAre("2 held cooldown  1"));
}

}  // namespace
}  // namespace petrel::core
