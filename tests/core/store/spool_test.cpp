// The spool's file: order, limits, torn tails, damage; and entries as bytes.
#include "store/spool.hpp"

#include <gmock/gmock.h>

#include "core/store/both_stores_support.hpp"
#include "store/store_writer.hpp"

namespace petrel::core {
namespace {

using petrel::testing::read_bytes;
using petrel::testing::TempFolder;
using petrel::testing::write_bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::uint64_t kPlenty = 1 << 20;

std::unique_ptr<Spool> open_spool(const std::string& path, std::uint64_t bytes_max = kPlenty) {
    auto opened = Spool::open(path, bytes_max);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.status().message());
    return opened.ok() ? std::move(*opened) : nullptr;
}

std::vector<std::string> take_all(Spool& spool) {
    std::vector<std::string> bodies;
    while (spool.records() > 0) {
        const auto body = spool.front();
        bodies.push_back(body.ok() ? *body : "?");
        EXPECT_TRUE(spool.pop().ok());
    }
    return bodies;
}

TEST(SpoolFile, records_come_back_in_order_also_after_a_restart) {
    const TempFolder folder;
    const std::string path = folder.at("spool");
    {
        const auto spool = open_spool(path);
        for (const std::string body : {"one", "two", "three"}) {
            ASSERT_TRUE(spool->append(body).ok());
        }
        EXPECT_EQ(*spool->front(), "one");
        ASSERT_TRUE(spool->pop().ok());
    }
    const auto spool = open_spool(path);
    EXPECT_THAT(take_all(*spool), ElementsAre("one", "two", "three")) << "taken is not yet gone";
    EXPECT_TRUE(spool->empty());
    EXPECT_EQ(read_bytes(path), "");
    ASSERT_TRUE(spool->append("four").ok());
    EXPECT_THAT(take_all(*spool), ElementsAre("four"));
}

TEST(SpoolFile, a_torn_tail_is_cut_at_every_byte) {
    const TempFolder folder;
    const std::string path = folder.at("spool");
    {
        const auto spool = open_spool(path);
        ASSERT_TRUE(spool->append("first").ok());
        ASSERT_TRUE(spool->append("second").ok());
    }
    const std::string whole = read_bytes(path);
    const std::size_t first_bytes = 16 + 5;
    ASSERT_EQ(whole.size(), first_bytes + 16 + 6);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        write_bytes(path, whole.substr(0, size));
        const auto spool = open_spool(path);
        EXPECT_EQ(spool->records(), size < first_bytes ? 0U : 1U) << size;
        EXPECT_EQ(spool->damaged_bytes(), size < first_bytes ? size : size - first_bytes);
        ASSERT_TRUE(spool->append("next").ok());
        if (size < first_bytes) {
            EXPECT_THAT(take_all(*spool), ElementsAre("next"));
        } else {
            EXPECT_THAT(take_all(*spool), ElementsAre("first", "next"));
        }
    }
}

TEST(SpoolFile, a_flipped_bit_costs_its_own_record_alone) {
    const TempFolder folder;
    const std::string path = folder.at("spool");
    {
        const auto spool = open_spool(path);
        for (const std::string body : {"aaaa", "bbbb", "cccc"}) {
            ASSERT_TRUE(spool->append(body).ok());
        }
    }
    const std::string whole = read_bytes(path);
    for (std::size_t at = 20; at < 40; ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        write_bytes(path, damaged);
        const auto spool = open_spool(path);
        EXPECT_EQ(spool->damaged_bytes(), 20U) << at;
        EXPECT_THAT(take_all(*spool), ElementsAre("aaaa", "cccc")) << at;
    }
}

TEST(SpoolFile, it_is_bounded_and_has_one_owner) {
    const TempFolder folder;
    const std::string path = folder.at("spool");
    const auto spool = open_spool(path, 2 * (16 + 10));
    ASSERT_TRUE(spool->append("0123456789").ok());
    ASSERT_TRUE(spool->append("0123456789").ok());
    const Status full = spool->append("0");
    ASSERT_FALSE(full.ok());
    EXPECT_THAT(full.message(), HasSubstr("is full"));
    const auto second = Spool::open(path, kPlenty);
    ASSERT_FALSE(second.ok());
    EXPECT_THAT(second.status().message(), HasSubstr("another petrel"));
}

