// Silences, acknowledgements and escalations on both databases.
#include <gmock/gmock.h>

#include <array>

#include "core/store/both_stores_support.hpp"
#include "store/store_entry.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OperatorRows : public ::testing::TestWithParam<StoreKind> {
protected:
    NotificationRow row(const std::string& key) {
        const auto rows = store_->notifications("sig-1");
        for (const NotificationRow& r : *rows) {
            if (r.key == key) {
                return r;
            }
        }
        return {};
    }
    // A signal with an alert that was sent, and an escalation that waits.
    void admit() {
        NotificationRow sent = notification_row("sig-1", "chat");
        NotificationRow waits = notification_row("sig-1", "pager");
        waits.key = "sig-1/pager/esc1";
        const std::array<NotificationRow, 2> rows{sent, waits};
        ASSERT_TRUE(store_->admit(signal_row("sig-1"), rows).ok());
    }

    NewStore at_{GetParam()};
    std::unique_ptr<Database> store_ = at_.open();
};

TEST_P(OperatorRows, silences_are_kept_until_they_end) {
    SilenceRow row{"sil-1", "symbol=BTC-*", kNow, kNow + 100, "ann", "maintenance", ""};
    ASSERT_TRUE(store_->put(row).ok());
    ASSERT_TRUE(store_->put(row).ok()) << "said again";
    const auto kept = store_->silences(kNow);
    ASSERT_THAT(*kept, SizeIs(1));
    EXPECT_EQ(kept->front().matcher, "symbol=BTC-*");
    EXPECT_EQ(kept->front().from_ns, kNow);
    EXPECT_EQ(kept->front().author, "ann");
    EXPECT_EQ(kept->front().comment, "maintenance");
    EXPECT_THAT(*store_->silences(kNow + 100), IsEmpty());
    SilenceRow longer = row;
    longer.until_ns = kNow + 500;
    ASSERT_TRUE(store_->put(longer).ok());
    EXPECT_EQ(store_->silences(kNow)->front().until_ns, kNow + 100) << "an end is an end";
    row.until_ns = kNow + 5;
    row.ended_by = "bob";
    ASSERT_TRUE(store_->put(row).ok());
    EXPECT_EQ(store_->silences(kNow)->front().ended_by, "bob");
    EXPECT_THAT(*store_->silences(kNow + 5), IsEmpty());
}

TEST_P(OperatorRows, what_silences_held_is_counted_by_alert) {
    for (const char* channel : {"a", "b"}) {
        NotificationRow held = notification_row("sig-1", channel);
        held.state = "held";
        held.reason = "silenced by sil-1: maintenance";
        NotificationRow muted = notification_row("sig-2", channel);
        muted.state = "held";
        muted.reason = "muted by nights";
        const std::array<NotificationRow, 2> rows{held, muted};
        ASSERT_TRUE(store_->add(rows).ok());
    }
    const auto counts = store_->held_by_silences(0);
    ASSERT_THAT(*counts, SizeIs(1));
    EXPECT_EQ(counts->front().reason, "silenced by sil-1: maintenance");
    EXPECT_EQ(counts->front().alerts, 1U);
}

TEST_P(OperatorRows, the_first_acknowledgement_stays_and_ends_what_waits) {
    admit();
    EXPECT_THAT(*store_->escalating(), ElementsAre("sig-1"));
    NotificationRow telling = notification_row("sig-1", "chat");
    telling.key = "sig-1/chat/ack";
    const std::array<NotificationRow, 1> tellings{telling};
    const AckRow ack{"sig-1", kNow + 7, "ann", "petrel notify ack", "mine"};
    ASSERT_TRUE(store_->acknowledge(ack, tellings).ok());
    ASSERT_TRUE(store_->acknowledge({"sig-1", kNow + 9, "bob", "chat", ""}, tellings).ok());
    const auto rows = store_->acknowledgements("sig-1");
    ASSERT_THAT(*rows, SizeIs(1));
    EXPECT_EQ(rows->front().author, "ann");
    EXPECT_EQ(rows->front().at_ns, kNow + 7);
    EXPECT_EQ(rows->front().via, "petrel notify ack");
    EXPECT_EQ(rows->front().comment, "mine");
    EXPECT_EQ(row("sig-1/pager/esc1").state, "held");
    EXPECT_EQ(row("sig-1/pager/esc1").reason, "acknowledged by ann");
    EXPECT_EQ(row("sig-1/chat/ack").state, "pending");
    EXPECT_EQ(row("sig-1/chat").state, "pending") << "the alert itself still goes out";
    EXPECT_THAT(*store_->escalating(), IsEmpty());
}

