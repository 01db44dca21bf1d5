// Rows of stories and digests: the order in which they are due, and what ends together.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>

#include "core/store/both_stores_support.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;

class StoryRows : public ::testing::TestWithParam<StoreKind> {
protected:
    void queue(const NotificationRow& row) { EXPECT_TRUE(store_->add({&row, 1}).ok()); }
    std::vector<std::string> due() {
        std::vector<std::string> keys;
        const auto channels = store_->waiting();
        for (const ChannelDue& channel : *channels) {
            const auto rows = store_->due({channel.channel, kNow, 9});
            for (const NotificationRow& row : *rows) {
                keys.push_back(row.key);
            }
        }
        return keys;
    }

    NewStore at_{GetParam()};
    std::unique_ptr<Database> store_ = at_.open();
};

INSTANTIATE_TEST_SUITE_P(Stores, StoryRows,
                         ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres), name_of_store);

TEST_P(StoryRows, a_second_of_waiting_is_worth_a_point_of_priority) {
    const auto waited = [&](const std::string& id, int priority, std::int64_t waited_s) {
        NotificationRow row = notification_row(id, "a");
        row.priority = priority;
        row.created_ns = kNow - waited_s * kSecond;
        queue(row);
    };
    waited("critical", 310, 0);
    waited("long-waiting", 104, 207);
    waited("waiting", 104, 205);
    EXPECT_THAT(due(), ElementsAre("long-waiting/a", "critical/a", "waiting/a"));
}

TEST_P(StoryRows, a_channel_whose_rows_have_ended_waits_for_nothing) {
    EXPECT_THAT(*store_->waiting(), ::testing::IsEmpty());
    NotificationRow row = notification_row("sig-1", "a");
    queue(row);
    EXPECT_EQ(store_->waiting()->front().next_try_ns, kNow);
    row.state = "delivered";
    ASSERT_TRUE(store_->settle(row).ok());
    ASSERT_EQ(store_->waiting()->size(), 1U);
    EXPECT_EQ(store_->waiting()->front().next_try_ns, INT64_MAX);
}

// A story's rows on one channel, in their order.
std::vector<NotificationRow> story_rows() {
    std::vector<NotificationRow> rows;
    int seq = 0;
    for (const std::string end : {"", "/u1", "/end"}) {
        NotificationRow row = notification_row("sig-1", "a");
        row.key += end;
        row.phase = end.empty() ? "new" : end == "/end" ? "end" : "update";
        row.priority = 100 + 100 * seq;  // the later, the more urgent
        row.seq = seq++;
        rows.push_back(row);
    }
    return rows;
}

TEST_P(StoryRows, nothing_of_a_story_overtakes_the_digest_that_has_its_first_message) {
    std::vector<NotificationRow> rows = story_rows();
    ASSERT_TRUE(store_->add(rows).ok());
    NotificationRow digest = notification_row("dig-1", "a");
    digest.phase = "digest";
    rows[0].state = "merged";
    rows[0].merged_into = digest.key;
    ASSERT_TRUE(store_->change({rows.data(), 1}, {&digest, 1}).ok());
    EXPECT_THAT(due(), ElementsAre(digest.key));
    digest.state = "delivered";
    digest.finished_ns = kNow;
    ASSERT_TRUE(store_->settle(digest).ok());
    EXPECT_THAT(due(), ElementsAre(rows[1].key));
}

TEST_P(StoryRows, nothing_of_a_story_overtakes_what_stands_before_it) {
    ASSERT_TRUE(store_->add(story_rows()).ok());
    queue(notification_row("sig-1", "b"));
    for (NotificationRow row : story_rows()) {
        EXPECT_THAT(due(), ElementsAre(row.key, "sig-1/b"));
        row.state = row.seq == 0 ? "refused" : "replaced";
        row.finished_ns = kNow;
        ASSERT_TRUE(store_->settle(row).ok());
    }
    const auto rows = store_->notifications("sig-1");
    ASSERT_EQ(rows->size(), 4U);
    EXPECT_EQ((*rows)[1].phase, "update");
    EXPECT_EQ((*rows)[2].seq, 2);
    EXPECT_EQ(store_->counts()->replaced, 2U);
    EXPECT_EQ(store_->counts()->pending_by_channel["b"], 1U);
}