StoreEntry admission(const std::string& id) {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Admission;
    entry.signal = signal_row(id);
    entry.signal.confidence = 0.9;
    entry.signal.priority = 3;
    entry.signal.cancel_reason = "";
    entry.notifications = {notification_row(id, "a"), notification_row(id, "b")};
    return entry;
}

StoreEntry settlement(const std::string& id) {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Settlement;
    entry.notifications = {notification_row(id, "a")};
    entry.notifications[0].state = "delivered";
    entry.notifications[0].finished_ns = kNow + 1;
    AttemptRow& attempt = entry.attempt.emplace();
    attempt.key = id + "/a";
    attempt.signal_id = id;
    attempt.channel = "a";
    attempt.at_ns = kNow;
    attempt.finished_ns = kNow + 1;
    attempt.result = "delivered";
    attempt.http_status = 200;
    return entry;
}

TEST(StoreEntries, come_back_as_they_went_and_no_part_of_one_is_taken_for_a_whole) {
    StoreEntry minute;
    minute.kind = StoreEntry::Kind::Metrics;
    minute.metrics.at_ns = kNow;
    minute.metrics.latency_p99_ms = 12.5;
    minute.metrics.spooled = 7;
    StoreEntry outcome;
    outcome.kind = StoreEntry::Kind::Outcome;
    outcome.outcome = outcome_row("sig-1", 60'000);
    StoreEntry change = settlement("sig-1");
    change.kind = StoreEntry::Kind::Change;
    change.notifications.push_back(notification_row("sig-2", "a"));
    change.added = {notification_row("dig-1", "a")};
    change.added[0].phase = "digest";
    change.added[0].seq = 3;
    change.added[0].merged_into = "dig-1/b";
    for (const StoreEntry& entry :
         {admission("sig-1"), settlement("sig-1"), minute, outcome, change}) {
        const std::string bytes = encode_entry(entry);
        const auto again = decode_entry(bytes);
        ASSERT_TRUE(again.ok());
        EXPECT_EQ(encode_entry(*again), bytes);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            EXPECT_FALSE(decode_entry(bytes.substr(0, size)).ok()) << size;
        }
        EXPECT_FALSE(decode_entry(bytes + "x").ok());
    }
    const auto again = decode_entry(encode_entry(settlement("sig-1")));
    EXPECT_EQ(again->attempt->http_status, 200);
    EXPECT_EQ(again->notifications[0].state, "delivered");
    EXPECT_EQ(decode_entry(encode_entry(admission("s")))->signal.cancel_reason, "");
    EXPECT_FALSE(decode_entry("\x63").ok());
}

class Writing : public ::testing::TestWithParam<StoreKind> {};
INSTANTIATE_TEST_SUITE_P(Stores, Writing, ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
                         name_of_store);

TEST_P(Writing, what_was_spooled_is_written_in_order_and_once) {
    const NewStore at(GetParam());
    const TempFolder folder;
    const auto store = at.open();
    {
        StoreWriter writer(*store, open_spool(folder.at("spool")));
        ASSERT_TRUE(writer.write(admission("sig-0")).ok());
        EXPECT_FALSE(writer.behind());
        at.break_writes("INSERT", "NEW.channel = 'a'");
        ASSERT_TRUE(writer.write(admission("sig-1")).ok()) << "it is on disk";
        EXPECT_FALSE(writer.store_status().ok());
        ASSERT_TRUE(writer.write(settlement("sig-1")).ok());
        StoreEntry expired;
        expired.signal = signal_row("sig-1", "expired");
        ASSERT_TRUE(writer.write(expired).ok());
        EXPECT_EQ(writer.spooled(), 3U);
        EXPECT_FALSE(writer.catch_up(10).ok());
        EXPECT_EQ(writer.spooled(), 3U);
    }
    at.mend_writes();
    for (int life = 0; life < 2; ++life) {
        const std::string left = read_bytes(folder.at("spool"));
        StoreWriter writer(*store, open_spool(folder.at("spool")));
        ASSERT_TRUE(writer.catch_up(10).ok());
        EXPECT_FALSE(writer.behind());
        EXPECT_TRUE(writer.store_status().ok());
        EXPECT_EQ(store->counts()->delivered, 1U);
        EXPECT_EQ(store->counts()->pending, 3U);
        EXPECT_EQ(store->attempts("sig-1")->size(), 1U);
        EXPECT_EQ(at.sql("SELECT state FROM signals WHERE id = 'sig-1'"), "expired");
        // As if the first life had ended before the file was emptied.
        if (life == 0) {
            write_bytes(folder.at("spool"), left);
        }
    }
}

