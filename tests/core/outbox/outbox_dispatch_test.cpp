// A budget that is short, and a provider that refuses: digests, fallbacks, and nothing lost.
#include "core/outbox/outbox_support.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Storm : public OutboxTest {
protected:
    Storm() {
        options_.channels = {"chat", "pager"};
        options_.traits["chat"].abilities = PETREL_CAN_EDIT;
        restart();
    }
    // Signals of a strength, numbered on.
    void admit(int count, const std::string& strength = "moderate", std::int64_t now_ns = kNow) {
        for (int i = 0; i < count; ++i) {
            Signal signal = storm_signal("sig-" + std::to_string(100 + admitted_++));
            signal.score.strength = strength;
            ASSERT_TRUE(outbox_->admit(signal, now_ns).ok());
        }
    }
    std::uint64_t counted(const std::string& state, const std::string& channel = "chat") {
        return std::stoul(run_sql(path_, "SELECT COUNT(*) FROM notifications WHERE state = '" +
                                             state + "' AND channel = '" + channel + "'"));
    }
    std::uint64_t unsettled() {
        return std::stoul(run_sql(path_,
                                  "SELECT COUNT(*) FROM notifications WHERE finished_ns = 0"
                                  " AND channel = 'chat'"));
    }

    int admitted_ = 0;
};

TEST_F(Storm, the_most_urgent_go_alone_and_the_rest_in_one_digest) {
    admit(8, "weak");
    admit(1, "extreme");
    const auto taken = take("chat", {2, 5});
    ASSERT_THAT(taken, SizeIs(2));
    EXPECT_EQ(taken[0].row.key, "sig-108/chat");
    const Delivery& digest = taken[1];
    EXPECT_EQ(digest.row.phase, "digest");
    EXPECT_EQ(digest.alert.headline, "8 alerts together: BTC");
    EXPECT_EQ(digest.first_provider_id, "");
    EXPECT_THAT(digest.alert.json, HasSubstr("sig-107"));
    EXPECT_EQ(counted("merged"), 8U);
    EXPECT_EQ(row("sig-100", "sig-100/chat").reason, "in digest " + digest.row.signal_id);
    EXPECT_EQ(row("sig-100", "sig-100/chat").finished_ns, 0) << "not before it is told";
    for (const Delivery& delivery : taken) {
        settle(delivery, DeliveryResult::Delivered, "m-1");
    }
    EXPECT_EQ(unsettled(), 0U);
    EXPECT_EQ(row("sig-100", "sig-100/chat").provider_id, "m-1");
    EXPECT_EQ(counted("pending", "pager"), 9U) << "another channel has its own budget";
}

TEST_F(Storm, what_fits_goes_alone_and_what_has_no_room_waits) {
    admit(5);
    EXPECT_THAT(take("chat", {0, 3}), IsEmpty());
    const Result<Outbox::Taken> taken = outbox_->take("chat", {2, 5}, kNow);
    EXPECT_THAT(taken->deliveries, SizeIs(2));
    EXPECT_TRUE(taken->more);
    EXPECT_EQ(counted("merged"), 0U);
}

TEST_F(Storm, a_crash_before_the_digest_is_settled_repeats_it_and_loses_nothing) {
    admit(6);
    const auto taken = take("chat", {1, 2});
    ASSERT_THAT(taken, SizeIs(1));
    restart();
    const auto again = take("chat", {1, 2});
    ASSERT_THAT(keys(again), ElementsAre(taken[0].row.key));
    EXPECT_EQ(again[0].alert.headline, taken[0].alert.headline) << "the same message";
    EXPECT_EQ(again[0].alert.id, taken[0].alert.id);
    settle(again[0], DeliveryResult::Delivered, "m-1");
    EXPECT_EQ(unsettled(), 0U);
    EXPECT_EQ(counted("merged"), 6U);
}

// waiting() tells the earliest use-by of each channel: before it the next take() does not ask.
TEST_F(Storm, what_is_late_is_asked_for_when_something_can_be) {
    admit(2);
    EXPECT_EQ(outbox_->waiting()->front().use_by_ns, kNow + options_.use_by_ns);
    run_sql(path_, "UPDATE notifications SET use_by_ns = 1");  // behind its back
    EXPECT_THAT(take("chat", {0, 3}), IsEmpty());
    EXPECT_EQ(counted("expired"), 0U) << "it was not asked";
    EXPECT_THAT(take("chat", {0, 3}), IsEmpty());
    EXPECT_EQ(counted("expired"), 2U) << "what it was told held for one look";
    EXPECT_EQ(outbox_->waiting()->back().use_by_ns, 1);
    EXPECT_THAT(take("pager", {0, 3}), IsEmpty());
    EXPECT_EQ(counted("expired", "pager"), 2U);
    EXPECT_EQ(outbox_->waiting()->back().use_by_ns, INT64_MAX);
}

