// What only a server brings: sessions that are ended, a server that stops or hangs, several nodes.
#include <gmock/gmock.h>

#include <array>
#include <csignal>
#include <set>
#include <thread>

#include "core/store/both_stores_support.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

using petrel::testing::eventually;
using petrel::testing::PostgresServer;
using petrel::testing::shared_server;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> due_keys(Database& store, std::int64_t now_ns = kNow, int limit = 100) {
    std::vector<std::string> keys;
    const auto rows = store.due({"a", now_ns, limit});
    EXPECT_TRUE(rows.ok()) << (rows.ok() ? "" : rows.status().message());
    for (const NotificationRow& row : *rows) {
        keys.push_back(row.key);
    }
    return keys;
}

Status admit_one(Database& store, int number) {
    const std::string id = "sig-" + std::to_string(1'000 + number);
    const std::array<NotificationRow, 1> rows = {notification_row(id, "a")};
    return store.admit(signal_row(id), rows);
}

StorePlace of_node(const NewStore& at, const std::string& node) {
    StorePlace place = at.place();
    place.node = node;
    return place;
}

TEST(Server, a_session_that_was_ended_costs_one_call) {
    const NewStore at(StoreKind::Postgres);
    const auto store = at.open();
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(admit_one(*store, i).ok());
        shared_server().end_sessions(at.name());
        const Status lost = admit_one(*store, i + 100);
        EXPECT_FALSE(lost.ok());
        EXPECT_TRUE(lost.retryable());
        EXPECT_TRUE(admit_one(*store, i + 100).ok()) << "a new session, new statements";
    }
    EXPECT_EQ(store->signals({})->size(), 10U);
}

TEST(Server, a_commit_of_unknown_outcome_is_made_again_and_repeats_nothing) {
    const NewStore at(StoreKind::Postgres);
    const auto store = at.open();
    // The session dies behind the commit, before it is told of it.
    at.sql(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$");
    at.sql(
        "CREATE CONSTRAINT TRIGGER last AFTER INSERT ON notifications DEFERRABLE INITIALLY"
        " DEFERRED FOR EACH ROW EXECUTE FUNCTION die()");
    EXPECT_FALSE(admit_one(*store, 1).ok());
    at.sql("DROP TRIGGER last ON notifications");
    ASSERT_TRUE(admit_one(*store, 1).ok());
    ASSERT_TRUE(admit_one(*store, 1).ok());
    EXPECT_EQ(store->signals({})->size(), 1U);
    EXPECT_EQ(store->counts()->pending, 1U);
}

TEST(Server, a_server_that_is_stopped_is_not_there_until_it_starts_again) {
    PostgresServer server;
    StorePlace place;
    place.url = server.url(server.new_database());
    const auto store = std::move(Database::open(place).value());
    ASSERT_TRUE(admit_one(*store, 1).ok());
    server.stop();
    EXPECT_FALSE(admit_one(*store, 2).ok());
    EXPECT_FALSE(admit_one(*store, 2).ok());
    EXPECT_FALSE(Database::open(place).ok());
    place.may_be_down = true;
    const auto late = std::move(Database::open(place).value());
    EXPECT_FALSE(late->counts().ok());
    server.start();
    EXPECT_TRUE(eventually([&] { return admit_one(*store, 2).ok(); }));
    EXPECT_TRUE(eventually([&] { return late->counts().ok(); }));
    EXPECT_EQ(store->signals({})->size(), 2U);
}

TEST(Server, one_that_hangs_holds_a_call_for_its_limit_and_no_longer) {
    PostgresServer server;
    StorePlace place;
    place.url = server.url(server.new_database());
    place.call_max_ms = 1'000;
    const auto store = std::move(Database::open(place).value());
    ASSERT_TRUE(admit_one(*store, 1).ok());
    server.signal(SIGSTOP);
    const std::int64_t begun_ns = steady_now_ns();
    EXPECT_FALSE(admit_one(*store, 2).ok());
    EXPECT_LT(steady_now_ns() - begun_ns, 3 * kSecond) << "the limit is 1 s";
    const std::int64_t again_ns = steady_now_ns();
    EXPECT_FALSE(admit_one(*store, 2).ok());
    EXPECT_LT(steady_now_ns() - again_ns, 8 * kSecond) << "connecting has a limit, too";
    server.signal(SIGCONT);
    EXPECT_TRUE(eventually([&] { return admit_one(*store, 2).ok(); }));
    EXPECT_TRUE(eventually([&] {
        const auto rows = store->signals({});
        return rows.ok() && rows->size() == 2;
    }));
}

TEST(Server, two_nodes_share_the_work_and_take_nothing_twice) {
    const NewStore at(StoreKind::Postgres);
    const auto first = std::move(Database::open(of_node(at, "one")).value());
    const auto second = std::move(Database::open(of_node(at, "two")).value());
    for (int i = 0; i < 40; ++i) {
        ASSERT_TRUE(admit_one(*first, i).ok());
    }
    std::multiset<std::string> taken;
    std::vector<std::string> by_first;
    std::thread other([&] { by_first = due_keys(*first, kNow, 25); });
    const std::vector<std::string> by_second = due_keys(*second, kNow, 25);
    other.join();
    taken.insert(by_first.begin(), by_first.end());
    taken.insert(by_second.begin(), by_second.end());
    for (const auto& store : {first.get(), second.get()}) {
        for (const std::string& key : due_keys(*store, kNow + 1)) {
            if (taken.count(key) == 0) {
                taken.insert(key);
            }
        }
    }
    EXPECT_EQ(taken.size(), 40U);
    EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), 40U);
    EXPECT_EQ(due_keys(*first).size() + due_keys(*second).size(), 40U) << "each keeps its own";
}

