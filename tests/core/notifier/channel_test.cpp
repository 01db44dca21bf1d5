// What a channel tells its plugin about an attempt.
#include "notifier/channel.hpp"

#include <gmock/gmock.h>

#include <new>

#include "core/notifier/channel_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

using petrel::testing::eventually;

Delivery delivery_that_waited(std::int64_t waited_ns, int attempts) {
    const std::int64_t now_ns = wall_now_ns();
    Delivery delivery;
    delivery.row.key = "sig-1/a";
    delivery.row.signal_id = "sig-1";
    delivery.row.channel = "a";
    delivery.row.attempts = attempts;
    delivery.row.created_ns = now_ns - waited_ns;
    delivery.row.use_by_ns = now_ns + 900 * kNsPerSecond;
    delivery.alert.id = "sig-1";
    return delivery;
}

TEST(Channel, plugin_learns_story_attempt_time_lateness_and_silence) {
    Recorder recorder;
    const std::int64_t began_ns = wall_now_ns();
    {
        Channel* recorded = nullptr;
        Channel channel(recorder.handle("a"), [&](DeliveryOutcome) { recorded->recorded(); });
        recorded = &channel;
        ASSERT_TRUE(channel.send(delivery_that_waited(5 * kNsPerSecond, 0)));
        Delivery late = delivery_that_waited(120 * kNsPerSecond, 2);
        late.alert.silent = true;
        ASSERT_TRUE(channel.send(late));
        ASSERT_TRUE(eventually([&] { return recorder.attempts().size() == 2; }));
    }
    const auto attempts = recorder.attempts();
    for (const Recorder::Attempt& attempt : attempts) {
        EXPECT_EQ(attempt.story_id, "sig-1");
        EXPECT_EQ(attempt.phase, PETREL_ALERT_NEW);
        EXPECT_GE(attempt.sent_at_ns, began_ns);
        EXPECT_LE(attempt.sent_at_ns, wall_now_ns());
    }
    EXPECT_FALSE(attempts[0].silent);
    EXPECT_TRUE(attempts[1].silent);
    EXPECT_EQ(attempts[0].attempt, 1U);
    EXPECT_EQ(attempts[0].late_ms, 0U);
    EXPECT_EQ(attempts[1].attempt, 3U);
    EXPECT_GE(attempts[1].late_ms, 120'000U);
    EXPECT_LT(attempts[1].late_ms, 180'000U);
}

Delivery delivery_with_series(std::size_t points) {
    Delivery delivery = delivery_that_waited(0, 0);
    delivery.alert.headline = "storm";
    delivery.alert.picture = "what it shows";
    delivery.alert.series.step_ns = kNsPerSecond;
    delivery.alert.series.points.assign(points, {100, 5, 0});
    return delivery;
}

// What became of one delivery of a channel with such cards.
DeliveryOutcome outcome_of(Recorder& recorder, const Delivery& delivery, ChannelCards cards) {
    Mailbox<DeliveryOutcome> outcomes(1);
    Channel channel(
        recorder.handle("a"),
        [&](DeliveryOutcome outcome) { outcomes.try_push(std::move(outcome)); }, cards);
    EXPECT_TRUE(channel.send(delivery));
    return outcomes.pop(30'000).value_or(DeliveryOutcome{});
}

TEST(Channel, alert_goes_with_its_picture_where_the_channel_takes_one) {
    CardPainter painter;
    Recorder recorder;
    recorder.take_images();
    const DeliveryOutcome outcome =
        outcome_of(recorder, delivery_with_series(60), {&painter, 2'000});
    EXPECT_EQ(outcome.result, DeliveryResult::Delivered);
    EXPECT_EQ(outcome.reason, "");
    ASSERT_EQ(recorder.images().size(), 1U);
    EXPECT_TRUE(recorder.images()[0].starts_with("\x89PNG"));
    Recorder plain;
    outcome_of(plain, delivery_with_series(60), {&painter, 2'000});
    EXPECT_EQ(plain.images(), std::vector<std::string>{""});
    EXPECT_EQ(painter.figures().drawn, 1U);
}

// Where it can be added the painter is not even asked: a message waits for nothing.
TEST(Channel, words_go_at_once_where_their_picture_can_be_added) {
    CardPainter painter;
    Recorder recorder;
    recorder.able(PETREL_CAN_IMAGE | PETREL_CAN_ADD_IMAGE);
    Delivery late = delivery_with_series(60);
    late.row.created_ns -= 120 * kNsPerSecond;
    const DeliveryOutcome message = outcome_of(recorder, late, {&painter, 2'000});
    EXPECT_EQ(message.result, DeliveryResult::Delivered);
    EXPECT_GE(message.late_ms, 120'000U);
    EXPECT_EQ(painter.figures().drawn, 0U);
    Delivery picture = late;
    picture.alert.phase = PETREL_ALERT_IMAGE;
    picture.alert.provider_id = "m-1";
    picture.alert.late_ms = 7;
    picture.picture = std::make_shared<const std::string>("PNG");
    outcome_of(recorder, picture, {&painter, 2'000});
    EXPECT_EQ(recorder.images(), (std::vector<std::string>{"", "PNG"}));
    EXPECT_EQ(recorder.attempts()[1].phase, PETREL_ALERT_IMAGE);
    EXPECT_EQ(recorder.attempts()[1].provider_id, "m-1");
    EXPECT_EQ(recorder.attempts()[1].late_ms, 7U) << "as late as its message was";
}

// A message may wait behind it.
TEST(Channel, a_picture_that_hangs_is_given_up_before_a_message_would_be) {
    const SilentProvider provider;
    Poster poster(provider.url());
    Delivery picture = delivery_with_series(60);
    picture.alert.phase = PETREL_ALERT_IMAGE;
    picture.picture = std::make_shared<const std::string>("PNG");
    Mailbox<DeliveryOutcome> outcomes(1);
    Channel channel(poster.handle("a"),
                    [&](DeliveryOutcome outcome) { outcomes.try_push(std::move(outcome)); });
    ASSERT_TRUE(channel.send(picture));
    const auto outcome = outcomes.pop(30'000);
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->result, DeliveryResult::Retry);
    EXPECT_THAT(outcome->reason, ::testing::HasSubstr("3000 ms"));
}

TEST(Channel, words_go_without_a_picture_that_cannot_be_drawn_and_say_why) {
    CardPainter painter;
    Recorder recorder;
    recorder.take_images();
    const DeliveryOutcome outcome =
        outcome_of(recorder, delivery_with_series(1), {&painter, 2'000});
    EXPECT_EQ(outcome.result, DeliveryResult::Delivered);
    EXPECT_EQ(outcome.reason, "without its picture: the card has no series of 2 to 120 points");
    EXPECT_EQ(recorder.images(), std::vector<std::string>{""});
    EXPECT_EQ(painter.figures().failed, 1U);
}

// Were it otherwise, a crash would repeat all that the provider had taken and nobody had recorded.
TEST(Channel, the_next_message_goes_out_when_the_one_before_is_on_record) {
    constexpr std::size_t count = 50;
    Recorder recorder;
    Mailbox<DeliveryOutcome> outcomes(count);
    Channel channel(recorder.handle("a"),
                    [&](DeliveryOutcome outcome) { outcomes.try_push(std::move(outcome)); });
    for (std::size_t i = 0; i < count; ++i) {
        ASSERT_TRUE(channel.send(delivery_that_waited(0, 0)));
    }
    for (std::size_t i = 0; i < count; ++i) {
        ASSERT_TRUE(outcomes.pop(30'000).has_value());
        EXPECT_EQ(recorder.ids().size(), i + 1);
        channel.recorded();
    }
}

// How many requests a channel has begun when so many have come to a provider that answers none. It
// connects when it begins no more.
std::size_t begun_when(std::size_t connected, std::uint32_t abilities, double per_second) {
    constexpr std::size_t sent = 40;
    const SilentProvider provider;
    Poster poster(provider.url());
    poster.able(abilities);
    poster.limit_per_second(per_second);
    Mailbox<DeliveryOutcome> given_up(sent);
    {
        Channel channel(poster.handle("web"),
                        [&](DeliveryOutcome outcome) { given_up.try_push(std::move(outcome)); });
        for (std::size_t i = 0; i < sent; ++i) {
            EXPECT_TRUE(channel.send(delivery_that_waited(0, 0)));
        }
        for (std::size_t i = 0; i < connected; ++i) {
            EXPECT_TRUE(provider.connected());
        }
    }
    return given_up.size();
}

TEST(Channel, several_are_under_way_only_where_keys_are_honoured_and_many_are_wanted) {
    EXPECT_EQ(begun_when(16, PETREL_HONOURS_KEY, 0), 16U);
    EXPECT_EQ(begun_when(1, PETREL_HONOURS_KEY, 100), 1U);
    EXPECT_EQ(begun_when(1, 0, 0), 1U);
}

class Starving final : public HttpNotifier {
public:
    Starving() = default;
    Starving(const Host&, const Config&) {}
    Result<NotifierRequest> build(const Alert&) override { throw std::bad_alloc(); }
    Outcome read_reply(const NotifierReply&) override { return {}; }
    NotifierHandle handle() {
        return {"a", static_cast<const petrel_notifier*>(table<Starving>()), this};
    }
};

TEST(Channel, a_plugin_without_memory_is_asked_again) {
    Starving starving;
    Mailbox<DeliveryOutcome> outcomes(1);
    Channel channel(starving.handle(),
                    [&](DeliveryOutcome outcome) { outcomes.try_push(std::move(outcome)); });
    ASSERT_TRUE(channel.send(delivery_that_waited(0, 0)));
    const auto outcome = outcomes.pop(30'000);
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->result, DeliveryResult::Retry) << outcome->reason;
}

TEST(Channel, what_a_plugin_says_of_a_failure_is_kept_without_secrets) {
    Recorder recorder;
    recorder.answer([](const std::string&) {
        Outcome outcome;
        outcome.result = PETREL_REFUSED;
        outcome.reason = "POST /bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx/sendMessage: 400";
        return outcome;
    });
    const DeliveryOutcome outcome = outcome_of(recorder, delivery_that_waited(0, 0), {});
    EXPECT_EQ(outcome.result, DeliveryResult::Refused);
    EXPECT_EQ(outcome.reason, "POST /bot[hidden: bot token]/sendMessage: 400");
}

}  // namespace
}  // namespace petrel::core