// A story that becomes stronger is more urgent than the digest that tells its beginning.
TEST_F(Storm, an_update_waits_for_the_digest_that_tells_its_story_first) {
    admit(4, "weak");
    const auto digest = take("chat", {1, 1});
    ASSERT_THAT(digest, SizeIs(1));
    ASSERT_EQ(digest[0].row.phase, "digest");
    Signal stronger = storm_signal("sig-100");
    const std::int64_t later_ns = kNow + 20 * kSecond;
    ASSERT_TRUE(outbox_->follow(stronger, later_ns).ok());
    ASSERT_EQ(row("sig-100", "sig-100/chat/u1").state, "pending");
    EXPECT_THAT(take("chat", {}, later_ns), IsEmpty()) << "the digest is on its way";
    settle(digest[0], DeliveryResult::Retry, "", later_ns);
    EXPECT_THAT(take("chat", {}, later_ns), IsEmpty()) << "and is tried again before";
    restart();
    const std::int64_t again_ns = later_ns + 60 * kSecond;
    const auto again = take("chat", {}, again_ns);
    ASSERT_THAT(keys(again), ElementsAre(digest[0].row.key));
    settle(again[0], DeliveryResult::Delivered, "m-1", again_ns);
    EXPECT_THAT(keys(take("chat", {}, again_ns)), ElementsAre("sig-100/chat/u1"));
}

TEST_F(Storm, the_digest_goes_on_in_place_while_the_storm_lasts) {
    admit(6);
    const auto first = take("chat", {1, 2});
    ASSERT_THAT(first, SizeIs(1));
    admit(4);
    EXPECT_THAT(take("chat", {1, 2}), SizeIs(1)) << "one alone: a digest is on its way";
    settle(first[0], DeliveryResult::Delivered, "m-7");
    admit(3);
    const auto second = take("chat", {1, 2});
    ASSERT_THAT(second, SizeIs(1));
    EXPECT_EQ(second[0].row.signal_id, first[0].row.signal_id);
    EXPECT_EQ(second[0].row.key, first[0].row.key + "/u1");
    EXPECT_EQ(second[0].first_provider_id, "m-7");
    EXPECT_EQ(second[0].alert.headline, "12 alerts together: BTC");
    settle(second[0], DeliveryResult::Delivered, "m-7");
    admit(1);
    EXPECT_EQ(take("chat", {1, 2})[0].row.phase, "new");
    admit(6, "moderate", kNow + kSecond);
    EXPECT_NE(take("chat", {1, 2}, kNow + kSecond)[0].row.signal_id, first[0].row.signal_id)
        << "the storm was over: a new one";
}

TEST_F(Storm, a_channel_that_cannot_edit_gets_a_new_digest_each_time) {
    options_.traits["chat"].abilities = 0;
    restart();
    admit(6);
    const auto first = take("chat", {1, 2});
    settle(first[0], DeliveryResult::Delivered, "m-1");
    admit(6);
    const auto second = take("chat", {1, 2});
    EXPECT_NE(second[0].row.signal_id, first[0].row.signal_id);
    EXPECT_EQ(second[0].alert.headline, "6 alerts together: BTC");
}

TEST_F(Storm, machines_and_who_says_so_get_no_digest) {
    options_.traits["chat"].abilities = PETREL_CAN_RESOLVE;
    options_.traits["pager"].digests = false;
    restart();
    admit(9);
    for (const std::string channel : {"chat", "pager"}) {
        const auto taken = take(channel, {2, 3});
        ASSERT_THAT(taken, SizeIs(2));
        EXPECT_EQ(taken[1].row.phase, "new");
    }
}

TEST_F(Storm, what_was_tried_keeps_its_key_and_what_is_too_old_is_recorded) {
    admit(5);
    const auto tried = take("chat", {1, 9});
    settle(tried[0], DeliveryResult::Retry);
    admit(4, "weak", kNow - 901 * kSecond);
    const auto taken = take("chat", {1, 2}, kNow + 2 * kSecond);
    EXPECT_EQ(counted("expired"), 4U);
    EXPECT_EQ(counted("merged"), 4U);
    ASSERT_THAT(taken, SizeIs(1));
    EXPECT_EQ(taken[0].row.phase, "digest");
    EXPECT_EQ(row(tried[0].row.signal_id, tried[0].row.key).state, "pending");
}