TEST(Server, work_of_a_node_that_is_gone_falls_to_another_when_its_lease_ends) {
    const NewStore at(StoreKind::Postgres);
    const auto first = std::move(Database::open(of_node(at, "one")).value());
    const auto second = std::move(Database::open(of_node(at, "two")).value());
    ASSERT_TRUE(admit_one(*first, 1).ok());
    EXPECT_EQ(due_keys(*first).size(), 1U);
    EXPECT_THAT(due_keys(*second), IsEmpty());
    EXPECT_THAT(due_keys(*second, kNow + 59 * kSecond), IsEmpty());
    EXPECT_EQ(due_keys(*first, kNow + 30 * kSecond).size(), 1U) << "renewed";
    EXPECT_THAT(due_keys(*second, kNow + 61 * kSecond), IsEmpty());
    const auto taken_over = second->due({"a", kNow + 91 * kSecond, 100});
    ASSERT_EQ(taken_over->size(), 1U);
    EXPECT_EQ(taken_over->front().taken_from, "one");
    EXPECT_EQ(second->due({"a", kNow + 92 * kSecond, 100})->front().taken_from, "") << "its own";
    // The one that was thought gone has delivered after all: what the other says later is ignored.
    NotificationRow done = notification_row("sig-1001", "a");
    done.state = "delivered";
    ASSERT_TRUE(first->settle(done).ok());
    NotificationRow retry = notification_row("sig-1001", "a");
    retry.next_try_ns = kNow + 200 * kSecond;
    ASSERT_TRUE(second->settle(retry).ok());
    EXPECT_EQ(at.sql("SELECT state FROM notifications"), "delivered");
}

// A transaction that began first and ends last: by its id it would be behind what was read.
TEST(Server, rows_of_a_late_commit_are_not_missed_and_held_ones_not_waited_for) {
    const NewStore at(StoreKind::Postgres);
    const auto store = at.open();
    ASSERT_TRUE(admit_one(*store, 1).ok());
    ASSERT_TRUE(admit_one(*store, 2).ok());
    PGconn* other = PQconnectdb(at.place().url.c_str());
    PQclear(PQexec(other,
                   "BEGIN; SELECT * FROM notifications WHERE key = 'sig-1001/a' FOR UPDATE;"
                   "INSERT INTO notifications SELECT 'sig-0000/a', 'sig-0000', channel,"
                   " state, priority, attempts, created_ns - 1, next_try_ns, use_by_ns,"
                   " finished_ns, reason, provider_id, payload FROM notifications WHERE"
                   " key = 'sig-1002/a'"));
    EXPECT_THAT(due_keys(*store), ::testing::ElementsAre("sig-1002/a"));
    PQclear(PQexec(other, "COMMIT"));
    PQfinish(other);
    EXPECT_THAT(due_keys(*store), ::testing::ElementsAre("sig-0000/a", "sig-1001/a", "sig-1002/a"));
}

TEST(Server, no_message_holds_user_or_password) {
    StorePlace place;
    place.url = "postgresql://someone@/nowhere?host=/nonexistent&application_name=x";
    place.password = "hunter2";
    EXPECT_EQ(shown_place(place), "postgresql:///nowhere");
    const auto opened = Database::open(place);
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.status().message(),
                HasSubstr("store postgresql:///nowhere: cannot connect"));
    EXPECT_THAT(opened.status().message(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(opened.status().message(), Not(HasSubstr("someone")));
}

// What the extension offers cannot be shown here: it is no package of Debian's. That it is looked
// for, and done without where it may not be used, can.
TEST(Server, an_extension_that_cannot_be_made_is_done_without) {
    const NewStore at(StoreKind::Postgres);
    at.sql("CREATE SCHEMA fake");
    at.sql("CREATE VIEW fake.pg_available_extensions AS SELECT 'timescaledb' AS name");
    StorePlace place = at.place();
    place.url += "&options=-csearch_path%3Dfake,pg_catalog,public";
    at.sql("SET search_path TO public");
    const auto opened = Database::open(place);
    ASSERT_TRUE(opened.ok()) << opened.status().message();
    MetricsRow old;
    old.at_ns = 5;
    old.node = "n";
    MetricsRow young = old;
    young.at_ns = kNow;
    ASSERT_TRUE((*opened)->put(old).ok());
    ASSERT_TRUE((*opened)->put(young).ok());
    ASSERT_TRUE((*opened)->prune(10, kNow).ok());
    ASSERT_EQ((*opened)->metrics(0, 10)->size(), 1U);
    EXPECT_EQ((*opened)->metrics(0, 10)->front().at_ns, kNow);
}

}  // namespace
}  // namespace petrel::core
