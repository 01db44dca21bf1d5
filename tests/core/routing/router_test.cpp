// Trees of routes, silences, inhibitions and throttles, by cases made by hand.
#include "routing/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "petrel/types.hpp"
#include "routing/alert_match.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Saturday 2026-11-21 12:00:00 UTC.
constexpr std::int64_t kNoonNs = 1'795'262'400 * kNsPerSecond;

AlertFacts storm() {
    return {.id = "sig-1",
            .type = "LIQ_STORM",
            .symbol = "BTC-USDT-PERP",
            .group = "MAJORS",
            .venue = "all",
            .side = "long",
            .pattern = "storm_only",
            .rule = "default@9c41e2",
            .severity = 2,
            .score = 0.8};
}

RouteConfig route(std::string name, AlertMatch match, std::vector<std::string> channels) {
    RouteConfig made;
    made.name = std::move(name);
    made.match = std::move(match);
    made.channels = std::move(channels);
    return made;
}

Router make(RoutingConfig config) {
    config.root.name = "root";
    Result<Router> router = Router::make(std::move(config), {"console", "pager", "chat"});
    EXPECT_TRUE(router.ok()) << router.status().message();
    return std::move(*router);
}

// "console", "-pager: reason", "chat silently": what an alert comes to, in short.
std::vector<std::string> words(const RoutingDecision& decision) {
    std::vector<std::string> list;
    for (const ChannelChoice& choice : decision.choices) {
        std::string text = (choice.send ? "" : "-") + choice.channel;
        text += choice.silent ? " silently" : "";
        list.push_back(text + (choice.reason.empty() ? "" : ": " + choice.reason));
    }
    return list;
}

std::vector<std::string> routed(Router& router, const AlertFacts& facts,
                                std::int64_t now_ns = kNoonNs) {
    const RoutingDecision decision = router.decide(facts, now_ns, {}, {});
    router.count(decision, now_ns);
    return words(decision);
}

TEST(Router, without_routes_every_channel_gets_every_alert) {
    Router router = make({});
    EXPECT_THAT(routed(router, storm()), ElementsAre("console", "pager", "chat"));
}

TEST(Router, first_route_that_matches_takes_it_and_the_next_only_when_it_goes_on) {
    RoutingConfig config;
    config.root.channels = {"console"};
    config.root.routes = {route("majors", {.groups = {"MAJORS"}}, {"pager"}),
                          route("storms", {.types = {"LIQ_*"}}, {"chat"})};
    Router one = make(config);
    EXPECT_THAT(routed(one, storm()), ElementsAre("pager"));
    config.root.routes[0].go_on = true;
    Router both = make(config);
    EXPECT_THAT(routed(both, storm()), ElementsAre("pager", "chat"));
    AlertFacts other = storm();
    other.group = "OTHERS";
    other.type = "WHALE_TRADE";
    EXPECT_THAT(routed(both, other), ElementsAre("console"));
}

TEST(Router, inner_route_takes_over_channels_that_it_does_not_name) {
    RoutingConfig config;
    config.root.routes = {route("majors", {.groups = {"MAJORS"}}, {"pager", "chat"})};
    config.root.routes[0].routes = {route("loud", {.severity_min = 3}, {}),
                                    route("small", {.sides = {"short"}}, {"console"})};
    Router router = make(config);
    AlertFacts critical = storm();
    critical.severity = 3;
    EXPECT_THAT(routed(router, critical), ElementsAre("pager", "chat"));
    AlertFacts shorts = storm();
    shorts.side = "short";
    EXPECT_THAT(routed(router, shorts), ElementsAre("console"));
    const RoutingDecision decision = router.decide(storm(), kNoonNs, {}, {});
    ASSERT_THAT(decision.notes, SizeIs(4));
    EXPECT_EQ(decision.notes[2].why_not, "severity is warning, below critical");
    EXPECT_EQ(decision.notes[3].why_not, "side is long, not short");
    EXPECT_EQ(decision.notes[3].depth, 2U);
}

TEST(Router, channel_of_two_routes_gets_an_alert_once_even_when_one_holds_it_back) {
    RoutingConfig config;
    config.mute_windows = {
        {.name = "always", .weekdays = {true, true, true, true, true, true, true}}};
    RouteConfig muted = route("muted", {}, {"pager"});
    muted.mute = {"always"};
    muted.go_on = true;
    config.root.routes = {muted, route("open", {}, {"pager", "chat"})};
    Router router = make(config);
    EXPECT_THAT(routed(router, storm()), ElementsAre("pager", "chat"));
}