TEST_F(Storm, what_may_have_gone_out_before_a_crash_keeps_its_key_where_that_counts) {
    options_.traits["chat"].abilities = PETREL_HONOURS_KEY;
    restart();
    admit(6);
    restart();
    EXPECT_EQ(take("chat", {1, 2}, kNow + kSecond)[0].row.phase, "new");
}

TEST_F(Storm, the_end_of_a_digest_is_the_end_of_all_in_it) {
    admit(6);
    settle(take("chat", {1, 2})[0], DeliveryResult::Refused);
    EXPECT_EQ(counted("refused"), 7U) << "the digest and six";
    EXPECT_THAT(row("sig-100", "sig-100/chat").reason, HasSubstr(", which was refused: as told"));
}

TEST_F(Storm, what_a_broken_channel_cannot_have_goes_to_its_fallback_once) {
    options_.channels.push_back("log");
    options_.traits["chat"].fallback = "pager";
    options_.traits["pager"].fallback = "log";
    RoutingConfig routing;
    routing.root.channels = {"chat"};
    options_.router = std::make_shared<Router>(*Router::make(routing, options_.channels));
    restart();
    admit(3);
    const auto taken = take("chat", {1, 9});
    settle(taken[0], DeliveryResult::Broken);
    EXPECT_TRUE(outbox_->is_stopped("chat"));
    EXPECT_THAT(take("chat"), IsEmpty());
    EXPECT_EQ(counted("diverted"), 3U);
    const NotificationRow here = row("sig-101", "sig-101/chat");
    EXPECT_EQ(here.reason, "sent over pager instead: the provider refuses this channel: as told");
    EXPECT_EQ(here.merged_into, "sig-101/pager");
    const auto there = take("pager");
    EXPECT_THAT(there, SizeIs(3));
    settle(there[0], DeliveryResult::Broken);
    EXPECT_THAT(take("pager"), IsEmpty());
    EXPECT_EQ(counted("pending", "log"), 1U) << "those in flight are given back first";
    for (const Delivery& delivery : there) {
        settle(delivery, DeliveryResult::Untried);
    }
    EXPECT_THAT(take("pager"), IsEmpty());
    EXPECT_THAT(take("log"), SizeIs(3));
    admit(1);
    EXPECT_THAT(take("chat"), IsEmpty());
    EXPECT_EQ(counted("pending", "log"), 4U) << "the first of the line that works";
    outbox_->try_again("chat");
    admit(1);
    EXPECT_THAT(take("chat"), SizeIs(1));
}

TEST_F(Storm, a_digest_goes_to_the_fallback_with_all_that_is_in_it) {
    options_.traits["chat"].fallback = "pager";
    restart();
    admit(6);
    settle(take("chat", {1, 2})[0], DeliveryResult::Broken);
    for (const Delivery& delivery : take("pager")) {
        settle(delivery, DeliveryResult::Delivered, "p-1");
    }
    EXPECT_EQ(counted("diverted"), 1U);
    EXPECT_EQ(counted("merged"), 6U);
    EXPECT_EQ(unsettled(), 0U);
    EXPECT_THAT(row("sig-100", "sig-100/chat").provider_id, "p-1");
}

TEST_F(Storm, without_a_fallback_it_is_refused_with_the_reason) {
    admit(2);
    settle(take("chat", {1, 9})[0], DeliveryResult::Broken);
    EXPECT_THAT(take("chat"), IsEmpty());
    EXPECT_EQ(counted("refused"), 2U);
}

TEST_F(Storm, a_provider_that_names_a_wait_is_waited_for_until_the_use_by) {
    admit(1);
    std::int64_t now_ns = kNow;
    for (int i = 0; i < 20; ++i) {
        const auto taken = take("chat", {}, now_ns);
        ASSERT_THAT(taken, SizeIs(1)) << i;
        ASSERT_TRUE(
            outbox_->settle({taken[0], DeliveryResult::Retry, 5'000, "", "429"}, now_ns).ok());
        now_ns += 5 * kSecond;
    }
    EXPECT_EQ(counted("pending"), 1U) << "ten failures of its own would have ended it";
    EXPECT_THAT(take("chat", {}, kNow + 901 * kSecond), IsEmpty());
    EXPECT_EQ(counted("expired"), 1U);
}

TEST_F(Storm, a_notification_given_back_is_as_it_was) {
    admit(1);
    settle(take("chat")[0], DeliveryResult::Untried);
    const auto again = take("chat");
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_EQ(again[0].row.attempts, 0);
}

}  // namespace
}  // namespace petrel::core
