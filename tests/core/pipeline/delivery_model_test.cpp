// Signals on their way to channels with limits, against times worked out by hand.
#include "replay/delivery_model.hpp"

#include <gtest/gtest.h>

namespace petrel::core {
namespace {

constexpr std::int64_t kBeginNs = 1'794'000'000 * kNsPerSecond;

Signal signal_at(const std::string& id, double at_s, const std::string& strength = "moderate") {
    Signal signal;
    signal.id = id;
    signal.type = "LIQ_STORM";
    signal.symbol = "BTC-USDT-PERP";
    signal.cause.type = signal.type;
    signal.cause.side = "long";
    signal.cause.window_ms = 30'000;
    signal.score.strength = strength;
    signal.ts_ns = kBeginNs + static_cast<std::int64_t>(at_s * 1e9);
    return signal;
}

DeliveryModel model_of(RateLimits limits, RoutingConfig routing = {},
                       std::int64_t use_by_ns = 900 * kNsPerSecond) {
    Result<DeliveryModel> made =
        DeliveryModel::make({std::move(routing), {{"phone", limits}}, use_by_ns, {}});
    EXPECT_TRUE(made.ok());
    return std::move(made).value();
}

ModelDelivery fate_of(const DeliveryModel& model, const std::string& id) {
    return model.by_signal().at(id).at("phone");
}

std::uint64_t count(const DeliveryModel& model, DeliveryFate fate) {
    return model.tallies().front().count(fate);
}

TEST(DeliveryModel, without_limits_everything_goes_at_once) {
    DeliveryModel model = model_of({});
    for (int i = 0; i < 50; ++i) {
        model.on_signal(SignalChange::Admitted, signal_at("s" + std::to_string(i), 0));
    }
    EXPECT_EQ(count(model, DeliveryFate::Sent), 50U);
    EXPECT_EQ(model.tallies().front().waited_ns_max, 0);
}

TEST(DeliveryModel, what_the_budget_holds_goes_alone_and_the_most_urgent_first) {
    // One at once, then one every two seconds: 10 s hold five.
    DeliveryModel model = model_of({0.5, 0, 1});
    model.on_signal(SignalChange::Admitted, signal_at("first", 0));
    model.on_signal(SignalChange::Admitted, signal_at("small", 0.5));
    model.on_signal(SignalChange::Admitted, signal_at("large", 1, "extreme"));
    model.finish();
    EXPECT_EQ(fate_of(model, "first").waited_ns, 0);
    EXPECT_NEAR(static_cast<double>(fate_of(model, "large").waited_ns) / 1e9, 1.0, 1e-6);
    EXPECT_NEAR(static_cast<double>(fate_of(model, "small").waited_ns) / 1e9, 3.5, 1e-6);
    EXPECT_EQ(count(model, DeliveryFate::Sent), 3U);
}

// Twelve in a minute, and one signal a second: the thirteenth and those after it wait for the first
// of the twelve to be a minute old. From then on there is room for eleven within ten seconds.
DeliveryModel after_a_signal_a_second(int count, bool takes_digests = true) {
    DeliveryModel model =
        std::move(DeliveryModel::make(
                      {{}, {{"phone", {0, 12, 1}, takes_digests}}, 900 * kNsPerSecond, {}}))
            .value();
    for (int i = 0; i < count; ++i) {
        model.on_signal(SignalChange::Admitted, signal_at("s" + std::to_string(i), i));
    }
    model.finish();
    return model;
}

TEST(DeliveryModel, a_short_budget_makes_a_digest_of_what_waits) {
    const DeliveryModel model = after_a_signal_a_second(30);
    EXPECT_EQ(fate_of(model, "s11").fate, DeliveryFate::Sent);
    EXPECT_EQ(fate_of(model, "s12").fate, DeliveryFate::Digested);
    EXPECT_NEAR(static_cast<double>(fate_of(model, "s12").waited_ns) / 1e9, 48.0, 1e-6);
    EXPECT_NEAR(static_cast<double>(fate_of(model, "s29").waited_ns) / 1e9, 31.0, 1e-6);
    EXPECT_EQ(count(model, DeliveryFate::Sent), 12U);
    EXPECT_EQ(count(model, DeliveryFate::Digested), 18U);
    EXPECT_EQ(model.tallies().front().digests, 1U);
}

TEST(DeliveryModel, what_the_next_seconds_hold_goes_alone_as_in_the_outbox) {
    const DeliveryModel model = after_a_signal_a_second(17);
    EXPECT_EQ(model.tallies().front().digests, 0U) << "the plan counts what becomes free by then";
    EXPECT_NEAR(static_cast<double>(fate_of(model, "s12").waited_ns) / 1e9, 48.0, 1e-6);
    EXPECT_NEAR(static_cast<double>(fate_of(model, "s16").waited_ns) / 1e9, 48.0, 1e-6);
    EXPECT_EQ(count(model, DeliveryFate::Late), 5U);
}

TEST(DeliveryModel, a_channel_that_takes_no_digests_gets_each_alone) {
    const DeliveryModel model = after_a_signal_a_second(30, false);
    EXPECT_EQ(model.tallies().front().digests, 0U);
    EXPECT_EQ(count(model, DeliveryFate::Sent) + count(model, DeliveryFate::Late), 30U);
}

TEST(DeliveryModel, beyond_half_a_minute_it_is_late_and_beyond_its_use_by_not_sent) {
    // One a minute. The second goes 59 s after it came; the third would go at 120 s, 118 s after it
    // came, and 100 s are the most.
    DeliveryModel model = model_of({0, 1, 1}, {}, 100 * kNsPerSecond);
    for (const int at_s : {0, 1, 2}) {
        model.on_signal(SignalChange::Admitted, signal_at("s" + std::to_string(at_s), at_s));
    }
    model.finish();
    EXPECT_EQ(fate_of(model, "s1").fate, DeliveryFate::Late);
    EXPECT_NEAR(static_cast<double>(fate_of(model, "s1").waited_ns) / 1e9, 59.0, 1e-6);
    EXPECT_EQ(fate_of(model, "s2").fate, DeliveryFate::Expired);
}

TEST(DeliveryModel, what_is_critical_does_not_wait_for_a_digest) {
    DeliveryModel model = model_of({0.1, 0, 1});  // ten seconds hold one
    model.on_signal(SignalChange::Admitted, signal_at("first", 0));
    for (int i = 0; i < 3; ++i) {
        model.on_signal(SignalChange::Admitted, signal_at("s" + std::to_string(i), 8));
    }
    model.on_signal(SignalChange::Admitted, signal_at("top", 9, "extreme"));
    model.finish();
    EXPECT_EQ(fate_of(model, "top").fate, DeliveryFate::Sent);
    EXPECT_NEAR(static_cast<double>(fate_of(model, "top").waited_ns) / 1e9, 1.0, 1e-6);
    EXPECT_EQ(count(model, DeliveryFate::Digested), 3U);
}

TEST(DeliveryModel, a_throttle_counts_in_event_time_and_the_rest_is_held_with_its_reason) {
    RoutingConfig routing;
    routing.root.name = "all";
    routing.root.throttle = {2, 60'000};
    DeliveryModel model = model_of({}, routing);
    for (const int at_s : {0, 10, 20, 61}) {
        model.on_signal(SignalChange::Admitted, signal_at("s" + std::to_string(at_s), at_s));
    }
    EXPECT_EQ(count(model, DeliveryFate::Sent), 3U);
    EXPECT_EQ(fate_of(model, "s20").fate, DeliveryFate::Held);
    EXPECT_EQ(model.tallies().front().held_for.at("throttled"), 1U);
}

TEST(DeliveryModel, an_inhibition_holds_while_its_source_is_active) {
    RoutingConfig routing;
    routing.inhibitions.push_back(
        {{.types = {"GLOBAL_RADAR"}}, {.types = {"LIQ_STORM"}}, {"symbol"}});
    DeliveryModel model = model_of({}, routing);
    Signal radar = signal_at("radar", 0);
    radar.type = "GLOBAL_RADAR";
    model.on_signal(SignalChange::Admitted, radar);
    model.on_signal(SignalChange::Admitted, signal_at("storm", 10));
    radar.ts_ns += 60 * kNsPerSecond;
    model.on_signal(SignalChange::Expired, radar);
    model.on_signal(SignalChange::Admitted, signal_at("later", 70));
    EXPECT_EQ(fate_of(model, "storm").fate, DeliveryFate::Held);
    EXPECT_EQ(model.tallies().front().held_for.at("inhibited"), 1U);
    EXPECT_EQ(fate_of(model, "later").fate, DeliveryFate::Sent);
}

TEST(DeliveryModel, a_mute_window_holds_by_the_hours_of_the_recording) {
    RoutingConfig routing;  // 1,794,000,000 is 2026-11-06 21:20:00 UTC
    routing.root.name = "all";
    routing.root.mute = {"evening"};
    routing.mute_windows.push_back({.name = "evening",
                                    .weekdays = {true, true, true, true, true, true, true},
                                    .from_min = 21 * 60,
                                    .to_min = 22 * 60});
    DeliveryModel model = model_of({}, routing);
    model.on_signal(SignalChange::Admitted, signal_at("evening", 60));
    model.on_signal(SignalChange::Admitted, signal_at("after", 3 * 3'600));
    EXPECT_EQ(fate_of(model, "evening").fate, DeliveryFate::Held);
    EXPECT_EQ(fate_of(model, "after").fate, DeliveryFate::Sent);
}

}  // namespace
}  // namespace petrel::core
