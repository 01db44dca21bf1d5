// Statements that are prepared once: nothing of one use is left for the next.
#include <gmock/gmock.h>

#include "core/store/both_stores_support.hpp"
#include "store/database.hpp"

namespace petrel::core {
namespace {

class Kept : public ::testing::TestWithParam<StoreKind> {
protected:
    Kept() : at_(GetParam()), store_(at_.open()) {}

    NewStore at_;
    std::unique_ptr<Database> store_;
};

TEST_P(Kept, what_one_signal_knew_is_not_told_of_the_next) {
    SignalRow known = signal_row("sig-1");
    known.confidence = 0.75;
    known.priority = 7;
    known.cancel_reason = "superseded";
    known.votes = {{"sig-1", "momentum", 0.5, 1, 1, 0.25}, {"sig-1", "funding", {}, 1, 0, {}}};
    ASSERT_TRUE(store_->admit(known, {}).ok());
    ASSERT_TRUE(store_->admit(signal_row("sig-2"), {}).ok());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM signals WHERE id = 'sig-2' AND confidence IS NULL AND"
                      " priority IS NULL AND cancel_reason IS NULL"),
              "1");
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM votes WHERE voter = 'funding' AND vote IS NULL"
                      " AND confidence IS NULL"),
              "1");
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM votes WHERE signal_id = 'sig-2'"), "0");
}

TEST_P(Kept, what_one_end_rests_on_is_not_told_of_the_next) {
    NotificationRow ends = notification_row("sig-1", "hook");
    ASSERT_TRUE(store_->admit(signal_row("sig-1"), {&ends, 1}).ok());
    NotificationRow of_system = notification_row("sys-1", "hook");
    ASSERT_TRUE(store_->add({&of_system, 1}).ok());
    for (NotificationRow* row : {&ends, &of_system}) {
        row->state = "delivered";
        row->finished_ns = kNow + kSecond;
        ASSERT_TRUE(store_->settle(*row).ok());
    }
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM chain WHERE key = 'sig-1/hook'"
                      " AND evidence_sha <> '' AND signal_id = 'sig-1'"),
              "1");
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM chain WHERE key = 'sys-1/hook'"
                      " AND evidence_sha = '' AND signal_id = 'sys-1'"),
              "1");
}

TEST_P(Kept, a_write_that_failed_works_again_once_it_can) {
    const NotificationRow first = notification_row("sig-1", "hook");
    ASSERT_TRUE(store_->add({&first, 1}).ok());
    at_.break_writes("INSERT", "NEW.channel = 'mail'");
    const NotificationRow second = notification_row("sig-2", "mail");
    EXPECT_FALSE(store_->add({&second, 1}).ok());
    at_.mend_writes();
    EXPECT_TRUE(store_->add({&second, 1}).ok());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM notifications"), "2");
}

INSTANTIATE_TEST_SUITE_P(Stores, Kept, ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
                         name_of_store);

// Nor is the log held by what was read in part.
TEST(KeptOfAFile, a_queue_that_is_read_in_part_leaves_the_log_free) {
    const NewStore at(StoreKind::Sqlite);
    const auto store = at.open();
    const NotificationRow rows[] = {notification_row("sig-1", "hook"),
                                    notification_row("sig-2", "hook"),
                                    notification_row("sig-3", "hook")};
    ASSERT_TRUE(store->add(rows).ok());
    ASSERT_EQ(store->due({"hook", kNow, 1})->size(), 1U);
    EXPECT_EQ(at.sql("PRAGMA wal_checkpoint(TRUNCATE)"), "0");
}

}  // namespace
}  // namespace petrel::core
