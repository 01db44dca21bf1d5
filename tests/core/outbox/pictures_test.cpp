// Pictures that follow their messages: rows that begin when the message is shown, take what room no
// message needs, and give way to any news of the story.
#include "outbox/pictures.hpp"

#include "core/outbox/outbox_support.hpp"
#include "core/store/chain_support.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kTold = "sig-1";
const std::string kMessage = "sig-1/chat";
const std::string kPicture = "sig-1/chat/pic";

class Pictures : public OutboxTest {
protected:
    Pictures() {
        options_.channels = {"chat", "mail"};
        options_.picture_channels = {"chat", "mail"};
        options_.acknowledging = {"chat"};
        options_.traits["chat"].abilities =
            PETREL_CAN_EDIT | PETREL_CAN_IMAGE | PETREL_CAN_ADD_IMAGE;
        options_.traits["mail"].abilities = PETREL_CAN_THREAD | PETREL_CAN_IMAGE;
        restart();
    }
    static Signal story(const std::string& id = kTold) {
        Signal signal = storm_signal(id);
        signal.series.step_ns = 3 * kSecond;
        signal.series.points.assign(50, {91'000, 1'000, 0});
        return signal;
    }
    static Signal grown(double times = 2) {
        Signal signal = story();
        signal.cause.notional_usd *= times;
        signal.series.begin_ns += static_cast<std::int64_t>(times * kSecond);
        return signal;
    }
    static Signal over(Signal signal = story()) {
        signal.state = SignalState::Expired;
        signal.ts_ns += 7'200 * kSecond;
        return signal;
    }
    void admit(const Signal& signal = story()) { ASSERT_TRUE(outbox_->admit(signal, kNow).ok()); }
    // The story is told on the chat, under the provider's id m-sig-1/chat.
    void tell() {
        admit();
        deliver_all("chat");
    }
    Outbox::Taken look(std::int64_t now_ns = kNow, const ChannelRoom& room = {}) {
        Result<Outbox::Taken> taken = outbox_->take("chat", room, now_ns);
        EXPECT_TRUE(taken.ok());
        return taken.ok() ? std::move(*taken) : Outbox::Taken();
    }
    // What the chat is told of the story's next state.
    void follow(const Signal& signal, std::int64_t now_ns) {
        ASSERT_TRUE(outbox_->follow(signal, now_ns).ok());
        deliver_all("chat", now_ns);
    }
    // What goes out once all that is wanted has been drawn.
    std::vector<Delivery> drawn(std::int64_t now_ns = kNow, const ChannelRoom& room = {}) {
        Outbox::Taken taken = look(now_ns, room);
        for (const PictureOrder& order : taken.pictures) {
            outbox_->drawn(order.key, std::make_shared<const std::string>("PNG"), now_ns);
        }
        return taken.pictures.empty() ? std::move(taken.deliveries)
                                      : std::move(look(now_ns, room).deliveries);
    }
    void settle_picture(DeliveryResult result, const std::string& id = "m-sig-1/chat+") {
        const auto pictures = drawn();
        ASSERT_THAT(keys(pictures), ElementsAre(kPicture));
        settle(pictures[0], result, id);
    }
    void acknowledge(std::int64_t now_ns) {
        ASSERT_TRUE(outbox_->acknowledge({kTold, now_ns, "ann", "test", ""}, now_ns).ok());
    }
    NotificationRow picture() { return row(kTold, kPicture); }
};

