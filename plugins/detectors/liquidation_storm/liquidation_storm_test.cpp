// Storms by hand-computed cases: minima by group, window edges, both sides at once, the course of a
// story, and that batching changes nothing.
#include "liquidation_storm.hpp"

#include <gtest/gtest.h>

#include "petrel/testing/default_config.hpp"
#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_detector_host.hpp"
#include "petrel/testing/state_damage.hpp"

namespace petrel::liquidation_storm {
namespace {

using testing::FakeClock;
using testing::FakeConfig;
using testing::FakeDetectorHost;
using testing::liquidation;
using Events = std::vector<MarketEvent>;

constexpr testing::SymbolOf kBtc{.symbol = 0, .group = 0};

FakeConfig shipped_config() {
    FakeConfig config;
    const Status read =
        testing::read_default_config(PETREL_PLUGIN_DIR "/liquidation_storm.toml", config);
    EXPECT_TRUE(read.ok()) << read.message();
    return config;
}

std::int64_t ns_at(std::int64_t ms) { return FakeClock::kStartNs + ms * kNsPerMs; }

// What each finding says in short: phase, side and seconds of onset.
struct Told {
    std::uint32_t phase;
    Side side;
    std::int64_t onset_ms;
    double usd;
    bool operator==(const Told&) const = default;
};

void PrintTo(const Told& told, std::ostream* out) {
    *out << "phase " << told.phase << " " << side_name(static_cast<std::uint8_t>(told.side))
         << " onset " << told.onset_ms << " ms, " << told.usd << " USD";
}

std::vector<Told> told(const FakeDetectorHost& host) {
    std::vector<Told> all;
    for (const auto& found : host.findings()) {
        all.push_back({found.figures.phase, static_cast<Side>(found.figures.side),
                       (found.figures.onset_ns - FakeClock::kStartNs) / kNsPerMs,
                       found.figures.notional_usd});
    }
    return all;
}

struct Case {
    const char* fact;
    std::uint32_t group;
    Events events;
    std::vector<Told> expected;
};

class Course : public ::testing::TestWithParam<Case> {};

TEST_P(Course, is_told_as_computed_by_hand) {
    FakeDetectorHost host(testing::entry_of<LiquidationStorm>(), shipped_config());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    ASSERT_TRUE(host.feed_singly({.symbol = 5, .group = GetParam().group}, GetParam().events).ok());
    EXPECT_EQ(told(host), GetParam().expected);
}

constexpr std::uint32_t kOnset = PETREL_PHASE_ONSET;
constexpr std::uint32_t kUpdate = PETREL_PHASE_UPDATE;

const Case kCases[] = {
    {"minimum_is_reached_exactly",
     0,
     {liquidation(Side::Long).usd(1'500'000).at_ms(0),
      liquidation(Side::Long).usd(500'000).at_ms(9)},
     {{kOnset, Side::Long, 9, 2'000'000}}},
    {"one_dollar_short_is_no_storm",
     0,
     {liquidation(Side::Long).usd(1'500'000).at_ms(0),
      liquidation(Side::Long).usd(499'999).at_ms(9)},
     {}},
    {"one_event_alone_is_no_storm", 0, {liquidation(Side::Short).usd(7'000'000).at_ms(0)}, {}},
    {"large_cap_has_its_own_minimum",
     1,
     {liquidation(Side::Short).usd(600'000).at_ms(0),
      liquidation(Side::Short).usd(400'000).at_ms(9)},
     {{kOnset, Side::Short, 9, 1'000'000}}},
    {"others_take_the_figures_of_mid_cap",
     3,
     {liquidation(Side::Long).usd(300'000).at_ms(0), liquidation(Side::Long).usd(200'000).at_ms(9)},
     {{kOnset, Side::Long, 9, 500'000}}},
    {"event_exactly_as_old_as_the_window_is_out",
     0,
     {liquidation(Side::Long).usd(1'500'000).at_ms(0),
      liquidation(Side::Long).usd(1'500'000).at_ms(30'000)},
     {}},
    {"event_one_millisecond_younger_is_in",
     0,
     {liquidation(Side::Long).usd(1'500'000).at_ms(1),
      liquidation(Side::Long).usd(1'500'000).at_ms(30'000)},
     {{kOnset, Side::Long, 30'000, 3'000'000}}},
    {"sides_are_not_added_together",
     0,
     {liquidation(Side::Long).usd(1'900'000).at_ms(0),
      liquidation(Side::Short).usd(1'900'000).at_ms(5),
      liquidation(Side::Long).usd(50'000).at_ms(6)},
     {}},
    {"both_sides_storm_at_once_each_with_its_own_story",
     0,
     {liquidation(Side::Long).usd(1'000'000).at_ms(0),
      liquidation(Side::Long).usd(1'000'000).at_ms(10),
      liquidation(Side::Short).usd(1'500'000).at_ms(20),
      liquidation(Side::Short).usd(1'500'000).at_ms(30), liquidation(Side::Long).usd(100).at_ms(40),
      liquidation(Side::Short).usd(200).at_ms(50)},
     {{kOnset, Side::Long, 10, 2'000'000},
      {kOnset, Side::Short, 30, 3'000'000},
      {kUpdate, Side::Long, 10, 2'000'100},
      {kUpdate, Side::Short, 30, 3'000'200}}},
    // At 31 s the million of 0 s has left: 1,000,100 of longs, so the story ends there.
    {"falling_below_ends_the_story_and_the_next_crossing_is_a_new_onset",
     0,
     {liquidation(Side::Long).usd(1'000'000).at_ms(0),
      liquidation(Side::Long).usd(1'000'000).at_ms(10'000),
      liquidation(Side::Long).usd(100).at_ms(31'000),
      liquidation(Side::Long).usd(1'000'000).at_ms(32'000)},
     {{kOnset, Side::Long, 10'000, 2'000'000}, {kOnset, Side::Long, 32'000, 2'000'100}}},
    // The short at 31 s finds the long side at 1,000,000: over, although no long came.
    {"an_event_of_the_other_side_ends_the_story_too",
     0,
     {liquidation(Side::Long).usd(1'000'000).at_ms(0),
      liquidation(Side::Long).usd(1'000'000).at_ms(10'000),
      liquidation(Side::Short).usd(50).at_ms(31'000),
      liquidation(Side::Long).usd(1'000'000).at_ms(31'001)},
     {{kOnset, Side::Long, 10'000, 2'000'000}, {kOnset, Side::Long, 31'001, 2'000'000}}},
    {"a_late_event_inside_the_window_counts_at_its_own_time",
     0,
     {liquidation(Side::Long).usd(1'500'000).at_ms(9'000),
      liquidation(Side::Long).usd(600'000).at_ms(8'000)},
     {{kOnset, Side::Long, 8'000, 2'100'000}}},
    {"a_late_event_from_before_the_window_changes_nothing",
     0,
     {liquidation(Side::Long).usd(1'500'000).at_ms(40'000),
      liquidation(Side::Long).usd(9'000'000).at_ms(10'000)},
     {}},
};

INSTANTIATE_TEST_SUITE_P(storm, Course, ::testing::ValuesIn(kCases),
                         [](const auto& given) { return given.param.fact; });

TEST(LiquidationStorm, finding_carries_sums_of_its_side_and_newest_evidence_first) {
    FakeDetectorHost host(testing::entry_of<LiquidationStorm>(), shipped_config());
    ASSERT_TRUE(
        host.feed_singly(kBtc, {liquidation(Side::Long).usd(1'000'000).price(100).at_ms(0).id(1),
                                liquidation(Side::Short).usd(500'000).at_ms(10).id(2),
                                liquidation(Side::Long).usd(1'500'000).price(50).at_ms(20).id(3)})
            .ok());
    ASSERT_EQ(host.findings().size(), 1U);
    const auto& found = host.findings()[0];
    EXPECT_EQ(found.type, "LIQ_STORM");
    EXPECT_EQ(found.figures.events, 2U);
    EXPECT_EQ(found.figures.notional_usd, 2'500'000);
    EXPECT_EQ(found.figures.threshold_usd, 2'000'000);
    EXPECT_EQ(found.figures.at_ns, ns_at(20));
    EXPECT_EQ(found.figures.window_ms, 30'000U);
    EXPECT_EQ(found.figures.venue, 0U);
    EXPECT_EQ(found.figures.flags, 0U);
    // 10,000 units at 100 and 30,000 at 50.
    EXPECT_DOUBLE_EQ(found.figures.price, 62.5);
    EXPECT_DOUBLE_EQ(found.figures.dominance, 2.5 / 3.0);
    ASSERT_EQ(found.evidence.size(), 2U);
    EXPECT_EQ(found.evidence[0].id, 3U);
    EXPECT_EQ(found.evidence[1].id, 1U);
}

TEST(LiquidationStorm, several_venues_make_it_a_finding_of_all) {
    FakeDetectorHost host(testing::entry_of<LiquidationStorm>(), shipped_config());
    ASSERT_TRUE(host.feed_singly(kBtc, {liquidation(Side::Long).usd(1'500'000).venue(1).at_ms(0),
                                        liquidation(Side::Long).usd(1'500'000).venue(2).at_ms(1)})
                    .ok());
    ASSERT_EQ(host.findings().size(), 1U);
    EXPECT_EQ(host.findings()[0].figures.venue, PETREL_VENUE_ALL);
}

TEST(LiquidationStorm, a_sampled_event_in_the_window_makes_the_sum_a_lower_bound) {
    FakeDetectorHost host(testing::entry_of<LiquidationStorm>(), shipped_config());
    ASSERT_TRUE(host.feed_singly(kBtc, {liquidation(Side::Long).usd(1'500'000).sampled().at_ms(0),
                                        liquidation(Side::Long).usd(1'500'000).at_ms(20'000),
                                        liquidation(Side::Long).usd(1'500'000).at_ms(31'000)})
                    .ok());
    ASSERT_EQ(host.findings().size(), 2U);
    EXPECT_EQ(host.findings()[0].figures.flags, PETREL_FLAG_SAMPLED);
    EXPECT_EQ(host.findings()[1].figures.flags, 0U);  // the sampled one has left the window
}

TEST(LiquidationStorm, story_of_single_events_ends_when_none_came_for_longer_than_the_window) {
    FakeConfig config = shipped_config();
    config.number("min_events", 1);
    FakeDetectorHost host(testing::entry_of<LiquidationStorm>(), config);
    ASSERT_TRUE(host.feed_singly(kBtc, {liquidation(Side::Long).usd(3'000'000).at_ms(0),
                                        liquidation(Side::Long).usd(3'000'000).at_ms(30'000),
                                        liquidation(Side::Long).usd(3'000'000).at_ms(60'001)})
                    .ok());
    EXPECT_EQ(told(host), (std::vector<Told>{{kOnset, Side::Long, 0, 3'000'000},
                                             {kUpdate, Side::Long, 0, 3'000'000},
                                             {kOnset, Side::Long, 60'001, 3'000'000}}));
}

TEST(LiquidationStorm, one_batch_tells_the_same_story_as_single_events) {
    Events events;
    for (int i = 0; i < 40; ++i) {
        const Side side = i % 3 == 0 ? Side::Short : Side::Long;
        events.push_back(liquidation(side).usd(150'000 + 1'000 * i).at_ms(i).id(1 + i));
    }
    FakeDetectorHost singly(testing::entry_of<LiquidationStorm>(), shipped_config());
    FakeDetectorHost at_once(testing::entry_of<LiquidationStorm>(), shipped_config());
    ASSERT_TRUE(singly.feed_singly(kBtc, events).ok());
    ASSERT_TRUE(at_once.feed(kBtc, events).ok());
    EXPECT_EQ(told(at_once), told(singly));
    ASSERT_FALSE(singly.findings().empty());
    for (std::size_t i = 0; i < singly.findings().size(); ++i) {
        const auto& a = singly.findings()[i];
        const auto& b = at_once.findings()[i];
        EXPECT_EQ(a.figures.events, b.figures.events);
        ASSERT_EQ(a.evidence.size(), b.evidence.size());
        for (std::size_t k = 0; k < a.evidence.size(); ++k) {
            EXPECT_EQ(a.evidence[k].id, b.evidence[k].id) << "finding " << i << " evidence " << k;
        }
    }
}

TEST(LiquidationStorm, symbols_do_not_mix) {
    FakeDetectorHost host(testing::entry_of<LiquidationStorm>(), shipped_config());
    ASSERT_TRUE(host.feed({.symbol = 1}, {liquidation(Side::Long).usd(1'900'000).at_ms(0)}).ok());
    ASSERT_TRUE(host.feed({.symbol = 2}, {liquidation(Side::Long).usd(1'900'000).at_ms(1)}).ok());
    EXPECT_TRUE(host.findings().empty());
}

TEST(LiquidationStorm, evidence_is_bounded) {
    FakeConfig config = shipped_config();
    config.number("min_usd", 1);
    FakeDetectorHost host(testing::entry_of<LiquidationStorm>(), config);
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(host.feed(kBtc, {liquidation(Side::Long).usd(10).at_ms(i).id(1 + i)}).ok());
    }
    ASSERT_EQ(host.findings().size(), 99U);
    const auto& last = host.findings().back();
    EXPECT_EQ(last.figures.events, 100U);
    ASSERT_EQ(last.evidence.size(), std::size_t{PETREL_EVIDENCE_MAX});
    EXPECT_EQ(last.evidence.front().id, 100U);
    EXPECT_EQ(last.evidence.back().id, 69U);
}

TEST(LiquidationStorm, every_liquidation_is_asked_for_and_kept_for_the_window) {
    FakeDetectorHost host(testing::entry_of<LiquidationStorm>(), shipped_config());
    ASSERT_EQ(host.interests().size(), 4U);
    EXPECT_EQ(host.interests()[0].notional_usd_min, 0);
    EXPECT_EQ(host.interests()[0].horizon_ms, 30'000U);
}

// The successor's windows have seen what the one before was shown, as in the product.
TEST(LiquidationStorm, story_goes_on_in_the_instance_that_takes_over) {
    const Events events = {liquidation(Side::Long).usd(1'500'000).at_ms(0),
                           liquidation(Side::Long).usd(500'000).at_ms(9)};
    const MarketEvent next = liquidation(Side::Long).usd(100).at_ms(20);
    FakeDetectorHost before(testing::entry_of<LiquidationStorm>(), shipped_config());
    ASSERT_TRUE(before.feed_singly(kBtc, events).ok());
    ASSERT_EQ(told(before), (std::vector<Told>{{kOnset, Side::Long, 9, 2'000'000}}));
    FakeDetectorHost after(testing::entry_of<LiquidationStorm>(), shipped_config());
    for (const MarketEvent& event : events) {
        after.windows().add(kBtc.symbol, event);
    }
    const Result<std::string> state = before.save_state();
    ASSERT_TRUE(state.ok());
    ASSERT_TRUE(after.load_state(*state).ok());
    ASSERT_TRUE(after.feed(kBtc, {next}).ok());
    EXPECT_EQ(told(after), (std::vector<Told>{{kUpdate, Side::Long, 9, 2'000'100}}));
    EXPECT_EQ(*after.save_state(), [&] {
        (void)before.feed(kBtc, {next});
        return *before.save_state();
    }());
}

TEST(LiquidationStorm, damaged_states_are_refused_or_harmless) {
    FakeDetectorHost before(testing::entry_of<LiquidationStorm>(), shipped_config());
    ASSERT_TRUE(before
                    .feed_singly(kBtc, {liquidation(Side::Long).usd(1'500'000).at_ms(0),
                                        liquidation(Side::Long).usd(500'000).at_ms(9)})
                    .ok());
    const std::string state = *before.save_state();
    std::size_t refused = 0;
    for (const std::string& bad : testing::damaged(state)) {
        FakeDetectorHost host(testing::entry_of<LiquidationStorm>(), shipped_config());
        refused += host.load_state(bad).ok() ? 0 : 1;
        EXPECT_TRUE(host.feed_singly(kBtc, {liquidation(Side::Long).usd(1'500'000).at_ms(0),
                                            liquidation(Side::Long).usd(500'000).at_ms(9)})
                        .ok());
    }
    EXPECT_GT(refused, state.size()) << "every cut and most counts";
}

TEST(LiquidationStorm, missing_or_impossible_values_are_refused_and_named) {
    FakeConfig config = shipped_config();
    config.number("window", 10);
    FakeDetectorHost too_short(testing::entry_of<LiquidationStorm>(), config);
    EXPECT_NE(too_short.status().message().find("window"), std::string::npos);

    FakeConfig nothing;
    FakeDetectorHost empty(testing::entry_of<LiquidationStorm>(), nothing);
    EXPECT_EQ(empty.status().code(), PETREL_E_INVALID);
}

}  // namespace
}  // namespace petrel::liquidation_storm
