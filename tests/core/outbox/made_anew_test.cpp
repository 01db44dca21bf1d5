// What a start makes good of what the end of the last run left unrecorded (decision 0037).
#include "core/outbox/stories_support.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What a start has made anew of a story, against a store that has it as it was told at kNow.
class MadeAnew : public Stories {
protected:
    static constexpr std::int64_t kAdmitSince = kNow - 10 * kSecond;
    static RemadeSignal anew(Signal signal, std::int64_t ts_ns) {
        signal.ts_ns = ts_ns;
        return {std::move(signal), kNow};
    }
    Status make_good(RemadeSignal remade, std::int64_t now_ns,
                     std::int64_t admit_since_ns = kAdmitSince) {
        return outbox_->make_good(remade, admit_since_ns, now_ns);
    }
    std::vector<std::string> told(std::int64_t now_ns) {
        const auto taken = take("chat", {}, now_ns);
        for (const Delivery& delivery : taken) {
            settle(delivery, DeliveryResult::Delivered, "m-1", now_ns);
        }
        return keys(taken);
    }
};

TEST_F(MadeAnew, an_update_that_is_not_on_record_is_told_once) {
    admit();
    deliver_all("chat");
    restart();
    const RemadeSignal update = anew(story(2e6), kNow + 20 * kSecond);
    ASSERT_TRUE(make_good(update, kNow + 60 * kSecond).ok());
    EXPECT_EQ(store_->signals({})->front().notional_usd, 2e6);
    EXPECT_THAT(told(kNow + 60 * kSecond), ElementsAre("sig-1/chat/u1"));
    restart();
    ASSERT_TRUE(make_good(update, kNow + 90 * kSecond).ok());
    EXPECT_THAT(told(kNow + 90 * kSecond), IsEmpty());
}

TEST_F(MadeAnew, an_end_that_is_not_on_record_is_told_once_however_late) {
    admit();
    deliver_all("chat");
    restart();
    const RemadeSignal end = anew(ended(), kNow + 20 * kSecond);
    const std::int64_t late_ns = kNow + 7'200 * kSecond;
    ASSERT_TRUE(make_good(end, late_ns).ok());
    EXPECT_THAT(told(late_ns), ElementsAre("sig-1/chat/end"));
    EXPECT_EQ(store_->signals({})->front().state, "expired");
    restart();
    ASSERT_TRUE(make_good(end, late_ns + kSecond).ok());
    EXPECT_THAT(told(late_ns + kSecond), IsEmpty());
}

TEST_F(MadeAnew, what_the_store_has_newer_or_the_same_is_left_alone) {
    admit();
    deliver_all("chat");
    Signal newer = story(2e6);
    newer.ts_ns = kNow + 20 * kSecond;
    follow(newer, newer.ts_ns);
    ASSERT_THAT(told(newer.ts_ns), ElementsAre("sig-1/chat/u1"));
    restart();
    // The journal's end may be older than the store; a story told from its middle has its own sums.
    ASSERT_TRUE(make_good(anew(story(9e6), kNow + 10 * kSecond), kNow + 60 * kSecond).ok());
    ASSERT_TRUE(make_good(anew(newer, newer.ts_ns), kNow + 60 * kSecond).ok());
    EXPECT_EQ(store_->signals({})->front().notional_usd, 2e6);
    EXPECT_EQ(store_->notifications(kStory)->size(), 3U) << "chat, its update, mail";
}

TEST_F(MadeAnew, an_update_past_its_use_by_is_written_and_not_told) {
    admit();
    deliver_all("chat");
    restart();
    const std::int64_t late_ns = kNow + 21 * kSecond + options_.use_by_ns;
    ASSERT_TRUE(make_good(anew(story(2e6), kNow + 20 * kSecond), late_ns).ok());
    EXPECT_EQ(store_->signals({})->front().notional_usd, 2e6);
    EXPECT_THAT(told(late_ns), IsEmpty());
}

TEST_F(MadeAnew, what_the_store_never_heard_of_is_admitted_as_it_stands_if_it_may_be_new) {
    const RemadeSignal update = anew(story(2e6), kNow + 5 * kSecond);
    ASSERT_TRUE(make_good(update, kNow + 60 * kSecond, kNow + kSecond).ok());
    EXPECT_TRUE(store_->signals({})->empty()) << "of other rules, or a story cut in the middle";
    ASSERT_TRUE(make_good(update, kNow + 60 * kSecond).ok());
    ASSERT_TRUE(make_good(update, kNow + 61 * kSecond).ok());
    EXPECT_EQ(store_->signals({})->front().notional_usd, 2e6);
    EXPECT_THAT(told(kNow + 61 * kSecond), ElementsAre("sig-1/chat")) << "one message";
}

TEST_F(MadeAnew, a_story_that_began_and_ended_unrecorded_is_told_and_ends) {
    ASSERT_TRUE(make_good(anew(ended(), kNow + 5 * kSecond), kNow + 60 * kSecond).ok());
    EXPECT_THAT(told(kNow + 60 * kSecond), ElementsAre("sig-1/chat"));
    EXPECT_THAT(told(kNow + 60 * kSecond), ElementsAre("sig-1/chat/end"));
    EXPECT_EQ(store_->signals({})->front().state, "expired");
}

TEST_F(MadeAnew, a_store_that_is_down_keeps_the_admission_and_is_asked_again_for_the_rest) {
    admit();
    deliver_all("chat");
    outbox_.reset();
    outbox_ = std::make_unique<Outbox>(
        *store_, options_, std::move(Spool::open(folder_.at("store.spool"), 1 << 20).value()));
    RemadeSignal lost = anew(story(1e6, "moderate", "sig-2"), kNow + kSecond);
    RemadeSignal update = anew(story(2e6), kNow + 20 * kSecond);
    const std::int64_t now_ns = kNow + 60 * kSecond;
    {
        const FullDisk full;
        ASSERT_TRUE(outbox_->record(story(1e6, "moderate", "sig-3")).ok()) << "in the spool";
        EXPECT_FALSE(outbox_->make_good(update, kNow + kSecond, now_ns).ok());
        EXPECT_FALSE(outbox_->make_good(lost, kNow, now_ns).ok());
        EXPECT_FALSE(outbox_->make_good(lost, kNow, now_ns).ok());
        EXPECT_EQ(outbox_->writer().spooled(), 2U) << "admitted once";
    }
    ASSERT_TRUE(outbox_->catch_up(100).ok());
    ASSERT_TRUE(outbox_->make_good(update, kNow + kSecond, now_ns).ok());
    ASSERT_TRUE(outbox_->make_good(lost, kNow, now_ns).ok());
    EXPECT_THAT(told(now_ns), ::testing::UnorderedElementsAre("sig-2/chat", "sig-1/chat/u1"));
}

}  // namespace
}  // namespace petrel::core