TEST_F(Pictures, row_begins_with_the_record_of_its_message_and_goes_when_it_is_drawn) {
    admit();
    const auto messages = take("chat");
    ASSERT_THAT(keys(messages), ElementsAre(kMessage));
    EXPECT_EQ(picture().key, "") << "there is nothing yet to add it to";
    DeliveryOutcome outcome{messages[0], DeliveryResult::Delivered, 0, "m-1", ""};
    outcome.late_ms = 45'000;
    outcome.delivery.may_repeat = true;
    ASSERT_TRUE(outbox_->settle(outcome, kNow + kSecond).ok());
    EXPECT_EQ(picture().state, "pending");
    EXPECT_EQ(picture().phase, "picture");
    EXPECT_EQ(picture().use_by_ns, messages[0].row.use_by_ns);
    const Outbox::Taken wanted = look(kNow + kSecond);
    EXPECT_THAT(wanted.deliveries, IsEmpty());
    ASSERT_EQ(wanted.pictures.size(), 1U);
    EXPECT_EQ(wanted.pictures[0].key, kPicture);
    EXPECT_EQ(wanted.pictures[0].alert.series, story().series);
    EXPECT_THAT(look(kNow + kSecond).pictures, IsEmpty()) << "it is ordered once";
    outbox_->drawn(kPicture, std::make_shared<const std::string>("PNG"), kNow + kSecond);
    const auto pictures = take("chat", {}, kNow + kSecond);
    ASSERT_THAT(keys(pictures), ElementsAre(kPicture));
    EXPECT_EQ(*pictures[0].picture, "PNG");
    EXPECT_EQ(pictures[0].alert.phase, PETREL_ALERT_IMAGE);
    EXPECT_EQ(pictures[0].alert.provider_id, "m-1");
    EXPECT_EQ(pictures[0].alert.headline, messages[0].alert.headline);
    EXPECT_EQ(pictures[0].alert.late_ms, 45'000U) << "its words are those of its message";
    EXPECT_TRUE(pictures[0].alert.may_repeat);
    EXPECT_THAT(look(kNow + kSecond).deliveries, IsEmpty()) << "it is in flight";
    settle(pictures[0], DeliveryResult::Delivered, "m-1+", kNow + kSecond);
    EXPECT_EQ(picture().state, "delivered");
    EXPECT_EQ(row(kTold, kMessage).attempts, 1) << "the message went once";
    EXPECT_EQ(check_whole_chain(*store_).problem, "");
}

TEST_F(Pictures, only_a_message_that_is_shown_where_one_can_be_added_gets_a_row) {
    admit();
    deliver_all("mail");
    EXPECT_EQ(row(kTold, "sig-1/mail/pic").key, "") << "that one waits for its picture";
    auto messages = take("chat");
    settle(messages[0], DeliveryResult::Retry);
    EXPECT_EQ(picture().key, "");
    messages = take("chat", {}, kNow + 60 * kSecond);
    ASSERT_EQ(messages.size(), 1U);
    settle(messages[0], DeliveryResult::Delivered, "", kNow + 60 * kSecond);
    EXPECT_EQ(picture().key, "") << "a message without an id cannot be edited";
    Signal plain = storm_signal("sig-2");
    admit(plain);
    deliver_all("chat", kNow + 61 * kSecond);
    EXPECT_EQ(row("sig-2", "sig-2/chat").state, "delivered");
    EXPECT_EQ(row("sig-2", "sig-2/chat/pic").key, "") << "nothing to draw";
}

TEST_F(Pictures, news_that_is_due_takes_the_place_of_a_picture_and_later_news_does_not) {
    tell();
    ASSERT_TRUE(outbox_->follow(grown(), kNow + kSecond).ok());
    ASSERT_THAT(row(kTold, "sig-1/chat/u1").next_try_ns, kNow + 15 * kSecond);
    ASSERT_THAT(keys(drawn(kNow + 2 * kSecond)), ElementsAre(kPicture)) << "it waits for its time";
    outbox_->put_back(picture());
    EXPECT_THAT(keys(drawn(kNow + 15 * kSecond)), ElementsAre("sig-1/chat/u1"));
    EXPECT_EQ(picture().state, "replaced");
    EXPECT_EQ(picture().reason, "replaced by a newer update");
    EXPECT_EQ(check_whole_chain(*store_).problem, "");
}

TEST_F(Pictures, an_end_or_an_acknowledgement_takes_the_place_of_a_picture) {
    tell();
    ASSERT_TRUE(outbox_->follow(over(), kNow).ok());
    EXPECT_THAT(keys(drawn()), ElementsAre("sig-1/chat/end"));
    EXPECT_EQ(picture().reason, "replaced by the end of the story");
    admit(story("sig-2"));
    deliver_all("chat");
    ASSERT_TRUE(outbox_->acknowledge({"sig-2", kNow, "ann", "test", ""}, kNow).ok());
    EXPECT_THAT(keys(drawn()), ElementsAre("sig-2/chat/ack"));
    EXPECT_EQ(row("sig-2", "sig-2/chat/pic").reason,
              "replaced by the word that it is acknowledged");
}

TEST_F(Pictures, later_news_edits_the_message_under_the_id_that_its_picture_gave_it) {
    tell();
    ASSERT_TRUE(outbox_->follow(grown(), kNow + kSecond).ok());
    const auto pictures = drawn();
    ASSERT_THAT(keys(pictures), ElementsAre(kPicture));
    EXPECT_THAT(take("chat", {}, kNow + 15 * kSecond), IsEmpty()) << "the id may change";
    settle(pictures[0], DeliveryResult::Delivered, "m-1+");
    const auto news = take("chat", {}, kNow + 15 * kSecond);
    ASSERT_THAT(keys(news), ElementsAre("sig-1/chat/u1"));
    EXPECT_EQ(news[0].first_provider_id, "m-1+");
    EXPECT_EQ(news[0].alert.id, "sig-1/u1") << "a picture is no update";
    acknowledge(kNow + 16 * kSecond);
    const auto words = take("chat", {}, kNow + 16 * kSecond);
    ASSERT_THAT(keys(words), ElementsAre("sig-1/chat/ack"));
    EXPECT_EQ(words[0].alert.provider_id, "m-1+");
    EXPECT_EQ(row(kTold, kPicture + "/ack").key, "") << "it is one message";
}

TEST_F(Pictures, a_picture_that_failed_leaves_the_story_as_it_was) {
    tell();
    settle_picture(DeliveryResult::Refused, "");
    EXPECT_EQ(picture().state, "refused");
    ASSERT_TRUE(outbox_->follow(grown(), kNow + 20 * kSecond).ok());
    const auto news = take("chat", {}, kNow + 20 * kSecond);
    ASSERT_THAT(keys(news), ElementsAre("sig-1/chat/u1"));
    EXPECT_EQ(news[0].first_provider_id, "m-sig-1/chat");
}

TEST_F(Pictures, an_update_that_outgrows_the_picture_that_is_shown_brings_the_next_one) {
    tell();
    settle_picture(DeliveryResult::Delivered);
    follow(grown(1.5), kNow + 20 * kSecond);
    EXPECT_EQ(row(kTold, "sig-1/chat/u1").state, "delivered");
    EXPECT_EQ(row(kTold, "sig-1/chat/u1/pic").key, "") << "half as much again is no new picture";
    restart();  // what is shown is on record
    follow(grown(1.9), kNow + 40 * kSecond);
    EXPECT_EQ(row(kTold, "sig-1/chat/u2").state, "delivered");
    EXPECT_EQ(row(kTold, "sig-1/chat/u2/pic").key, "");
    follow(grown(2.5), kNow + 60 * kSecond);
    const auto pictures = drawn(kNow + 60 * kSecond);
    ASSERT_THAT(keys(pictures), ElementsAre("sig-1/chat/u3/pic"));
    EXPECT_EQ(pictures[0].alert.series, grown(2.5).series);
    EXPECT_EQ(pictures[0].alert.provider_id, "m-sig-1/chat/u3");
    EXPECT_EQ(pictures[0].alert.phase, PETREL_ALERT_IMAGE);
    ASSERT_TRUE(outbox_->follow(grown(9), kNow + 80 * kSecond).ok());
    EXPECT_THAT(take("chat", {}, kNow + 80 * kSecond), IsEmpty()) << "the id may change";
    settle(pictures[0], DeliveryResult::Delivered, "m-3+", kNow + 80 * kSecond);
    const auto news = take("chat", {}, kNow + 80 * kSecond);
    ASSERT_THAT(keys(news), ElementsAre("sig-1/chat/u4"));
    EXPECT_EQ(news[0].first_provider_id, "m-3+");
    EXPECT_EQ(check_whole_chain(*store_).problem, "");
}

TEST_F(Pictures, a_story_that_is_stronger_or_has_none_yet_gets_one_with_its_next_update) {
    Signal weak = story();
    weak.score.strength = "weak";
    admit(weak);
    deliver_all("chat");
    settle_picture(DeliveryResult::Delivered);
    follow(story(), kNow + 20 * kSecond);
    EXPECT_EQ(row(kTold, "sig-1/chat/u1/pic").state, "pending");
    follow(grown(1.3), kNow + 40 * kSecond);
    EXPECT_THAT(keys(drawn(kNow + 40 * kSecond)), ElementsAre("sig-1/chat/u2/pic"));
    EXPECT_EQ(row(kTold, "sig-1/chat/u1/pic").reason, "replaced by a newer update");
}

TEST_F(Pictures, one_that_was_refused_is_not_tried_again_with_every_update) {
    tell();
    settle_picture(DeliveryResult::Refused, "");
    follow(grown(1.5), kNow + 20 * kSecond);
    EXPECT_EQ(row(kTold, "sig-1/chat/u1/pic").key, "");
    follow(grown(2.5), kNow + 40 * kSecond);
    EXPECT_EQ(row(kTold, "sig-1/chat/u2/pic").state, "pending");
}

TEST_F(Pictures, the_end_brings_the_last_one) {
    tell();
    deliver_all("mail");
    settle_picture(DeliveryResult::Delivered);
    follow(grown(1.5), kNow + 20 * kSecond);
    follow(over(grown(1.5)), kNow + 7'200 * kSecond);
    deliver_all("mail", kNow + 7'200 * kSecond);
    const auto pictures = drawn(kNow + 7'200 * kSecond);
    ASSERT_THAT(keys(pictures), ElementsAre("sig-1/chat/end/pic"));
    const AlertText& alert = pictures[0].alert;
    EXPECT_EQ(alert.series, grown(1.5).series);
    EXPECT_EQ(alert.span_end_ns, alert.series.begin_ns + 50 * alert.series.step_ns)
        << "not when its time was over: nothing of that is shown";
    EXPECT_EQ(row(kTold, "sig-1/mail/end").state, "delivered");
    EXPECT_TRUE(decode_alert(row(kTold, "sig-1/mail/end").payload)->series.points.empty());
    settle(pictures[0], DeliveryResult::Delivered, "m-9+", kNow + 7'200 * kSecond);
    EXPECT_EQ(check_whole_chain(*store_).problem, "");
}

TEST_F(Pictures, no_place_that_a_message_needs_is_taken) {
    tell();
    EXPECT_THAT(look(kNow, {5, 9, 0}).pictures, IsEmpty()) << "what is left is kept";
    for (const std::string id : {"sig-2", "sig-3"}) {
        admit(storm_signal(id));
    }
    EXPECT_THAT(look(kNow, {1, 9, 1}).pictures, IsEmpty()) << "a message waits";
    EXPECT_EQ(outbox_->in_flight("chat"), 1U);
    EXPECT_THAT(look(kNow, {1, 9, 1}).pictures, IsEmpty()) << "the other one takes it";
    EXPECT_EQ(look(kNow, {1, 9, 1}).pictures.size(), 1U);
}

TEST_F(Pictures, one_that_is_too_late_is_recorded_as_expired) {
    tell();
    ASSERT_EQ(look().pictures.size(), 1U);
    const std::int64_t late_ns = kNow + 901 * kSecond;
    EXPECT_THAT(look(late_ns).deliveries, IsEmpty());
    EXPECT_EQ(picture().state, "expired");
    EXPECT_EQ(picture().reason, "past its use-by before a first try");
    outbox_->drawn(kPicture, std::make_shared<const std::string>("PNG"), late_ns);
    EXPECT_THAT(look(late_ns).deliveries, IsEmpty());
}

TEST_F(Pictures, one_that_cannot_be_drawn_or_added_any_more_ends_with_the_reason) {
    tell();
    ASSERT_EQ(look().pictures.size(), 1U);
    outbox_->not_ordered(kPicture);
    ASSERT_EQ(look().pictures.size(), 1U) << "ordered again";
    outbox_->drawn(kPicture, Status::invalid("no ink"), kNow);
    EXPECT_EQ(picture().state, "refused");
    EXPECT_EQ(picture().reason, "it was not drawn: no ink");
    admit(story("sig-2"));
    deliver_all("chat");
    options_.picture_channels.clear();
    restart();
    EXPECT_THAT(look().pictures, IsEmpty());
    EXPECT_THAT(row("sig-2", "sig-2/chat/pic").reason, HasSubstr("adds no pictures any more"));
}

TEST_F(Pictures, after_a_crash_the_picture_goes_and_not_the_message) {
    tell();
    ASSERT_THAT(keys(drawn()), ElementsAre(kPicture)) << "in flight when it crashes";
    restart();
    EXPECT_THAT(keys(drawn()), ElementsAre(kPicture));
    EXPECT_EQ(row(kTold, kMessage).state, "delivered");
    restart();
    settle_picture(DeliveryResult::Delivered);
    follow(grown(3), kNow + 20 * kSecond);
    ASSERT_THAT(keys(drawn(kNow + 20 * kSecond)), ElementsAre("sig-1/chat/u1/pic"));
    restart();
    EXPECT_THAT(keys(drawn(kNow + 20 * kSecond)), ElementsAre("sig-1/chat/u1/pic"));
}

TEST_F(Pictures, a_channel_that_is_stopped_for_a_picture_diverts_none) {
    options_.traits["chat"].fallback = "mail";
    restart();
    admit(story("sig-2"));
    tell();
    const auto pictures = drawn();
    ASSERT_EQ(pictures.size(), 2U);
    settle(pictures[0], DeliveryResult::Broken);
    outbox_->put_back(pictures[1].row);
    EXPECT_EQ(row(pictures[0].row.signal_id, pictures[0].row.key).state, "refused");
    EXPECT_THAT(look().deliveries, IsEmpty());
    EXPECT_THAT(row(pictures[1].row.signal_id, pictures[1].row.key).reason,
                HasSubstr("refuses this channel"));
}

TEST_F(Pictures, gaps_and_dead_letters_tell_of_messages_alone) {
    tell();
    settle_picture(DeliveryResult::Refused, "");
    deliver_all("mail");
    TrackedQuery query;
    query.which = TrackedQuery::Which::Undelivered;
    EXPECT_THAT(*store_->tracked(query), IsEmpty()) << "the story was told";
    query.which = TrackedQuery::Which::Dead;
    EXPECT_THAT(*store_->tracked(query), IsEmpty());
    ResendWish wish;
    wish.limit = 10;
    EXPECT_THAT(*store_->send_again(wish), IsEmpty());
    query.which = TrackedQuery::Which::All;
    EXPECT_EQ(store_->tracked(query)->size(), 3U) << "and the list has it";
}

}  // namespace
}  // namespace petrel::core
