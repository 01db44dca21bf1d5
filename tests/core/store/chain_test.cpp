// The chain of proof: it holds over a whole life, and every change by hand is found and named.
#include "store/chain.hpp"

#include <gmock/gmock.h>

#include "core/store/both_stores_support.hpp"
#include "core/store/chain_support.hpp"
#include "runtime/sha256.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Chain : public ::testing::TestWithParam<StoreKind> {
protected:
    Chain() : at_(GetParam()), store_(at_.open()) {}

    void tell_three() {
        tell(*store_, "sig-1", "delivered", kNow);
        tell(*store_, "sig-2", "refused", kNow + 10 * kSecond);
        tell(*store_, "sig-3", "delivered", kNow + 20 * kSecond);
    }
    std::string problem() { return check_whole_chain(*store_).problem; }

    NewStore at_;
    std::unique_ptr<Database> store_;
};
INSTANTIATE_TEST_SUITE_P(Stores, Chain, ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
                         name_of_store);

TEST_P(Chain, an_untouched_store_is_intact) {
    EXPECT_THAT(problem(), IsEmpty()) << "empty";
    tell_three();
    const ChainReport report = check_whole_chain(*store_);
    EXPECT_THAT(report.problem, IsEmpty());
    EXPECT_EQ(report.entries, 6U) << "three admissions, three ends";
    EXPECT_EQ(report.notifications, 3U);
    EXPECT_EQ(report.signals, 3U);
}

TEST_P(Chain, leads_from_the_finding_to_the_providers_id) {
    tell(*store_, "sig-1", "delivered", kNow);
    const std::string document = R"({"id":"sig-1","cause":{"evidence":[]}})";
    EXPECT_EQ(at_.sql("SELECT evidence_sha FROM chain WHERE seq = 2"),
              sha256_hex(R"(,"cause":{"evidence":[]}})"));
    EXPECT_EQ(at_.sql("SELECT document_sha FROM chain WHERE seq = 2"), sha256_hex(document));
    EXPECT_EQ(at_.sql("SELECT payload_sha FROM chain WHERE seq = 2"), sha256_hex("{}"));
    EXPECT_EQ(at_.sql("SELECT provider_id FROM chain WHERE seq = 2"), "m-sig-1");
    EXPECT_EQ(at_.sql("SELECT started_ns FROM chain WHERE seq = 2"), std::to_string(kNow + 1));
    EXPECT_EQ(at_.sql("SELECT previous FROM chain WHERE seq = 2"),
              at_.sql("SELECT hash FROM chain WHERE seq = 1"));
    EXPECT_EQ(at_.sql("SELECT previous FROM chain WHERE seq = 1"), kChainBegin);
}

TEST_P(Chain, a_try_that_ends_nothing_and_what_is_repeated_add_no_entry) {
    tell(*store_, "sig-1", "delivered", kNow);
    NotificationRow again = notification_row("sig-1", "a");
    again.state = "refused";
    ASSERT_TRUE(store_->settle(again).ok());
    ASSERT_TRUE(store_->admit(signal_row("sig-1"), {}).ok());
    NotificationRow waits = notification_row("sig-2", "a");
    const NotificationRow rows[] = {waits};
    ASSERT_TRUE(store_->add(rows).ok());
    waits.attempts = 1;
    ASSERT_TRUE(store_->settle(waits).ok());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM chain"), "2");
    EXPECT_THAT(problem(), IsEmpty());
}

TEST_P(Chain, what_routing_held_back_and_how_a_signal_ended_have_entries) {
    NotificationRow held = notification_row("sig-1", "b");
    held.state = "held";
    held.finished_ns = kNow;
    held.reason = "throttled";
    const NotificationRow rows[] = {held};
    ASSERT_TRUE(store_->admit(signal_row("sig-1"), rows).ok());
    ASSERT_TRUE(store_->admit(signal_row("sig-1"), rows).ok()) << "replayed";
    SignalRow ended = signal_row("sig-1", "expired");
    ended.ts_ns = kNow + 7'200 * kSecond;
    ASSERT_TRUE(store_->put(ended).ok());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM chain"), "3");
    EXPECT_THAT(problem(), IsEmpty());
    at_.sql("UPDATE signals SET document = '{}' WHERE id = 'sig-1'");
    EXPECT_THAT(problem(), HasSubstr("signal sig-1 is not what its entry tells"));
}

