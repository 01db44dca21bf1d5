// Clusters by hand-computed cases: minima by group, dominance, window edges, the course of a story,
// and that batching changes nothing.
#include "whale_cluster.hpp"

#include <gtest/gtest.h>

#include "petrel/testing/default_config.hpp"
#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_detector_host.hpp"
#include "petrel/testing/state_damage.hpp"

namespace petrel::whale_cluster {
namespace {

using testing::FakeClock;
using testing::FakeConfig;
using testing::FakeDetectorHost;
using testing::trade;
using Events = std::vector<MarketEvent>;

constexpr testing::SymbolOf kBtc{.symbol = 0, .group = 0};
constexpr std::uint32_t kOnset = PETREL_PHASE_ONSET;
constexpr std::uint32_t kUpdate = PETREL_PHASE_UPDATE;

FakeConfig shipped_config() {
    FakeConfig config;
    const Status read =
        testing::read_default_config(PETREL_PLUGIN_DIR "/whale_cluster.toml", config);
    EXPECT_TRUE(read.ok()) << read.message();
    return config;
}

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
    FakeDetectorHost host(testing::entry_of<WhaleCluster>(), shipped_config());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    ASSERT_TRUE(host.feed_singly({.symbol = 5, .group = GetParam().group}, GetParam().events).ok());
    EXPECT_EQ(told(host), GetParam().expected);
}

const Case kCases[] = {
    {"three_trades_that_reach_the_minimum_exactly",
     0,
     {trade(Side::Buy).usd(1'000'000).at_ms(0), trade(Side::Buy).usd(1'000'000).at_ms(1),
      trade(Side::Buy).usd(1'000'000).at_ms(2)},
     {{kOnset, Side::Buy, 2, 3'000'000}}},
    {"two_trades_are_too_few_for_majors",
     0,
     {trade(Side::Sell).usd(4'000'000).at_ms(0), trade(Side::Sell).usd(4'000'000).at_ms(1)},
     {}},
    {"two_trades_are_enough_for_mid_cap",
     2,
     {trade(Side::Sell).usd(300'000).at_ms(0), trade(Side::Sell).usd(200'000).at_ms(1)},
     {{kOnset, Side::Sell, 1, 500'000}}},
    {"large_cap_needs_three_trades_and_a_million_and_a_half",
     1,
     {trade(Side::Buy).usd(500'000).at_ms(0), trade(Side::Buy).usd(500'000).at_ms(1),
      trade(Side::Buy).usd(500'000).at_ms(2)},
     {{kOnset, Side::Buy, 2, 1'500'000}}},
    {"others_take_the_figures_of_mid_cap",
     3,
     {trade(Side::Buy).usd(250'000).at_ms(0), trade(Side::Buy).usd(250'000).at_ms(1)},
     {{kOnset, Side::Buy, 1, 500'000}}},
    {"trades_below_a_whales_do_not_count",
     0,
     {trade(Side::Buy).usd(999'999).at_ms(0), trade(Side::Buy).usd(2'000'000).at_ms(1),
      trade(Side::Buy).usd(2'000'000).at_ms(2)},
     {}},
    // 3.0 of 5.0 million is a share of 0.6.
    {"balanced_ones_are_ignored",
     0,
     {trade(Side::Buy).usd(1'000'000).at_ms(0), trade(Side::Sell).usd(2'000'000).at_ms(1),
      trade(Side::Buy).usd(1'000'000).at_ms(2), trade(Side::Buy).usd(1'000'000).at_ms(3)},
     {}},
    // 6.5 of 10 million is a share of exactly 0.65.
    {"dominance_exactly_at_its_minimum_is_enough",
     0,
     {trade(Side::Sell).usd(3'500'000).at_ms(0), trade(Side::Buy).usd(2'500'000).at_ms(1),
      trade(Side::Buy).usd(2'000'000).at_ms(2), trade(Side::Buy).usd(2'000'000).at_ms(3)},
     {{kOnset, Side::Buy, 3, 6'500'000}}},
    {"trades_of_the_smaller_side_do_not_make_up_the_number",
     0,
     {trade(Side::Sell).usd(1'000'000).at_ms(0), trade(Side::Buy).usd(4'000'000).at_ms(1),
      trade(Side::Buy).usd(4'000'000).at_ms(2)},
     {}},
    {"trade_exactly_as_old_as_the_window_is_out",
     0,
     {trade(Side::Buy).usd(2'000'000).at_ms(0), trade(Side::Buy).usd(2'000'000).at_ms(10),
      trade(Side::Buy).usd(2'000'000).at_ms(30'000)},
     {}},
    {"trade_one_millisecond_younger_is_in",
     0,
     {trade(Side::Buy).usd(2'000'000).at_ms(1), trade(Side::Buy).usd(2'000'000).at_ms(10),
      trade(Side::Buy).usd(2'000'000).at_ms(30'000)},
     {{kOnset, Side::Buy, 30'000, 6'000'000}}},
    // The sell leaves buyers at 6 of 7 million: the cluster goes on, with the buyers' figures.
    {"a_whale_of_the_smaller_side_carries_an_update",
     0,
     {trade(Side::Buy).usd(2'000'000).at_ms(0), trade(Side::Buy).usd(2'000'000).at_ms(1),
      trade(Side::Buy).usd(2'000'000).at_ms(2), trade(Side::Sell).usd(1'000'000).at_ms(3)},
     {{kOnset, Side::Buy, 2, 6'000'000}, {kUpdate, Side::Buy, 2, 6'000'000}}},
    // At 4 ms buyers hold 6 of 11 million: balanced, over. At 5 ms they hold 11 of 16.
    {"becoming_balanced_ends_the_story_and_the_next_crossing_is_a_new_onset",
     0,
     {trade(Side::Buy).usd(2'000'000).at_ms(0), trade(Side::Buy).usd(2'000'000).at_ms(1),
      trade(Side::Buy).usd(2'000'000).at_ms(2), trade(Side::Sell).usd(5'000'000).at_ms(4),
      trade(Side::Buy).usd(5'000'000).at_ms(5)},
     {{kOnset, Side::Buy, 2, 6'000'000}, {kOnset, Side::Buy, 5, 11'000'000}}},
    // The buys of the first second are gone at 31.5 s; three sells stand alone.
    {"the_other_side_gets_a_story_of_its_own",
     0,
     {trade(Side::Buy).usd(1'000'000).at_ms(0), trade(Side::Buy).usd(1'000'000).at_ms(500),
      trade(Side::Buy).usd(1'000'000).at_ms(1'000), trade(Side::Sell).usd(1'000'000).at_ms(31'100),
      trade(Side::Sell).usd(1'000'000).at_ms(31'200),
      trade(Side::Sell).usd(1'000'000).at_ms(31'500)},
     {{kOnset, Side::Buy, 1'000, 3'000'000}, {kOnset, Side::Sell, 31'500, 3'000'000}}},
};

INSTANTIATE_TEST_SUITE_P(cluster, Course, ::testing::ValuesIn(kCases),
                         [](const auto& given) { return given.param.fact; });

TEST(WhaleCluster, perfectly_balanced_is_no_cluster_even_at_the_lowest_dominance) {
    FakeConfig config = shipped_config();
    config.number("min_dominance", 0.5);
    FakeDetectorHost host(testing::entry_of<WhaleCluster>(), config);
    ASSERT_TRUE(host.feed({.symbol = 0, .group = 2}, {trade(Side::Buy).usd(300'000).at_ms(0),
                                                      trade(Side::Buy).usd(300'000).at_ms(0),
                                                      trade(Side::Sell).usd(300'000).at_ms(0)})
                    .ok());
    host.forget_findings();
    ASSERT_TRUE(
        host.feed({.symbol = 0, .group = 2}, {trade(Side::Sell).usd(300'000).at_ms(1)}).ok());
    EXPECT_TRUE(host.findings().empty());
}

TEST(WhaleCluster, finding_carries_figures_and_evidence_of_the_larger_side) {
    FakeDetectorHost host(testing::entry_of<WhaleCluster>(), shipped_config());
    ASSERT_TRUE(
        host.feed_singly(kBtc, {trade(Side::Buy).usd(2'000'000).price(100).at_ms(0).id(1),
                                trade(Side::Sell).usd(1'000'000).price(10).at_ms(1).id(2).venue(3),
                                trade(Side::Buy).usd(1'000'000).price(50).at_ms(2).id(3),
                                trade(Side::Buy).usd(1'000'000).price(50).at_ms(3).id(4).sampled()})
            .ok());
    ASSERT_EQ(host.findings().size(), 1U);
    const auto& found = host.findings()[0];
    EXPECT_EQ(found.type, "WHALE_CLUSTER");
    EXPECT_EQ(found.figures.events, 3U);
    EXPECT_EQ(found.figures.notional_usd, 4'000'000);
    EXPECT_EQ(found.figures.threshold_usd, 3'000'000);
    EXPECT_EQ(found.figures.dominance, 0.8);
    // 20,000 units at 100 and 40,000 at 50.
    EXPECT_DOUBLE_EQ(found.figures.price, 4'000'000.0 / 60'000.0);
    EXPECT_EQ(found.figures.venue, PETREL_VENUE_ALL);
    EXPECT_EQ(found.figures.flags, PETREL_FLAG_SAMPLED);
    EXPECT_EQ(found.figures.window_ms, 30'000U);
    ASSERT_EQ(found.evidence.size(), 3U);
    EXPECT_EQ(found.evidence[0].id, 4U);
    EXPECT_EQ(found.evidence[1].id, 3U);
    EXPECT_EQ(found.evidence[2].id, 1U);
}

TEST(WhaleCluster, story_ends_when_no_whale_came_for_longer_than_the_window) {
    FakeConfig config = shipped_config();
    config.number("min_trades", 1);
    FakeDetectorHost host(testing::entry_of<WhaleCluster>(), config);
    ASSERT_TRUE(host.feed_singly(kBtc, {trade(Side::Sell).usd(3'000'000).at_ms(0),
                                        trade(Side::Sell).usd(3'000'000).at_ms(30'000),
                                        trade(Side::Sell).usd(3'000'000).at_ms(60'001)})
                    .ok());
    EXPECT_EQ(told(host), (std::vector<Told>{{kOnset, Side::Sell, 0, 3'000'000},
                                             {kUpdate, Side::Sell, 0, 3'000'000},
                                             {kOnset, Side::Sell, 60'001, 3'000'000}}));
}

TEST(WhaleCluster, one_batch_tells_the_same_story_as_single_events) {
    Events events;
    for (int i = 0; i < 60; ++i) {
        const Side side = i % 17 < 5 ? Side::Sell : Side::Buy;
        events.push_back(trade(side).usd(1'000'000 + 250'000 * (i % 7)).at_ms(i).id(1 + i));
    }
    FakeDetectorHost singly(testing::entry_of<WhaleCluster>(), shipped_config());
    FakeDetectorHost at_once(testing::entry_of<WhaleCluster>(), shipped_config());
    ASSERT_TRUE(singly.feed_singly(kBtc, events).ok());
    ASSERT_TRUE(at_once.feed(kBtc, events).ok());
    ASSERT_FALSE(singly.findings().empty());
    EXPECT_EQ(told(at_once), told(singly));
}

TEST(WhaleCluster, whale_trades_of_each_group_are_asked_for_and_kept) {
    FakeDetectorHost host(testing::entry_of<WhaleCluster>(), shipped_config());
    ASSERT_EQ(host.interests().size(), 4U);
    EXPECT_EQ(host.interests()[0].notional_usd_min, 1'000'000);
    EXPECT_EQ(host.interests()[1].notional_usd_min, 500'000);
    EXPECT_EQ(host.interests()[3].notional_usd_min, 200'000);
    EXPECT_EQ(host.interests()[3].horizon_ms, 30'000U);
}

// The successor's windows have seen what the one before was shown, as in the product.
TEST(WhaleCluster, story_goes_on_in_the_instance_that_takes_over) {
    const Events events = {trade(Side::Buy).usd(1'000'000).at_ms(0),
                           trade(Side::Buy).usd(1'000'000).at_ms(1),
                           trade(Side::Buy).usd(1'000'000).at_ms(2)};
    const MarketEvent next = trade(Side::Buy).usd(1'000'000).at_ms(20);
    FakeDetectorHost before(testing::entry_of<WhaleCluster>(), shipped_config());
    ASSERT_TRUE(before.feed_singly(kBtc, events).ok());
    ASSERT_EQ(told(before), (std::vector<Told>{{kOnset, Side::Buy, 2, 3'000'000}}));
    FakeDetectorHost after(testing::entry_of<WhaleCluster>(), shipped_config());
    for (const MarketEvent& event : events) {
        after.windows().add(kBtc.symbol, event);
    }
    const Result<std::string> state = before.save_state();
    ASSERT_TRUE(state.ok());
    ASSERT_TRUE(after.load_state(*state).ok());
    ASSERT_TRUE(after.feed(kBtc, {next}).ok());
    EXPECT_EQ(told(after), (std::vector<Told>{{kUpdate, Side::Buy, 2, 4'000'000}}));
    EXPECT_EQ(*after.save_state(), [&] {
        (void)before.feed(kBtc, {next});
        return *before.save_state();
    }());
}

TEST(WhaleCluster, damaged_states_are_refused_or_harmless) {
    FakeDetectorHost before(testing::entry_of<WhaleCluster>(), shipped_config());
    ASSERT_TRUE(before
                    .feed_singly(kBtc, {trade(Side::Buy).usd(1'000'000).at_ms(0),
                                        trade(Side::Buy).usd(1'000'000).at_ms(1),
                                        trade(Side::Buy).usd(1'000'000).at_ms(2)})
                    .ok());
    const std::string state = *before.save_state();
    std::size_t refused = 0;
    for (const std::string& bad : testing::damaged(state)) {
        FakeDetectorHost host(testing::entry_of<WhaleCluster>(), shipped_config());
        refused += host.load_state(bad).ok() ? 0 : 1;
        EXPECT_TRUE(host.feed_singly(kBtc, {trade(Side::Buy).usd(1'000'000).at_ms(0),
                                            trade(Side::Buy).usd(1'000'000).at_ms(1),
                                            trade(Side::Buy).usd(1'000'000).at_ms(2)})
                        .ok());
    }
    EXPECT_GT(refused, state.size()) << "every cut and most counts";
}

TEST(WhaleCluster, impossible_values_are_refused_and_named) {
    FakeConfig config = shipped_config();
    config.number("min_dominance", 0.3);
    FakeDetectorHost host(testing::entry_of<WhaleCluster>(), config);
    EXPECT_EQ(host.status().code(), PETREL_E_INVALID);
    EXPECT_NE(host.status().message().find("min_dominance"), std::string::npos);
}

}  // namespace
}  // namespace petrel::whale_cluster
