// Migrations of either database: killed at each step, by two at once, from an older release.
#include "store/migrations.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

#include "core/store/both_stores_support.hpp"

namespace petrel::core {
namespace {

using petrel::testing::eventually;
using petrel::testing::shared_server;
using ::testing::HasSubstr;

std::string version_of(const NewStore& at) {
    return at.sql(at.kind() == StoreKind::Sqlite ? "PRAGMA user_version"
                                                 : "SELECT version FROM schema_version");
}

// Brings an empty store to the schema of an older release.
void migrate_by_hand(const NewStore& at, int version) {
    const bool server = at.kind() == StoreKind::Postgres;
    if (server) {
        at.sql("CREATE TABLE schema_version (version INTEGER NOT NULL)");
        at.sql("INSERT INTO schema_version VALUES (" + std::to_string(version) + ")");
    }
    for (int step = 1; step <= version; ++step) {
        EXPECT_EQ(at.sql(migration_statement(step, server)), "") << step;
    }
    if (!server) {
        at.sql("PRAGMA user_version=" + std::to_string(version));
    }
}

void expect_it_works(Database& store) {
    const std::array<NotificationRow, 1> rows = {notification_row("sig-1", "a")};
    EXPECT_TRUE(store.admit(signal_row("sig-1"), rows).ok());
    EXPECT_TRUE(store.put(outcome_row("sig-1", 60'000)).ok());
    EXPECT_EQ(store.signals({})->size(), 1U);
    EXPECT_EQ(store.notifications("sig-1")->size(), 1U);
    EXPECT_EQ(store.outcomes("sig-1")->size(), 1U);
}

class Migrations : public ::testing::TestWithParam<StoreKind> {};
INSTANTIATE_TEST_SUITE_P(Stores, Migrations,
                         ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres), name_of_store);

TEST_P(Migrations, a_store_of_any_older_schema_goes_on_from_there) {
    // A new database of the server takes its time, so there not every one.
    const int stride = GetParam() == StoreKind::Sqlite ? 1 : 5;
    for (int version = 0; version <= newest_schema(); version += stride) {
        const NewStore at(GetParam());
        migrate_by_hand(at, version);
        if (version < newest_schema()) {
            EXPECT_FALSE(Database::open(at.place(), Database::Access::Read).ok())
                << "older: not for readers";
        }
        const auto store = at.open();
        ASSERT_NE(store, nullptr) << version;
        EXPECT_EQ(version_of(at), std::to_string(newest_schema()));
        expect_it_works(*store);
    }
}

TEST_P(Migrations, rows_of_an_older_schema_stay) {
    const NewStore at(GetParam());
    migrate_by_hand(at, 7);
    at.sql(
        "INSERT INTO signals VALUES ('sig-0', 'LIQ_STORM', 'BTC-USDT-PERP', 'long', 'active',"
        " 'send', '', '', '', 0.5, 1e6, 5, 5, 9, 'v', '{}')");
    at.sql(
        "INSERT INTO notifications VALUES ('sig-0/a', 'sig-0', 'a', 'pending', 1, 0, 5, 5, 9, 0,"
        " '', '', '{}')");
    const auto store = at.open();
    EXPECT_EQ(store->signals({})->size(), 1U);
    EXPECT_EQ(store->due({"a", 6, 10})->size(), 1U);
}

TEST_P(Migrations, the_state_is_told_without_changing_it) {
    const NewStore at(GetParam());
    const auto empty = Database::schema(at.place());
    ASSERT_TRUE(empty.ok()) << empty.status().message();
    EXPECT_EQ(empty->version, 0);
    EXPECT_EQ(empty->newest, newest_schema());
    migrate_by_hand(at, 3);
    EXPECT_EQ(Database::schema(at.place())->version, 3);
    EXPECT_EQ(version_of(at), "3");
    at.open();
    EXPECT_EQ(Database::schema(at.place())->version, newest_schema());
}

TEST_P(Migrations, a_newer_schema_is_refused_with_what_to_do) {
    const NewStore at(GetParam());
    at.open();
    const std::string newer = std::to_string(newest_schema() + 1);
    at.sql(GetParam() == StoreKind::Sqlite ? "PRAGMA user_version=" + newer
                                           : "UPDATE schema_version SET version = " + newer);
    for (const auto access : {Database::Access::ReadWrite, Database::Access::Read}) {
        const auto opened = Database::open(at.place(), access);
        ASSERT_FALSE(opened.ok());
        EXPECT_THAT(opened.status().message(), HasSubstr("has schema " + newer));
        EXPECT_THAT(opened.status().message(), HasSubstr("Use the newer petrel"));
    }
    EXPECT_EQ(version_of(at), newer) << "and nothing was touched";
}

// A child opens the store and is killed in the n-th commit, for every n.
int commits_until_death = 0;
int die_in_time(void*) {
    if (--commits_until_death == 0) {
        ::kill(::getpid(), SIGKILL);
    }
    return 0;
}
int watch_commits(sqlite3* connection, const char**, const sqlite3_api_routines*) {
    sqlite3_commit_hook(connection, &die_in_time, nullptr);
    return SQLITE_OK;
}

TEST(MigrationsKilled, a_kill_at_any_step_of_a_file_is_finished_by_the_next_start) {
    bool finished = false;
    for (int commit = 1; !finished; ++commit) {
        const NewStore at(StoreKind::Sqlite);
        const pid_t child = ::fork();
        if (child == 0) {
            commits_until_death = commit;
            sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch_commits));
            ::_exit(Database::open(at.place()).ok() ? 0 : 1);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        finished = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        ASSERT_TRUE(finished || WIFSIGNALED(status));
        const int left_at = Database::schema(at.place())->version;
        // The first commit of all is that of the journal mode.
        EXPECT_EQ(left_at, finished ? newest_schema() : std::max(0, commit - 2));
        const auto store = at.open();
        ASSERT_NE(store, nullptr) << commit;
        expect_it_works(*store);
        ASSERT_LE(commit, newest_schema() + 2);
    }
}

// A step and its number are one transaction there, too: ended before its commit, it leaves nothing.
TEST(MigrationsKilled, a_session_ended_at_any_step_leaves_nothing_of_it) {
    const NewStore at(StoreKind::Postgres);
    migrate_by_hand(at, 0);
    for (int step = 1; step <= newest_schema(); ++step) {
        const std::string fault =
            at.sql("BEGIN; " + migration_statement(step, true) +
                   "; UPDATE schema_version SET version = " + std::to_string(step) +
                   "; SELECT pg_terminate_backend(pg_backend_pid())");
        EXPECT_THAT(fault, HasSubstr("terminating connection"));
        EXPECT_EQ(version_of(at), std::to_string(step - 1));
        EXPECT_EQ(
            at.sql("BEGIN; " + migration_statement(step, true) +
                   "; UPDATE schema_version SET version = " + std::to_string(step) + "; COMMIT"),
            "")
            << "nothing of it is left";
    }
    const auto store = at.open();
    ASSERT_NE(store, nullptr);
    expect_it_works(*store);
}

TEST(MigrationsKilled, nodes_that_start_together_migrate_once) {
    const NewStore at(StoreKind::Postgres);
    std::array<std::string, 4> failures;
    std::array<std::thread, 4> nodes;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i] = std::thread([&, i] {
            const auto opened = Database::open(at.place());
            failures[i] = opened.ok() ? "" : opened.status().message();
        });
    }
    for (std::thread& node : nodes) {
        node.join();
    }
    for (const std::string& failure : failures) {
        EXPECT_EQ(failure, "");
    }
    EXPECT_EQ(version_of(at), std::to_string(newest_schema()));
    EXPECT_EQ(at.sql("SELECT COUNT(*) FROM schema_version"), "1");
}

// A node of an older release in mid-transaction while a newer one starts: neither waits for ever,
// and both work afterwards, because steps only add.
TEST(HalfUpgraded, an_old_node_goes_on_beside_a_new_one) {
    const NewStore at(StoreKind::Postgres);
    migrate_by_hand(at, 16);
    const std::string insert =
        "INSERT INTO notifications (key, signal_id, channel, state, priority, attempts, created_ns,"
        " next_try_ns, use_by_ns, finished_ns, reason, provider_id, payload) VALUES ('";
    const std::string values = "', 'sig-1', 'a', 'pending', 1, 0, 5, 5, 9, 0, '', '', '{}')";
    PGconn* old = PQconnectdb(at.place().url.c_str());
    PQclear(PQexec(old, ("BEGIN; " + insert + "one" + values).c_str()));
    StorePlace place = at.place();
    place.may_be_down = true;
    const auto held_up = Database::open(place);
    ASSERT_TRUE(held_up.ok()) << held_up.status().message();
    EXPECT_FALSE((*held_up)->counts().ok()) << "it cannot migrate past an open transaction";
    PQclear(PQexec(old, "COMMIT"));
    EXPECT_TRUE(eventually([&] { return (*held_up)->counts().ok(); }));
    EXPECT_EQ(version_of(at), std::to_string(newest_schema()));
    PGresult* later = PQexec(old, (insert + "two" + values).c_str());
    EXPECT_EQ(PQresultStatus(later), PGRES_COMMAND_OK) << PQerrorMessage(old);
    PQclear(later);
    PQfinish(old);
    EXPECT_EQ((*held_up)->due({"a", 6, 10})->size(), 2U);
}

// The other way round: this build is the older one. What it has open it keeps using; a new session
// is refused with what to do, and what was to be written is worth keeping.
TEST(HalfUpgraded, an_old_node_writes_on_until_it_must_connect_anew) {
    const NewStore at(StoreKind::Postgres);
    const auto store = at.open();
    at.sql("ALTER TABLE signals ADD COLUMN of_a_later_release TEXT");
    at.sql("UPDATE schema_version SET version = version + 1");
    EXPECT_TRUE(store->put(signal_row("sig-1")).ok());
    shared_server().end_sessions(at.name());
    EXPECT_FALSE(store->put(signal_row("sig-2")).ok());
    const Status refused = store->put(signal_row("sig-2"));
    ASSERT_FALSE(refused.ok());
    EXPECT_TRUE(refused.retryable()) << "so it is spooled";
    EXPECT_THAT(refused.message(), HasSubstr("Use the newer petrel"));
}

}  // namespace
}  // namespace petrel::core