TEST_P(Chain, one_byte_that_is_changed_in_an_entry_is_found) {
    tell_three();
    for (const std::string column : {"provider_id", "reason", "state", "key", "evidence_sha",
                                     "payload_sha", "previous", "hash"}) {
        const std::string before = at_.sql("SELECT " + column + " FROM chain WHERE seq = 6");
        at_.sql("UPDATE chain SET " + column + " = 'x' WHERE seq = 6");
        EXPECT_THAT(problem(), HasSubstr("entry 6 of chain")) << column;
        EXPECT_THAT(problem(), HasSubstr("was changed")) << column;
        at_.sql("UPDATE chain SET " + column + " = '" + before + "' WHERE seq = 6");
    }
    at_.sql("UPDATE chain SET finished_ns = finished_ns + 1 WHERE seq = 4");
    EXPECT_THAT(problem(), HasSubstr("entry 4 of chain"));
}

TEST_P(Chain, one_byte_that_is_changed_in_a_row_is_found) {
    tell_three();
    for (const std::string change :
         {"provider_id = 'm-other'", "reason = 'HTTP 401'", "payload = '{ }'", "channel = 'b'",
          "state = 'delivered'", "attempts = 2", "finished_ns = finished_ns + 1",
          "chain_seq = NULL", "chain_seq = 2", "chain_seq = 99"}) {
        const NewStore at(GetParam());
        const auto store = at.open();
        tell(*store, "sig-1", "delivered", kNow);
        tell(*store, "sig-2", "refused", kNow + kSecond);
        at.sql("UPDATE notifications SET " + change + " WHERE key = 'sig-2/a'");
        EXPECT_THAT(check_whole_chain(*store).problem, HasSubstr("notification sig-2/a")) << change;
    }
}

TEST_P(Chain, entries_and_rows_that_are_removed_are_found) {
    tell_three();
    at_.sql("DELETE FROM chain WHERE seq = 3");
    EXPECT_THAT(problem(), HasSubstr("entry 3 of chain"));
    EXPECT_THAT(problem(), HasSubstr("is missing"));
    const NewStore first(GetParam());
    const auto store = first.open();
    tell(*store, "sig-1", "delivered", kNow);
    first.sql("DELETE FROM notifications WHERE key = 'sig-1/a'");
    EXPECT_THAT(check_whole_chain(*store).problem, HasSubstr("a row that is there no more"));
}

TEST_P(Chain, its_end_its_beginning_and_its_head_are_guarded) {
    tell_three();
    at_.sql("DELETE FROM chain WHERE seq = 6");
    EXPECT_THAT(problem(), HasSubstr("entries 6 to 6 of chain"));
    at_.sql("DELETE FROM chain WHERE seq = 1");
    EXPECT_THAT(problem(), HasSubstr("entry 1 of chain"));
    at_.sql("DELETE FROM chain_heads");
    EXPECT_THAT(problem(), HasSubstr("has entries and no head"));
    at_.sql("DELETE FROM chain");
    EXPECT_THAT(problem(), HasSubstr("names entry 2 of chain")) << "rows know their entries";
}