TEST_P(OperatorRows, an_end_of_escalations_spares_what_tells_of_it) {
    admit();
    NotificationRow telling = notification_row("sig-1", "pager");
    telling.key = "sig-1/pager/esc1/ack";
    const std::array<NotificationRow, 1> tellings{telling};
    ASSERT_TRUE(store_->add(tellings).ok());
    ASSERT_TRUE(store_->end_escalations("sig-1", "its signal is expired", kNow + 1).ok());
    EXPECT_EQ(row("sig-1/pager/esc1").reason, "its signal is expired");
    EXPECT_EQ(row("sig-1/pager/esc1/ack").state, "pending");
}

TEST_P(OperatorRows, active_signals_are_those_that_go_on) {
    ASSERT_TRUE(store_->put(signal_row("sig-held", "held")).ok());
    ASSERT_TRUE(store_->put(signal_row("sig-over", "expired")).ok());
    ASSERT_TRUE(store_->put(signal_row("sig-goes-on", "active")).ok());
    const auto rows = store_->active_signals(kNow);
    ASSERT_THAT(*rows, SizeIs(1));
    EXPECT_EQ(rows->front().id, "sig-goes-on");
    EXPECT_THAT(*store_->active_signals(rows->front().expires_ns), IsEmpty());
}

TEST_P(OperatorRows, entries_go_through_the_spool_unchanged) {
    StoreEntry silence;
    silence.kind = StoreEntry::Kind::Silence;
    silence.silence = {"sil-1", "all", 1, kNow + 2, "ann", "c", ""};
    StoreEntry ack;
    ack.kind = StoreEntry::Kind::Acknowledgement;
    ack.ack = {"sig-1", kNow, "ann", "chat", "c"};
    ack.notifications = {notification_row("sig-1", "chat")};
    StoreEntry end;
    end.kind = StoreEntry::Kind::EscalationsEnd;
    end.ack = {"sig-2", kNow, "", "", "over"};
    for (const StoreEntry& entry : {silence, ack, end}) {
        const std::string bytes = encode_entry(entry);
        const auto read = decode_entry(bytes);
        ASSERT_TRUE(read.ok()) << read.status().message();
        EXPECT_EQ(encode_entry(*read), bytes);
        EXPECT_FALSE(decode_entry(bytes.substr(0, bytes.size() - 1)).ok());
        EXPECT_TRUE(store_->write(*read).ok());
    }
    EXPECT_THAT(*store_->silences(kNow), SizeIs(1));
    EXPECT_THAT(*store_->acknowledgements("sig-1"), SizeIs(1));
}

TEST_P(OperatorRows, pruning_takes_what_nothing_needs_any_more) {
    admit();
    ASSERT_TRUE(store_->put(SilenceRow{"sil-old", "all", 1, 50, "ann", "", ""}).ok());
    ASSERT_TRUE(store_->acknowledge({"sig-1", 60, "ann", "x", ""}, {}).ok());
    ASSERT_TRUE(store_->acknowledge({"sig-gone", 60, "ann", "x", ""}, {}).ok());
    ASSERT_TRUE(store_->prune(10, 100).ok());
    EXPECT_THAT(*store_->silences(0), IsEmpty());
    EXPECT_THAT(*store_->acknowledgements("sig-1"), SizeIs(1)) << "its signal is there";
    EXPECT_THAT(*store_->acknowledgements("sig-gone"), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(both, OperatorRows,
                         ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres), name_of_store);

}  // namespace
}  // namespace petrel::core