TEST_P(Writing, an_entry_that_cannot_be_read_stands_in_nobodys_way) {
    const NewStore at(GetParam());
    const TempFolder folder;
    const auto store = at.open();
    {
        const auto spool = open_spool(folder.at("spool"));
        ASSERT_TRUE(spool->append("\x63 of a later petrel").ok());
        ASSERT_TRUE(spool->append(encode_entry(admission("sig-1"))).ok());
    }
    StoreWriter writer(*store, open_spool(folder.at("spool")));
    ASSERT_TRUE(writer.catch_up(10).ok());
    EXPECT_EQ(writer.refused(), 1U);
    EXPECT_EQ(store->signals({})->size(), 1U);
}

TEST_P(Writing, a_group_is_durable_when_it_is_flushed_and_not_before) {
    const NewStore at(GetParam());
    const auto store = at.open();
    StoreWriter writer(*store, nullptr);
    writer.gather();
    for (const char* id : {"sig-1", "sig-2", "sig-3"}) {
        EXPECT_TRUE(writer.write(admission(id)).ok());
    }
    EXPECT_TRUE(writer.write(settlement("sig-1")).ok());
    EXPECT_EQ(writer.gathered(), 4U);
    EXPECT_EQ(store->counts()->signals, 0U);
    ASSERT_TRUE(writer.flush().ok());
    EXPECT_EQ(writer.gathered(), 0U);
    EXPECT_EQ(store->counts()->signals, 3U);
    EXPECT_EQ(store->counts()->delivered, 1U);
    EXPECT_EQ(store->counts()->pending, 5U);
}

// Neither store nor spool takes it: it waits in its order, and what is written meanwhile is
// refused.
TEST_P(Writing, a_group_that_nobody_takes_is_stuck_until_somebody_does) {
    const NewStore at(GetParam());
    const auto store = at.open();
    StoreWriter writer(*store, nullptr);
    at.break_writes("INSERT", "NEW.signal_id = 'sig-2'");
    writer.gather();
    for (const char* id : {"sig-1", "sig-2", "sig-3"}) {
        EXPECT_TRUE(writer.write(admission(id)).ok());
    }
    EXPECT_FALSE(writer.flush().ok());
    EXPECT_TRUE(writer.stuck());
    EXPECT_TRUE(writer.behind());
    EXPECT_FALSE(writer.write(admission("sig-4")).ok()) << "not before those";
    EXPECT_FALSE(writer.catch_up(10).ok());
    at.mend_writes();
    ASSERT_TRUE(writer.catch_up(10).ok());
    EXPECT_FALSE(writer.stuck());
    EXPECT_EQ(store->counts()->signals, 3U);
    EXPECT_TRUE(writer.write(admission("sig-4")).ok());
    EXPECT_EQ(store->counts()->signals, 4U);
}

// A server refuses what is no text for ever: alone, not with those that came with it.
TEST(WritingToAServer, one_that_is_refused_takes_nothing_of_its_group_along) {
    const NewStore at(StoreKind::Postgres);
    const TempFolder folder;
    const auto store = at.open();
    StoreWriter writer(*store, open_spool(folder.at("spool")));
    StoreEntry bad = admission("sig-2");
    bad.signal.reason = "\xff";
    writer.gather();
    EXPECT_TRUE(writer.write(admission("sig-1")).ok());
    EXPECT_TRUE(writer.write(bad).ok());
    EXPECT_TRUE(writer.write(admission("sig-3")).ok());
    ASSERT_TRUE(writer.flush().ok());
    EXPECT_EQ(writer.take_lost().size(), 1U);
    EXPECT_EQ(store->counts()->signals, 2U);
    EXPECT_EQ(writer.spooled(), 0U);
}

