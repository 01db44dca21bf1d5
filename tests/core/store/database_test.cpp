// Opening, migrating, refusing; and what a full disk or a damaged file does.
#include "store/database.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "store/migrations.hpp"

namespace petrel::core {

int failing_syncs = 0;
int syncs = 0;

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
    EXPECT_EQ(run_sql(path, "PRAGMA user_version"), std::to_string(newest_schema()));
    namespace fs = std::filesystem;
    const fs::perms others =
        fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all);
    EXPECT_EQ(others, fs::perms::none);
}

TEST(Database, a_newer_schema_is_refused_with_what_to_do) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    open_store(path);
    const std::string newer = std::to_string(newest_schema() + 1);
    run_sql(path, "PRAGMA user_version=" + newer);
    for (const auto access : {Database::Access::ReadWrite, Database::Access::Read}) {
        const auto opened = Database::open(path, access);
        ASSERT_FALSE(opened.ok());
        EXPECT_THAT(opened.status().message(), HasSubstr("has schema " + newer));
        EXPECT_THAT(opened.status().message(), HasSubstr("Use the newer petrel"));
    }
    EXPECT_EQ(run_sql(path, "PRAGMA user_version"), newer) << "and nothing was touched";
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
    auto writer = open_store(path);
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(writer->put(signal_row("sig-" + std::to_string(i))).ok());
    }
    const auto log_bytes = std::filesystem::file_size(path + "-wal");
    const auto store_bytes = std::filesystem::file_size(path);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(open_store(path, Database::Access::Read)->signals({})->size(), 20U);
    }
    auto last = open_store(path, Database::Access::Read);
    EXPECT_EQ(last->signals({})->size(), 20U);
    writer.reset();
    last.reset();
    EXPECT_EQ(std::filesystem::file_size(path + "-wal"), log_bytes);
    EXPECT_EQ(std::filesystem::file_size(path), store_bytes);
    EXPECT_EQ(open_store(path, Database::Access::Read)->signals({})->size(), 20U);
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

// The system throws away what it could not sync, and says yes the next time: nothing more may be
// written there (R-J3). A restart reads from the disk what is there.
TEST(Database, a_failed_sync_is_the_end_of_it_until_a_restart) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    {
        const auto database = open_store(path);
        ASSERT_TRUE(database->put(signal_row("sig-0")).ok());
        failing_syncs = 1;
        EXPECT_FALSE(database->put(signal_row("sig-1")).ok());
        EXPECT_EQ(failing_syncs, 0) << "it was reached";
        EXPECT_THAT(database->broken(), HasSubstr("A sync has failed"));
        const Status refused = database->put(signal_row("sig-2"));
        ASSERT_FALSE(refused.ok());
        EXPECT_THAT(refused.message(), HasSubstr("until petrel is restarted"));
        EXPECT_FALSE(database->counts().ok());
        syncs = 0;
    }
    EXPECT_EQ(syncs, 0) << "a sync at the close would call safe what is lost";
    const auto database = open_store(path);
    EXPECT_TRUE(database->broken().empty());
    EXPECT_TRUE(database->put(signal_row("sig-2")).ok());
    EXPECT_EQ(database->find("sig-2")->size(), 1U);
    EXPECT_EQ(database->find("sig-0")->size(), 1U);
}

// With the number of the log's beginnings.
std::string head_of(const std::string& log) {
    std::string head(32, '\0');
    std::ifstream(log).read(head.data(), 32);
    return head;
}

TEST(SqliteLog, is_copied_into_the_file_at_a_quiet_moment) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    const auto store = std::move(Database::open(path).value());
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(store->put(signal_row("sig-" + std::to_string(100 + i))).ok());
    }
    const auto before = std::filesystem::file_size(path);
    const std::string head_before = head_of(path + "-wal");
    store->checkpoint(1'000'000);
    EXPECT_EQ(std::filesystem::file_size(path), before) << "not worth it";
    store->checkpoint(1);
    EXPECT_GT(std::filesystem::file_size(path), before);
    ASSERT_TRUE(store->put(signal_row("sig-999")).ok());
    EXPECT_NE(head_of(path + "-wal"), head_before) << "begun from its front";
    EXPECT_EQ(store->signals({})->size(), 21U);
}

// A sync of a file that grows takes many times as long.
TEST(SqliteLog, has_its_room_before_it_is_written) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    const auto store = std::move(Database::open(path).value());
    const auto log_before = std::filesystem::file_size(path + "-wal");
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(store->put(signal_row("sig-" + std::to_string(100 + i))).ok());
    }
    EXPECT_EQ(std::filesystem::file_size(path + "-wal"), log_before);
    struct stat file{};
    ASSERT_EQ(::stat((path + "-wal").c_str(), &file), 0);
    EXPECT_GE(file.st_blocks * 512, static_cast<std::int64_t>(log_before)) << "blocks, not a hole";
}

TEST(SqliteLog, with_room_behind_it_is_read_after_a_crash) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    const std::string after = folder.at("after.db");
    {
        const auto store = std::move(Database::open(path).value());
        for (int i = 0; i < 5; ++i) {
            ASSERT_TRUE(store->put(signal_row("sig-" + std::to_string(i))).ok());
        }
        std::filesystem::copy_file(path, after);
        std::filesystem::copy_file(path + "-wal", after + "-wal");
    }
    const auto store = std::move(Database::open(after).value());
    EXPECT_EQ(store->signals({})->size(), 5U);
    ASSERT_TRUE(store->put(signal_row("sig-5")).ok());
    EXPECT_EQ(store->signals({})->size(), 6U);
    EXPECT_EQ(run_sql(after, "PRAGMA quick_check"), "ok");
}

TEST(SqliteLog, that_cannot_be_synced_opens_no_store) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    open_store(path);
    failing_syncs = 1;
    const auto opened = Database::open(path);
    EXPECT_EQ(failing_syncs, 0) << "it was reached";
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.status().message(), HasSubstr("a sync of its log has failed"));
}

TEST(SqliteLog, takes_no_room_that_is_not_there) {
    const TempFolder folder;
    const std::string path = folder.at("petrel.db");
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{3 << 20, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    {
        const auto store = open_store(path);
        ASSERT_NE(store, nullptr);
        EXPECT_LT(std::filesystem::file_size(path + "-wal"), 3U << 20);
        EXPECT_TRUE(store->put(signal_row("sig-1")).ok());
    }
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, SIG_DFL);
}

}  // namespace
}  // namespace petrel::core

// In the place of the C library's, also for the database library. So many syncs fail.
static int sync_or_fail(long call, int descriptor) {
    ++petrel::core::syncs;
    if (petrel::core::failing_syncs > 0) {
        --petrel::core::failing_syncs;
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(call, descriptor));
}
extern "C" int fdatasync(int descriptor) { return sync_or_fail(SYS_fdatasync, descriptor); }
extern "C" int fsync(int descriptor) { return sync_or_fail(SYS_fsync, descriptor); }
