// Stories that go on: updates, ends, and what becomes of them when the first was not shown.
#include "core/outbox/stories_support.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::int64_t kEvery = 15 * kSecond;

TEST(UpdateTime, updates_follow_strength_and_growth_and_keep_their_distance) {
    const UpdateRule rule;
    const StoryFigures told{1, 1e6, kNow};
    const ChannelTraits edits = able(PETREL_CAN_EDIT);
    const ChannelTraits plain;
    const auto time = [&](const ChannelTraits& traits, int strength, double usd,
                          std::int64_t after_s) {
        return update_time(traits, rule, told, {strength, usd, kNow + after_s * kSecond});
    };
    EXPECT_EQ(time(edits, 1, 1.249e6, 60), std::nullopt);
    EXPECT_EQ(time(edits, 1, 1.25e6, 60), kNow + 60 * kSecond);
    EXPECT_EQ(time(edits, 1, 1.25e6, 1), kNow + kEvery) << "later, not never";
    EXPECT_EQ(time(plain, 1, 9e6, 60), std::nullopt) << "it would be one more message";
    EXPECT_EQ(time(plain, 2, 1e6, 60), kNow + 60 * kSecond);
    EXPECT_EQ(time(edits, 0, 1e6, 60), std::nullopt) << "weaker is no news";
    ChannelTraits silent = edits;
    silent.updates = UpdateMode::None;
    EXPECT_EQ(time(silent, 3, 9e6, 60), std::nullopt);
    ChannelTraits all;
    all.updates = UpdateMode::All;
    EXPECT_TRUE(time(all, 1, 2e6, 60).has_value());
    ChannelTraits rise = edits;
    rise.updates = UpdateMode::Rise;
    EXPECT_EQ(time(rise, 1, 9e6, 60), std::nullopt);
    EXPECT_FALSE(rise.follows());
    EXPECT_EQ(update_time(edits, rule, {}, {}), std::nullopt) << "nothing does not grow";
}

TEST_F(Stories, an_update_names_the_first_message_and_has_a_key_of_its_own) {
    admit();
    deliver_all("chat");
    deliver_all("mail");
    follow(story(1.1e6), kNow + 60 * kSecond);
    EXPECT_THAT(take("chat", {}, kNow + 60 * kSecond), IsEmpty()) << "too little to tell";
    follow(story(2e6), kNow + 61 * kSecond);
    const auto updates = take("chat", {}, kNow + 61 * kSecond);
    ASSERT_THAT(keys(updates), ElementsAre("sig-1/chat/u1"));
    EXPECT_EQ(updates[0].row.phase, "update");
    EXPECT_EQ(updates[0].row.signal_id, kStory);
    EXPECT_EQ(updates[0].alert.id, "sig-1/u1");
    EXPECT_EQ(updates[0].first_provider_id, "m-sig-1/chat");
    EXPECT_THAT(updates[0].alert.headline, HasSubstr("$2.00M")) << updates[0].alert.headline;
    EXPECT_THAT(take("mail", {}, kNow + 61 * kSecond), IsEmpty());
    EXPECT_EQ(store_->signals({})->front().notional_usd, 2e6) << "and it is written";
}

TEST_F(Stories, a_channel_that_shows_no_life_hears_of_strength_alone) {
    admit();
    deliver_all("mail");
    follow(story(9e6), kNow + 60 * kSecond);
    EXPECT_THAT(take("mail", {}, kNow + 60 * kSecond), IsEmpty());
    follow(story(9e6, "strong"), kNow + 61 * kSecond);
    const auto updates = take("mail", {}, kNow + 61 * kSecond);
    ASSERT_EQ(updates.size(), 1U);
    EXPECT_THAT(updates[0].alert.headline, StartsWith("update · "));
    EXPECT_TRUE(outbox_->follow(ended(), kNow + 70 * kSecond).ok());
    EXPECT_EQ(row(kStory, "sig-1/mail/end").key, "") << "no end";
}