// The disk takes no more of the spool while the store is there again: what is spooled goes first.
TEST_P(Writing, a_full_spool_keeps_nothing_from_the_store) {
    const NewStore at(GetParam());
    const TempFolder folder;
    const auto store = at.open();
    const std::uint64_t room = 2 * encode_entry(admission("sig-1")).size();  // for one, not for two
    StoreWriter writer(*store, open_spool(folder.at("spool"), room));
    at.break_writes("INSERT", "NEW.channel = 'a'");
    writer.gather();
    for (const char* id : {"sig-1", "sig-2", "sig-3"}) {
        EXPECT_TRUE(writer.write(admission(id)).ok());
    }
    EXPECT_FALSE(writer.flush().ok());
    EXPECT_TRUE(writer.stuck());
    EXPECT_EQ(writer.spooled(), 1U);
    at.mend_writes();
    ASSERT_TRUE(writer.catch_up(10).ok());
    EXPECT_EQ(store->counts()->signals, 3U);
    EXPECT_FALSE(writer.behind());
}

// What came together while the store was down costs one sync here, too, and one transaction there.
TEST_P(Writing, a_group_is_spooled_and_caught_up_with_together) {
    const NewStore at(GetParam());
    const TempFolder folder;
    const auto store = at.open();
    StoreWriter writer(*store, open_spool(folder.at("spool")));
    at.break_writes("INSERT", "NEW.channel = 'a'");
    writer.gather();
    for (int i = 0; i < 150; ++i) {
        EXPECT_TRUE(writer.write(admission("sig-" + std::to_string(100 + i))).ok());
    }
    EXPECT_TRUE(writer.write(settlement("sig-100")).ok());
    ASSERT_TRUE(writer.flush().ok());
    EXPECT_EQ(writer.spooled(), 151U);
    at.mend_writes();
    ASSERT_TRUE(writer.catch_up(100).ok());
    EXPECT_EQ(writer.spooled(), 51U) << "a part at a time";
    ASSERT_TRUE(writer.catch_up(100).ok());
    EXPECT_FALSE(writer.behind());
    EXPECT_EQ(store->counts()->signals, 150U);
    EXPECT_EQ(store->counts()->delivered, 1U);
}

// One bad entry of the spool takes nothing of those around it along.
TEST(WritingToAServer, one_that_is_refused_takes_nothing_of_the_spool_along) {
    const NewStore at(StoreKind::Postgres);
    const TempFolder folder;
    const auto store = at.open();
    {
        const auto spool = open_spool(folder.at("spool"));
        StoreEntry bad = admission("sig-2");
        bad.signal.reason = "\xff";
        for (const StoreEntry& entry : {admission("sig-1"), bad, admission("sig-3")}) {
            ASSERT_TRUE(spool->append(encode_entry(entry)).ok());
        }
    }
    StoreWriter writer(*store, open_spool(folder.at("spool")));
    ASSERT_TRUE(writer.catch_up(10).ok());
    EXPECT_EQ(writer.refused(), 1U);
    EXPECT_EQ(store->counts()->signals, 2U);
    EXPECT_FALSE(writer.behind());
}

TEST_P(Writing, what_waits_beyond_its_use_by_is_late_so_that_its_end_is_recorded) {
    const NewStore at(GetParam());
    const auto store = at.open();
    StoreEntry entry = admission("sig-1");
    entry.notifications[0].next_try_ns = kNow + 3'600 * kSecond;
    ASSERT_TRUE(store->write(entry).ok());
    const std::int64_t use_by_ns = entry.notifications[0].use_by_ns;
    EXPECT_EQ(store->waiting()->front().next_try_ns, use_by_ns) << "it waits for longer";
    EXPECT_TRUE(store->due({"a", use_by_ns + 1, 10})->empty());
    EXPECT_TRUE(store->past_use_by({"a", use_by_ns, 10})->empty());
    ASSERT_EQ(store->past_use_by({"a", use_by_ns + 1, 10})->size(), 1U);
    EXPECT_EQ(store->past_use_by({"a", use_by_ns + 1, 10})->front().key, "sig-1/a");
    EXPECT_TRUE(store->past_use_by({"a", use_by_ns + 1, 10, {"sig-1/a"}})->empty());
}

TEST_P(Writing, what_is_in_hand_takes_no_place_of_what_is_due) {
    const NewStore at(GetParam());
    const auto store = at.open();
    for (const char* id : {"sig-1", "sig-2", "sig-3", "sig-4"}) {
        ASSERT_TRUE(store->write(admission(id)).ok());
    }
    const auto rows = store->due({"a", kNow, 2, {"sig-1/a", "sig-2/a"}});
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].key, "sig-3/a");
    EXPECT_EQ((*rows)[1].key, "sig-4/a");
}

}  // namespace
}  // namespace petrel::core
