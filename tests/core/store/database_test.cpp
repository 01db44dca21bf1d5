// Opening, migrating, refusing; and what a full disk or a damaged file does.
#include "store/database.hpp"

#include <gmock/gmock.h>

#include <array>
#include <filesystem>

#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"

namespace petrel::core {
namespace {

using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::HasSubstr;

std::unique_ptr<Database> open_store(const std::string& path,
                                     Database::Access access = Database::Access::ReadWrite) {
    auto opened = Database::open(path, access);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.status().message());
    return opened.ok() ? std::move(*opened) : nullptr;
}

TEST(Database, a_new_store_is_made_with_its_folder_and_for_its_user_alone) {
    const TempFolder folder;
    const std::string path = folder.at("state/petrel.db");
    const auto database = open_store(path);
    ASSERT_NE(database, nullptr);
    EXPECT_EQ(run_sql(path, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(run_sql(path, "PRAGMA user_version"), "7");
    namespace fs = std::filesystem;
    const fs::perms others =
        fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all);
    EXPECT_EQ(others, fs::perms::none);
}

TEST(Database, an_interrupted_migration_goes_on_at_the_next_start) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    open_store(path);
    const std::array<const char*, 7> undo = {
        "DROP TABLE signals",           "DROP INDEX signals_by_time",
        "DROP INDEX signals_by_symbol", "DROP TABLE notifications",
        "DROP INDEX notifications_due", "DROP TABLE outcomes",
        "DROP INDEX outcomes_by_time"};
    for (int done = 6; done >= 0; --done) {
        for (int step = 6; step >= done; --step) {
            run_sql(path, undo[static_cast<std::size_t>(step)]);
        }
        run_sql(path, "PRAGMA user_version=" + std::to_string(done));
        EXPECT_FALSE(Database::open(path, Database::Access::Read).ok()) << "older: not for readers";
        const auto database = open_store(path);
        ASSERT_NE(database, nullptr) << done;
        EXPECT_EQ(run_sql(path, "PRAGMA user_version"), "7");
        const std::array<NotificationRow, 1> rows = {notification_row("sig-1", "a")};
        EXPECT_TRUE(database->admit(signal_row("sig-1"), rows).ok());
        EXPECT_TRUE(database->put(outcome_row("sig-1", 60'000)).ok());
    }
}

// A store of a release before outcomes keeps what it has.
TEST(Database, a_store_without_outcomes_gains_them_and_loses_nothing) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    const std::array<NotificationRow, 1> rows = {notification_row("sig-1", "a")};
    EXPECT_TRUE(open_store(path)->admit(signal_row("sig-1"), rows).ok());
    run_sql(path, "DROP TABLE outcomes");
    run_sql(path, "PRAGMA user_version=5");
    const auto database = open_store(path);
    EXPECT_EQ(database->signals({})->size(), 1U);
    EXPECT_EQ(database->notifications("sig-1")->size(), 1U);
    EXPECT_TRUE(database->outcomes("sig-1")->empty());
    EXPECT_TRUE(database->put(outcome_row("sig-1", 60'000)).ok());
    EXPECT_EQ(database->outcomes("sig-1")->size(), 1U);
}

TEST(Database, a_newer_schema_is_refused_with_what_to_do) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    open_store(path);
    run_sql(path, "PRAGMA user_version=8");
    for (const auto access : {Database::Access::ReadWrite, Database::Access::Read}) {
        const auto opened = Database::open(path, access);
        ASSERT_FALSE(opened.ok());
        EXPECT_THAT(opened.status().message(), HasSubstr("has schema 8"));
        EXPECT_THAT(opened.status().message(), HasSubstr("Use the newer petrel"));
    }
    EXPECT_EQ(run_sql(path, "PRAGMA user_version"), "8") << "and nothing was touched";
}

TEST(Database, readers_can_neither_write_nor_make_a_store) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    const auto missing = Database::open(path, Database::Access::Read);
    ASSERT_FALSE(missing.ok());
    EXPECT_THAT(missing.status().message(), HasSubstr("Start petrel run first"));
    EXPECT_FALSE(std::filesystem::exists(path));
    const auto writer = open_store(path);
    ASSERT_TRUE(writer->put(signal_row("sig-1")).ok());
    const auto reader = open_store(path, Database::Access::Read);
    EXPECT_EQ(reader->signals({})->size(), 1U) << "beside the writer";
    EXPECT_FALSE(reader->put(signal_row("sig-2")).ok());
    EXPECT_FALSE(reader->prune(0, INT64_MAX).ok());
    EXPECT_EQ(writer->signals({})->size(), 1U);
}

// The fault of this SQLite needs two connections that checkpoint.
TEST(Database, a_reader_leaves_the_write_ahead_log_alone) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    const auto writer = open_store(path);
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(writer->put(signal_row("sig-" + std::to_string(i))).ok());
    }
    const auto log_bytes = std::filesystem::file_size(path + "-wal");
    const auto store_bytes = std::filesystem::file_size(path);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(open_store(path, Database::Access::Read)->signals({})->size(), 20U);
    }
    EXPECT_EQ(std::filesystem::file_size(path + "-wal"), log_bytes);
    EXPECT_EQ(std::filesystem::file_size(path), store_bytes);
}

TEST(Database, a_damaged_file_is_reported_with_its_name) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    write_bytes(path, std::string(8'192, 'x'));
    const auto opened = Database::open(path);
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.status().message(), HasSubstr(path));
    EXPECT_THAT(opened.status().message(), HasSubstr("not a database"));
    EXPECT_THAT(opened.status().message(), HasSubstr("Move it aside"));
    std::filesystem::create_directory(folder.at("folder.db"));
    EXPECT_FALSE(Database::open(folder.at("folder.db")).ok());
}

TEST(Database, a_full_disk_refuses_cleanly_and_space_ends_it) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    const auto database = open_store(path);
    const auto admit = [&](int n) {
        const std::string id = "sig-" + std::to_string(n);
        const std::array<NotificationRow, 2> rows = {notification_row(id, "a"),
                                                     notification_row(id, "b")};
        return database->admit(signal_row(id), rows);
    };
    ASSERT_TRUE(admit(0).ok());
    {
        const FullDisk full;
        for (int n = 1; n <= 50; ++n) {
            const Status refused = admit(n);
            ASSERT_FALSE(refused.ok());
            EXPECT_TRUE(refused.retryable());
            EXPECT_THAT(refused.message(), HasSubstr("full"));
        }
        EXPECT_EQ(database->signals({})->size(), 1U) << "reading goes on";
    }
    for (int n = 1; n <= 50; ++n) {
        ASSERT_TRUE(admit(n).ok()) << n;
    }
    EXPECT_EQ(database->counts()->pending, 102U);
    EXPECT_EQ(run_sql(path, "PRAGMA quick_check"), "ok");
}

}  // namespace
}  // namespace petrel::core