// It has no course in time: told once, and an end closes an incident where one is open.
TEST_F(Stories, a_single_event_has_no_end_but_for_what_it_opened) {
    options_.channels.push_back("hook");
    options_.traits["mail"] = able(PETREL_CAN_RESOLVE);
    options_.traits["hook"].updates = UpdateMode::All;
    restart();
    Signal single = single_signal("WHALE_TRADE", "buy");
    admit(single);
    deliver_all("chat");
    deliver_all("mail");
    deliver_all("hook");
    single.state = SignalState::Expired;
    follow(single, kNow + 7'200 * kSecond);
    EXPECT_EQ(row(single.id, single.id + "/chat/end").key, "");
    EXPECT_EQ(row(single.id, single.id + "/mail/end").phase, "end");
    EXPECT_EQ(row(single.id, single.id + "/hook/end").phase, "end") << "it was to be told all";
    EXPECT_EQ(store_->signals({})->front().state, "expired");
}

TEST_F(Stories, a_single_event_that_is_cancelled_says_why) {
    Signal single = single_signal("WHALE_TRADE", "buy");
    admit(single);
    deliver_all("chat");
    single.state = SignalState::Cancelled;
    single.cancel_reason = "too many are open";
    follow(single, kNow + 60 * kSecond);
    EXPECT_EQ(row(single.id, single.id + "/chat/end").phase, "end");
}

TEST_F(Stories, how_long_petrel_took_is_kept_from_the_admission_on) {
    Signal signal = story();
    EXPECT_TRUE(signal.cause.evidence.empty());
    admit(signal);
    EXPECT_EQ(store_->signals({})->front().processing_ns, std::nullopt);
    signal = story(1e6, "moderate", "sig-2");
    signal.cause.evidence.resize(2);
    signal.cause.evidence_venues.resize(2);
    signal.cause.evidence[0].receive_ts_ns = kNow - 40'000'000;
    signal.cause.evidence[1].receive_ts_ns = kNow - kSecond;
    admit(signal);
    EXPECT_EQ(store_->find("sig-2")->front().processing_ns, 40'000'000);
    signal.cause.evidence[0].receive_ts_ns = kNow + kSecond;
    follow(signal, kNow + 60 * kSecond);
    EXPECT_EQ(store_->find("sig-2")->front().processing_ns, 40'000'000);
    signal.id = "sig-3";
    admit(signal);
    EXPECT_EQ(store_->find("sig-3")->front().processing_ns, std::nullopt) << "the clock went back";
}

TEST_F(Stories, nothing_overtakes_the_first_message_and_the_newest_update_is_told) {
    admit();
    const auto first = take("chat");
    ASSERT_EQ(first.size(), 1U);
    follow(story(2e6), kNow + 20 * kSecond);
    follow(story(4e6), kNow + 21 * kSecond);
    EXPECT_THAT(take("chat", {}, kNow + 40 * kSecond), IsEmpty()) << "the first is on its way";
    settle(first[0], DeliveryResult::Delivered, "m-1");
    const auto updates = take("chat", {}, kNow + 40 * kSecond);
    ASSERT_THAT(keys(updates), ElementsAre("sig-1/chat/u2"));
    EXPECT_EQ(updates[0].first_provider_id, "m-1");
    const NotificationRow older = row(kStory, "sig-1/chat/u1");
    EXPECT_EQ(older.state, "replaced");
    EXPECT_EQ(older.reason, "replaced by a newer update");
    EXPECT_GT(older.finished_ns, 0);
}

TEST_F(Stories, updates_keep_their_distance_however_fast_the_figures_move) {
    admit();
    deliver_all("chat");
    double usd = 1e6;
    int sent = 0;
    for (int second = 1; second <= 60; ++second) {
        const std::int64_t now_ns = kNow + second * kSecond;
        follow(story(usd *= 1.3), now_ns);
        for (const Delivery& update : take("chat", {}, now_ns)) {
            settle(update, DeliveryResult::Delivered, "m-1", now_ns);
            ++sent;
        }
    }
    EXPECT_EQ(sent, 4) << "one in fifteen seconds";
}

TEST_F(Stories, an_update_in_flight_that_fails_gives_way_to_a_newer_one) {
    admit();
    deliver_all("chat");
    follow(story(2e6), kNow + 20 * kSecond);
    const auto first = take("chat", {}, kNow + 20 * kSecond);
    ASSERT_EQ(first.size(), 1U);
    follow(story(4e6), kNow + 40 * kSecond);
    EXPECT_EQ(row(kStory, "sig-1/chat/u1").state, "pending") << "it is being sent";
    EXPECT_THAT(take("chat", {}, kNow + 41 * kSecond), IsEmpty());
    settle(first[0], DeliveryResult::Retry, "", kNow + 42 * kSecond);
    EXPECT_EQ(row(kStory, "sig-1/chat/u1").state, "replaced");
    EXPECT_THAT(keys(take("chat", {}, kNow + 42 * kSecond)), ElementsAre("sig-1/chat/u2"));
}

TEST_F(Stories, where_the_first_message_failed_only_a_stronger_story_is_told_anew) {
    admit();
    const auto first = take("chat");
    settle(first[0], DeliveryResult::Refused);
    follow(story(2e6), kNow + 20 * kSecond);
    EXPECT_THAT(take("chat", {}, kNow + 20 * kSecond), IsEmpty());
    EXPECT_EQ(row(kStory, "sig-1/chat/u1").state, "held");
    EXPECT_EQ(row(kStory, "sig-1/chat/u1").reason, "its first message was refused: as told");
    follow(story(2e6, "extreme"), kNow + 60 * kSecond);
    const auto anew = take("chat", {}, kNow + 60 * kSecond);
    ASSERT_THAT(keys(anew), ElementsAre("sig-1/chat/u2"));
    EXPECT_EQ(anew[0].first_provider_id, "") << "there is nothing to edit";
    settle(anew[0], DeliveryResult::Delivered, "m-2");
    follow(ended(), kNow + 70 * kSecond);
    const auto end = take("chat", {}, kNow + 70 * kSecond);
    ASSERT_EQ(end.size(), 1U);
    EXPECT_EQ(end[0].first_provider_id, "m-2") << "the message that is there";
}

TEST_F(Stories, there_is_no_end_of_what_was_never_told) {
    admit();
    settle(take("chat")[0], DeliveryResult::Refused);
    follow(ended(), kNow + 70 * kSecond);
    EXPECT_THAT(take("chat", {}, kNow + 70 * kSecond), IsEmpty());
    EXPECT_EQ(row(kStory, "sig-1/chat/end").state, "held");
}

TEST_F(Stories, an_end_replaces_what_still_waits_and_says_how_it_ended) {
    admit();
    deliver_all("chat");
    follow(story(2e6), kNow + 1 * kSecond);  // waits for its distance
    follow(ended(), kNow + 2 * kSecond);
    const auto end = take("chat", {}, kNow + 2 * kSecond);
    ASSERT_THAT(keys(end), ElementsAre("sig-1/chat/end"));
    EXPECT_EQ(row(kStory, "sig-1/chat/u1").reason, "replaced by the end of the story");
    EXPECT_EQ(end[0].row.phase, "end");
    EXPECT_EQ(end[0].alert.id, "sig-1/end");
    EXPECT_EQ(end[0].first_provider_id, "m-sig-1/chat");
    EXPECT_TRUE(end[0].alert.silent);
    EXPECT_THAT(end[0].alert.headline, StartsWith("ended · "));
    EXPECT_THAT(end[0].alert.fields, ::testing::Contains(::testing::Pair("Peak", "$3.00M")));
    EXPECT_EQ(store_->signals({})->front().state, "expired");
    follow(ended(), kNow + 3 * kSecond);
    EXPECT_THAT(take("chat", {}, kNow + 3 * kSecond), IsEmpty()) << "an end is an end";
}

TEST_F(Stories, a_cancelled_story_ends_with_its_reason) {
    admit();
    deliver_all("chat");
    follow(ended(SignalState::Cancelled), kNow + 2 * kSecond);
    const auto end = take("chat", {}, kNow + 2 * kSecond);
    ASSERT_EQ(end.size(), 1U);
    EXPECT_THAT(end[0].alert.headline, StartsWith("cancelled · "));
    EXPECT_THAT(end[0].alert.fields,
                ::testing::Contains(::testing::Pair("Cancelled", "too many are open")));
    EXPECT_EQ(store_->signals({})->front().cancel_reason, "too many are open");
}

TEST_F(Stories, after_a_restart_a_story_goes_on_where_it_was) {
    admit();
    deliver_all("chat");
    follow(story(2e6), kNow + 20 * kSecond);
    ASSERT_EQ(take("chat", {}, kNow + 20 * kSecond).size(), 1U);
    restart();
    const auto again = take("chat", {}, kNow + 21 * kSecond);
    ASSERT_THAT(keys(again), ElementsAre("sig-1/chat/u1")) << "the same key";
    EXPECT_EQ(again[0].first_provider_id, "m-sig-1/chat");
    settle(again[0], DeliveryResult::Delivered, "m-sig-1/chat");
    restart();
    follow(story(2.1e6), kNow + 60 * kSecond);
    EXPECT_THAT(take("chat", {}, kNow + 60 * kSecond), IsEmpty()) << "as it was told before";
    follow(story(4e6), kNow + 61 * kSecond);
    EXPECT_THAT(keys(take("chat", {}, kNow + 61 * kSecond)), ElementsAre("sig-1/chat/u2"));
}

TEST_F(Stories, a_story_that_becomes_stronger_reaches_whom_it_now_concerns) {
    RoutingConfig routing;
    RouteConfig grave;
    grave.name = "grave";
    grave.match.severity_min = PETREL_SEVERITY_CRITICAL;
    grave.channels = {"chat", "mail"};
    routing.root.channels = {"chat"};
    routing.root.routes = {grave};
    options_.router = std::make_shared<Router>(*Router::make(routing, options_.channels));
    restart();
    admit();
    deliver_all("chat");
    EXPECT_THAT(take("mail"), IsEmpty());
    follow(story(2e6, "extreme"), kNow + 20 * kSecond);
    const auto news = take("mail", {}, kNow + 20 * kSecond);
    ASSERT_THAT(keys(news), ElementsAre("sig-1/mail"));
    EXPECT_EQ(news[0].row.phase, "new") << "it is the first that mail hears of it";
}

TEST_F(Stories, what_routing_held_back_has_no_updates) {
    RoutingConfig routing;
    RouteConfig loud;
    loud.name = "loud";
    loud.channels = {"chat"};
    loud.throttle = {.max = 1, .per_ms = 600'000};
    routing.root.routes = {loud};
    options_.router = std::make_shared<Router>(*Router::make(routing, options_.channels));
    restart();
    admit(story(1e6, "moderate", "sig-0"));
    admit();
    follow(story(4e6), kNow + 20 * kSecond);
    follow(ended(), kNow + 21 * kSecond);
    EXPECT_EQ(store_->notifications(kStory)->size(), 1U);
    follow(story(4e6, "moderate", "sig-0"), kNow + 20 * kSecond);
    deliver_all("chat", kNow + 30 * kSecond);
    EXPECT_THAT(keys(take("chat", {}, kNow + 30 * kSecond)), ElementsAre("sig-0/chat/u1"))
        << "a throttle counts stories, not their updates";
}

}  // namespace
}  // namespace petrel::core
