// Routes, mute windows and inhibitions from text to structs, and every mistake in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/config_support.hpp"

namespace petrel::core {
namespace {

using testing::codes;
using ::testing::ElementsAre;
using testing::find_problem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::load;
using ::testing::SizeIs;

constexpr const char* kChannels = R"(
[notifiers.console]
[notifiers.pager]
plugin = "webhook"
)";

LoadResult load_routing(const std::string& text) { return load(text + kChannels); }

TEST(ConfigRouting, nothing_written_sends_everything_everywhere) {
    const RoutingConfig routing = load_routing("").config.routing;
    EXPECT_EQ(routing.root.name, "root");
    EXPECT_THAT(routing.root.channels, IsEmpty());
    EXPECT_THAT(routing.root.routes, IsEmpty());
    EXPECT_THAT(routing.root.by, ElementsAre("symbol", "type"));
}

TEST(ConfigRouting, tree_is_read_with_all_its_figures) {
    const LoadResult result = load_routing(R"([routing]
channels = ["console"]
by = "coin"
[[routing.routes]]
name = "majors"
symbols = ["BTC-*", "ETH-*"]
severity = "critical"
score_min = 0.85
sides = ["long"]
channels = ["pager"]
continue = true
mute = ["nights"]
throttle = { max = 3, per = "1m" }
[[routing.routes.routes]]
rules = ["default@*"]
[mute_windows.nights]
time_zone = "Europe/Berlin"
weekdays = ["sat", "sun"]
from = "22:30"
to = "07:00"
up_to = "critical"
silent = true
[[inhibitions]]
source = { types = ["GLOBAL_RADAR"] }
target = { types = ["LIQ_STORM"], severity = "info" }
equal = ["coin", "side"]
)");
    ASSERT_EQ(render(result.problems), "");
    const RoutingConfig& routing = result.config.routing;
    EXPECT_THAT(routing.root.by, ElementsAre("coin"));
    ASSERT_THAT(routing.root.routes, SizeIs(1));
    const RouteConfig& majors = routing.root.routes[0];
    EXPECT_EQ(majors.name, "majors");
    EXPECT_THAT(majors.match.symbols, ElementsAre("BTC-*", "ETH-*"));
    EXPECT_EQ(majors.match.severity_min, 3U);
    EXPECT_EQ(majors.match.score_min, 0.85);
    EXPECT_THAT(majors.channels, ElementsAre("pager"));
    EXPECT_TRUE(majors.go_on);
    EXPECT_EQ(majors.throttle.max, 3U);
    EXPECT_EQ(majors.throttle.per_ms, 60'000U);
    ASSERT_THAT(majors.routes, SizeIs(1));
    EXPECT_EQ(majors.routes[0].name, "route-2");
    ASSERT_THAT(routing.mute_windows, SizeIs(1));
    const MuteWindowConfig& nights = routing.mute_windows[0];
    EXPECT_THAT(nights.weekdays, ElementsAre(false, false, false, false, false, true, true));
    EXPECT_EQ(nights.from_min, 1'350U);
    EXPECT_EQ(nights.to_min, 420U);
    EXPECT_EQ(nights.up_to_severity, 3U);
    EXPECT_TRUE(nights.silent);
    ASSERT_THAT(routing.inhibitions, SizeIs(1));
    EXPECT_THAT(routing.inhibitions[0].equal, ElementsAre("coin", "side"));
}

struct Mistake {
    std::string name;
    std::string text;
    std::string code;
    std::string words;
};

class RoutingMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(RoutingMistake, is_told_with_what_to_do) {
    const LoadResult result = load_routing(GetParam().text);
    const Problem* problem = find_problem(result, GetParam().code);
    ASSERT_NE(problem, nullptr) << render(result.problems);
    EXPECT_THAT(render(result.problems), HasSubstr(GetParam().words));
    EXPECT_GT(problem->place.line, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Written, RoutingMistake,
    ::testing::Values(
        Mistake{"unknown_channel", "[routing]\nchannels = [\"pagr\"]\n", "PTL-C007",
                "routing.channels holds 'pagr'; allowed: console, pager"},
        Mistake{"unknown_key", "[routing]\nchannel = [\"pager\"]\n", "PTL-C003",
                "did you mean 'channels'?"},
        Mistake{"no_list", "[routing]\nroutes = 5\n", "PTL-C004", "write [[routing.routes]]"},
        Mistake{"no_table", "[routing]\nroutes = [5]\n", "PTL-C004", "routing.routes[1] is"},
        Mistake{"name_twice",
                "[[routing.routes]]\nname = \"a\"\n[[routing.routes]]\nname = \"a\"\n", "PTL-C029",
                "two routes are called 'a'"},
        Mistake{"bad_name", "[[routing.routes]]\nname = \"A b\"\n", "PTL-C029",
                "names are lower case"},
        Mistake{"bad_severity", "[[routing.routes]]\nseverity = \"loud\"\n", "PTL-C007",
                "allowed: info, warning, critical"},
        Mistake{"no_duration", "[[routing.routes]]\nthrottle = { max = 1, per = 60 }\n", "PTL-C011",
                "routing.routes[1].throttle.per"},
        Mistake{"no_throttle_max", "[[routing.routes]]\nthrottle = { max = 0 }\n", "PTL-C005",
                "throttle.max"},
        Mistake{"window_missing", "[routing]\nmute = [\"nights\"]\n", "PTL-C029",
                "add [mute_windows.nights]"},
        Mistake{"no_clock", "[mute_windows.nights]\nfrom = \"25:00\"\n", "PTL-C004",
                "write hours and minutes, 00:00 to 24:00"},
        Mistake{"no_day", "[mute_windows.nights]\nweekdays = [\"monday\"]\n", "PTL-C007",
                "mon, tue, wed"},
        Mistake{"no_window", "[mute_windows]\nnights = 5\n", "PTL-C029", "is no window"},
        Mistake{"no_source", "[[inhibitions]]\ntarget = {}\n", "PTL-C019",
                "inhibitions[1].source is missing"},
        Mistake{"unknown_fact", "[routing]\nby = [\"colour\"]\n", "PTL-C007",
                "type, symbol, coin"}),
    [](const auto& given) { return given.param.name; });

TEST(ConfigRouting, routes_nest_at_most_eight_deep) {
    std::string text;
    std::string path = "routing.routes";
    for (int depth = 1; depth <= 9; ++depth) {
        text += "[[" + path + "]]\n";
        path += ".routes";
    }
    EXPECT_THAT(codes(load_routing(text)), HasSubstr("PTL-C005"));
}

TEST(ConfigRouting, escalations_are_read_in_their_short_and_long_form) {
    const LoadResult result = load_routing(R"([routing]
escalate_after = "90s"
escalate_to = ["pager"]
[[routing.routes]]
[[routing.routes.escalate]]
after = "5m"
to = ["pager"]
[[routing.routes.escalate]]
after = "15m"
to = ["pager", "console"]
)");
    EXPECT_THAT(result.problems, IsEmpty());
    const RouteConfig& root = result.config.routing.root;
    ASSERT_THAT(root.escalate, SizeIs(1));
    EXPECT_EQ(root.escalate[0].after_ms, 90'000U);
    EXPECT_THAT(root.escalate[0].channels, ElementsAre("pager"));
    ASSERT_THAT(root.routes[0].escalate, SizeIs(2));
    EXPECT_EQ(root.routes[0].escalate[1].after_ms, 900'000U);
    EXPECT_THAT(root.routes[0].escalate[1].channels, ElementsAre("pager", "console"));
}

TEST(ConfigRouting, escalations_that_make_no_sense_are_told) {
    const auto told = [](const std::string& text) { return codes(load_routing(text)); };
    EXPECT_THAT(told("[routing]\nescalate_after = \"5m\"\n"), HasSubstr("PTL-C019"));
    EXPECT_THAT(told("[routing]\nescalate_to = [\"pagr\"]\n"), HasSubstr("PTL-C007"));
    EXPECT_THAT(told("[routing]\nescalate = [{ after = \"5m\", to = [\"pager\"] },"
                     " { after = \"1m\", to = [\"pager\"] }]\n"),
                HasSubstr("PTL-C005"));
    std::string many = "[routing]\nescalate = [";
    for (int i = 0; i < 10; ++i) {
        many += "{ after = \"5m\", to = [\"pager\"] },";
    }
    EXPECT_THAT(told(many + "]\n"), HasSubstr("PTL-C005"));
}

}  // namespace
}  // namespace petrel::core