TEST_P(StoryRows, an_escalation_that_waits_holds_nothing_up_and_is_worded_anew_until_it_is_tried) {
    std::vector<NotificationRow> rows = story_rows();
    rows.front().state = "delivered";
    rows.front().finished_ns = kNow;
    NotificationRow later = notification_row("sig-1", "a");
    later.key = "sig-1/a/esc1";
    later.next_try_ns = kNow + 1;
    ASSERT_TRUE(store_->add(rows).ok());
    queue(later);
    EXPECT_THAT(due(), ElementsAre(rows[1].key));
    const auto words = [&] {
        const auto all = store_->notifications("sig-1");
        const auto found = std::find_if(all->begin(), all->end(),
                                        [&](const auto& row) { return row.key == later.key; });
        return found->payload;
    };
    later.payload = "how it is now";
    ASSERT_TRUE(store_->settle(later).ok());
    EXPECT_EQ(words(), "how it is now");
    later.attempts = 1;
    later.payload = "too late";
    ASSERT_TRUE(store_->settle(later).ok());
    EXPECT_EQ(words(), "how it is now");
}

class Digests : public StoryRows {
protected:
    void SetUp() override {
        queue(notification_row("sig-1", "a"));
        queue(notification_row("sig-2", "a"));
        digest_ = notification_row("dig-1", "a");
        digest_.phase = "digest";
        std::vector<NotificationRow> members;
        for (const std::string id : {"sig-1", "sig-2"}) {
            members.push_back(notification_row(id, "a"));
            members.back().state = "merged";
            members.back().reason = "in digest dig-1";
            members.back().merged_into = digest_.key;
        }
        ASSERT_TRUE(store_->change(members, {&digest_, 1}).ok());
        ASSERT_THAT(due(), ElementsAre("dig-1/a"));
    }
    void end_digest(const std::string& state) {
        digest_.state = state;
        digest_.finished_ns = kNow + 9;
        digest_.reason = "because";
        digest_.provider_id = "m-7";
        ASSERT_TRUE(store_->settle(digest_).ok());
        ASSERT_TRUE(store_->settle(digest_).ok()) << "as it is said again after a crash";
    }
    NotificationRow member() { return store_->notifications("sig-2")->front(); }

    NotificationRow digest_;
};

INSTANTIATE_TEST_SUITE_P(Stores, Digests, ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
                         name_of_store);

TEST_P(Digests, what_is_merged_is_told_with_its_digest) {
    EXPECT_EQ(member().finished_ns, 0);
    ASSERT_TRUE(store_->prune(10, kNow + 1'000 * kSecond).ok());
    end_digest("delivered");
    EXPECT_EQ(member().state, "merged");
    EXPECT_EQ(member().reason, "in digest dig-1");
    EXPECT_EQ(member().provider_id, "m-7");
    EXPECT_EQ(member().finished_ns, kNow + 9);
    EXPECT_EQ(store_->counts()->merged, 2U);
    ASSERT_TRUE(store_->prune(10, kNow + 1'000 * kSecond).ok());
    EXPECT_EQ(store_->counts()->merged, 0U);
}

TEST_P(Digests, what_is_merged_is_refused_with_its_digest) {
    end_digest("refused");
    EXPECT_EQ(member().state, "refused");
    EXPECT_EQ(member().reason, "in digest dig-1, which was refused: because");
}

TEST_P(Digests, what_is_merged_goes_with_its_digest_to_another_channel) {
    NotificationRow elsewhere = notification_row("dig-1", "b");
    elsewhere.phase = "digest";
    digest_.state = "diverted";
    digest_.finished_ns = kNow;
    digest_.reason = "sent over b";
    digest_.merged_into = elsewhere.key;
    ASSERT_TRUE(store_->change({&digest_, 1}, {&elsewhere, 1}).ok());
    EXPECT_EQ(member().state, "merged");
    EXPECT_EQ(member().finished_ns, 0);
    EXPECT_EQ(member().reason, "in digest dig-1, sent over b");
    digest_ = elsewhere;
    end_digest("delivered");
    EXPECT_EQ(member().finished_ns, kNow + 9);
}

}  // namespace
}  // namespace petrel::core