TEST_P(Chain, from_a_later_time_on_what_is_older_is_not_looked_at) {
    tell_three();
    at_.sql("UPDATE chain SET reason = 'x' WHERE seq = 2");
    EXPECT_THAT(problem(), HasSubstr("entry 2"));
    const ChainReport report = check_whole_chain(*store_, kNow + 10 * kSecond);
    EXPECT_THAT(report.problem, IsEmpty());
    EXPECT_EQ(report.entries, 4U);
    EXPECT_EQ(report.notifications, 2U);
    EXPECT_THAT(check_whole_chain(*store_, kNow + 86'400 * kSecond).problem, IsEmpty());
}

TEST_P(Chain, what_is_pruned_leaves_an_anchor_that_the_chain_goes_on_from) {
    tell_three();
    ASSERT_TRUE(store_->prune(100, kNow + 15 * kSecond).ok());
    EXPECT_EQ(at_.sql("SELECT MIN(seq) FROM chain"), "5");
    EXPECT_EQ(at_.sql("SELECT anchor_seq FROM chain_heads"), "4");
    EXPECT_THAT(problem(), IsEmpty());
    tell(*store_, "sig-4", "delivered", kNow + 30 * kSecond);
    EXPECT_THAT(problem(), IsEmpty());
    ASSERT_TRUE(store_->prune(100, kNow + 15 * kSecond).ok()) << "nothing is left to prune";
    EXPECT_THAT(problem(), IsEmpty());
    ASSERT_TRUE(store_->prune(100, kNow + 86'400 * kSecond).ok()) << "all of it";
    EXPECT_THAT(problem(), IsEmpty());
    tell(*store_, "sig-5", "delivered", kNow + 90'000 * kSecond);
    EXPECT_THAT(problem(), IsEmpty());
    EXPECT_EQ(check_whole_chain(*store_).notifications, 1U);
}

TEST_P(Chain, an_anchor_that_is_moved_by_hand_is_found) {
    tell_three();
    ASSERT_TRUE(store_->prune(100, kNow + 15 * kSecond).ok());
    at_.sql("UPDATE chain_heads SET anchor_ns = anchor_ns + 1");
    EXPECT_THAT(problem(), HasSubstr("no entry tells of the pruning"));
    at_.sql("UPDATE chain_heads SET anchor_ns = anchor_ns - 1");
    EXPECT_THAT(problem(), IsEmpty());
    at_.sql("DELETE FROM chain WHERE seq <= 5");
    at_.sql(
        "UPDATE chain_heads SET anchor_seq = 5, anchor_hash ="
        " (SELECT previous FROM chain WHERE seq = 6)");
    EXPECT_THAT(problem(), HasSubstr("no entry tells of the pruning"));
}

TEST_P(Chain, rows_of_before_the_chain_began_are_not_asked_for_entries) {
    tell(*store_, "sig-1", "delivered", kNow);
    at_.sql("DELETE FROM chain");
    at_.sql("DELETE FROM chain_heads");
    at_.sql("UPDATE notifications SET chain_seq = NULL, chain_node = NULL");
    tell(*store_, "sig-2", "delivered", kNow + 100 * kSecond);
    EXPECT_THAT(problem(), IsEmpty());
}

TEST_P(Chain, a_settlement_that_fails_leaves_no_entry) {
    tell(*store_, "sig-1", "delivered", kNow);
    NotificationRow row = notification_row("sig-2", "a");
    const NotificationRow rows[] = {row};
    ASSERT_TRUE(store_->add(rows).ok());
    row.state = "delivered";
    row.finished_ns = kNow + kSecond;
    at_.sql("ALTER TABLE chain RENAME TO chain_away");
    EXPECT_FALSE(store_->settle(row).ok());
    at_.sql("ALTER TABLE chain_away RENAME TO chain");
    EXPECT_EQ(at_.sql("SELECT state FROM notifications WHERE key = 'sig-2/a'"), "pending");
    EXPECT_TRUE(store_->settle(row).ok());
    EXPECT_THAT(problem(), IsEmpty());
}

TEST(ChainOfNodes, each_node_has_a_chain_of_its_own_in_one_database) {
    const NewStore at(StoreKind::Postgres);
    StorePlace other = at.place();
    other.node = "node-2";
    const auto one = at.open();
    const auto two = std::move(Database::open(other)).value();
    tell(*one, "sig-1", "delivered", kNow);
    tell(*two, "sig-2", "refused", kNow + kSecond);
    tell(*one, "sig-3", "delivered", kNow + 100 * kSecond);
    EXPECT_EQ(at.sql("SELECT COUNT(*) FROM chain_heads"), "2");
    EXPECT_THAT(check_whole_chain(*one).problem, IsEmpty());
    ASSERT_TRUE(two->prune(100, kNow + 50 * kSecond).ok());
    EXPECT_THAT(check_whole_chain(*one).problem, IsEmpty());
    at.sql("DELETE FROM chain_heads WHERE node = 'node-2'");
    EXPECT_THAT(check_whole_chain(*one).problem, HasSubstr("chain node-2 has entries and no head"));
}

TEST(ChainHash, a_field_cannot_be_taken_for_another) {
    ChainEntry entry;
    entry.key = "ab";
    entry.signal_id = "c";
    ChainEntry other;
    other.key = "a";
    other.signal_id = "bc";
    EXPECT_NE(chain_hash(entry), chain_hash(other));
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(evidence_of(R"({"note":"\",\"cause\":{x","cause":{"a":1}})"), R"(,"cause":{"a":1}})");
}

}  // namespace
}  // namespace petrel::core