TEST(Router, muted_route_keeps_the_alert_with_the_reason_and_lets_the_severe_through) {
    RoutingConfig config;
    config.mute_windows = {{.name = "weekend",
                            .time_zone = "Europe/Berlin",
                            .weekdays = {false, false, false, false, false, true, true},
                            .up_to_severity = 2}};
    config.root.mute = {"weekend"};
    config.root.channels = {"pager"};
    Router router = make(config);
    EXPECT_THAT(routed(router, storm()),
                ElementsAre("-pager: muted by weekend until 00:00 Europe/Berlin"));
    AlertFacts critical = storm();
    critical.severity = 3;
    EXPECT_THAT(routed(router, critical), ElementsAre("pager"));
    EXPECT_THAT(routed(router, storm(), kNoonNs + 2 * 86'400 * kNsPerSecond), ElementsAre("pager"));
}

TEST(Router, quiet_hours_deliver_without_a_sound) {
    RoutingConfig config;
    config.mute_windows = {
        {.name = "quiet", .weekdays = {true, true, true, true, true, true, true}, .silent = true}};
    config.root.mute = {"quiet"};
    config.root.channels = {"chat"};
    Router router = make(config);
    EXPECT_THAT(routed(router, storm()), ElementsAre("chat silently"));
}

TEST(Router, throttle_counts_alerts_of_the_same_key_within_its_time) {
    RoutingConfig config;
    config.root.channels = {"pager", "chat"};
    config.root.throttle = {.max = 2, .per_ms = 60'000};
    config.root.by = {"coin"};
    Router router = make(config);
    const auto at = [](std::int64_t s) { return kNoonNs + s * kNsPerSecond; };
    EXPECT_THAT(routed(router, storm(), at(0)), ElementsAre("pager", "chat"));
    AlertFacts inverse = storm();
    inverse.symbol = "BTC-USD-PERP";
    EXPECT_THAT(routed(router, inverse, at(10)), ElementsAre("pager", "chat"));
    EXPECT_THAT(routed(router, storm(), at(20)),
                ElementsAre(HasSubstr("-pager: throttled: 2 in the last 60 s, the most of route "
                                      "root is 2"),
                            HasSubstr("-chat: throttled")));
    AlertFacts eth = storm();
    eth.symbol = "ETH-USDT-PERP";
    EXPECT_THAT(routed(router, eth, at(20)), ElementsAre("pager", "chat"));
    EXPECT_THAT(routed(router, storm(), at(60)), ElementsAre("pager", "chat"))
        << "the first is a minute old, what was held back did not count";
}

TEST(Router, deciding_counts_nothing) {
    RoutingConfig config;
    config.root.throttle = {.max = 1, .per_ms = 60'000};
    config.root.channels = {"chat"};
    Router router = make(config);
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(words(router.decide(storm(), kNoonNs, {}, {})), ElementsAre("chat"));
    }
}

TEST(Router, silence_holds_everything_back_that_it_matches_until_it_ends) {
    Router router = make({});
    const std::vector<Silence> silences{{.id = "sil-1",
                                         .match = {.symbols = {"BTC-*"}},
                                         .from_ns = kNoonNs,
                                         .until_ns = kNoonNs + 10 * kNsPerSecond,
                                         .comment = "maintenance"}};
    const auto choices = [&](std::int64_t now_ns) {
        return router.decide(storm(), now_ns, silences, {}).choices;
    };
    for (const ChannelChoice& choice : choices(kNoonNs)) {
        EXPECT_FALSE(choice.send);
        EXPECT_EQ(choice.reason, "silenced by sil-1: maintenance");
    }
    EXPECT_TRUE(choices(kNoonNs - 1)[0].send);
    EXPECT_TRUE(choices(kNoonNs + 10 * kNsPerSecond)[0].send) << "the end is no part of it";
}

TEST(Router, active_alert_inhibits_what_it_makes_superfluous) {
    RoutingConfig config;
    config.root.channels = {"chat"};
    config.inhibitions = {
        {.source = {.types = {"GLOBAL_RADAR"}}, .target = {.types = {"LIQ_STORM", "WHALE_*"}}}};
    Router router = make(config);
    AlertFacts radar = storm();
    radar.id = "sig-9";
    radar.type = "GLOBAL_RADAR";
    const std::vector<AlertFacts> active{radar};
    EXPECT_THAT(words(router.decide(storm(), kNoonNs, {}, active)),
                ElementsAre("-chat: inhibited by sig-9 (GLOBAL_RADAR BTC-USDT-PERP)"));
    AlertFacts other = storm();
    other.symbol = "ETH-USDT-PERP";
    EXPECT_THAT(words(router.decide(other, kNoonNs, {}, active)), ElementsAre("chat"));
    EXPECT_THAT(words(router.decide(radar, kNoonNs, {}, active)), ElementsAre("chat"))
        << "it does not inhibit itself";
}

TEST(Router, refuses_a_time_zone_that_nobody_knows) {
    RoutingConfig config;
    config.mute_windows = {{.name = "nights", .time_zone = "Mars/Olympus"}};
    const Result<Router> router = Router::make(config, {"console"});
    ASSERT_FALSE(router.ok());
    EXPECT_THAT(router.status().message(), HasSubstr("'Mars/Olympus' is no time zone"));
}

TEST(AlertMatch, star_stands_for_any_characters_and_nothing_else_is_special) {
    EXPECT_TRUE(glob_matches("*", ""));
    EXPECT_TRUE(glob_matches("BTC-*", "BTC-USDT-PERP"));
    EXPECT_TRUE(glob_matches("*-PERP", "BTC-USDT-PERP"));
    EXPECT_TRUE(glob_matches("B*-U*-P*", "BTC-USDT-PERP"));
    EXPECT_TRUE(glob_matches("*a*b", "xaab"));
    EXPECT_TRUE(glob_matches("default@*", "default@9c41e2"));
    EXPECT_FALSE(glob_matches("BTC", "BTC-USDT-PERP"));
    EXPECT_FALSE(glob_matches("BTC?USDT-PERP", "BTC-USDT-PERP"));
    EXPECT_FALSE(glob_matches("[BE]TC", "BTC"));
    EXPECT_FALSE(glob_matches("", "x"));
    const std::string many(2'000, 'a');
    EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*b", many)) << "and it does not take for ever";
}

TEST(AlertMatch, says_the_first_thing_that_does_not_fit) {
    AlertFacts facts = storm();
    EXPECT_EQ(mismatch({.venues = {"binance", "okx"}}, facts), "venue is all, not binance or okx");
    EXPECT_EQ(mismatch({.score_min = 0.85}, facts), "score is 0.80, below 0.85");
    facts.pattern.clear();
    EXPECT_EQ(mismatch({.patterns = {"convergence"}}, facts), "pattern is none, not convergence");
}

TEST(Router, alerts_of_the_system_are_silenced_by_name_alone_and_critical_ones_never) {
    RoutingConfig config;
    const Router router = make(config);
    const auto held = [&](AlertMatch match, std::uint32_t severity) {
        const std::vector<Silence> silences{
            {.id = "sil-1", .match = std::move(match), .until_ns = kNoonNs + 1}};
        const AlertFacts system{.id = "sys-1", .type = "SYSTEM", .severity = severity};
        return !router.decide(system, kNoonNs, silences, {}).choices.at(0).send;
    };
    EXPECT_FALSE(held({}, 2)) << "all means markets";
    EXPECT_FALSE(held({.types = {"SYS*"}}, 2));
    EXPECT_TRUE(held({.types = {"SYSTEM"}}, 2));
    EXPECT_FALSE(held({.types = {"SYSTEM"}}, 3));
}

TEST(Router, says_which_silence_holds_and_what_a_route_has_for_channels) {
    RoutingConfig config;
    config.root.channels = {"console"};
    config.root.routes = {route("storms", {.types = {"LIQ_STORM"}}, {}),
                          route("whales", {.types = {"WHALE*"}}, {"chat"})};
    const Router router = make(config);
    const std::vector<Silence> silences{{.id = "sil-1", .until_ns = kNoonNs},
                                        {.id = "sil-2", .until_ns = kNoonNs + 1}};
    EXPECT_EQ(router.decide(storm(), kNoonNs, silences, {}).silenced_by, "sil-2");
    EXPECT_EQ(router.decide(storm(), kNoonNs, {}, {}).silenced_by, "");
    EXPECT_THAT(*router.channels_of("root"), ElementsAre("console"));
    EXPECT_THAT(*router.channels_of("storms"), ElementsAre("console")) << "of the route above";
    EXPECT_THAT(*router.channels_of("whales"), ElementsAre("chat"));
    EXPECT_EQ(router.channels_of("other"), nullptr);
}

TEST(Router, escalations_are_of_routes_that_let_an_alert_through) {
    RoutingConfig config;
    config.root.routes = {route("first", {}, {"console"}), route("second", {}, {"chat"})};
    config.root.routes[0].go_on = true;
    for (RouteConfig& r : config.root.routes) {
        r.escalate = {{60'000, {"pager"}}, {120'000, {"pager", "chat"}}};
    }
    Router router = make(config);
    const auto steps = router.decide(storm(), kNoonNs, {}, {}).escalations;
    ASSERT_THAT(steps, SizeIs(3)) << "a step goes to a channel once";
    EXPECT_EQ(steps[0].channel, "pager");
    EXPECT_EQ(steps[0].step, 1U);
    EXPECT_EQ(steps[0].after_ms, 60'000U);
    EXPECT_EQ(steps[2].step, 2U);
    EXPECT_EQ(steps[2].route, "first");
    const std::vector<Silence> silences{{.id = "sil-1", .until_ns = kNoonNs + 1}};
    EXPECT_THAT(router.decide(storm(), kNoonNs, silences, {}).escalations, IsEmpty());
}

}  // namespace
}  // namespace petrel::core
