// One trade at a time against the shipped minima of each group, and what a finding carries.
#include "whale_trade.hpp"

#include <gtest/gtest.h>

#include "petrel/testing/default_config.hpp"
#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_detector_host.hpp"

namespace petrel::whale_trade {
namespace {

using testing::EventBuilder;
using testing::FakeConfig;
using testing::FakeDetectorHost;

constexpr std::uint32_t kMajors = 0;
constexpr std::uint32_t kLargeCap = 1;
constexpr std::uint32_t kMidCap = 2;
constexpr std::uint32_t kOthers = 3;

FakeConfig shipped_config() {
    FakeConfig config;
    const Status read = testing::read_default_config(PETREL_PLUGIN_DIR "/whale_trade.toml", config);
    EXPECT_TRUE(read.ok()) << read.message();
    return config;
}

struct Case {
    std::uint32_t group;
    double usd;
    std::size_t findings;
};

class Minimum : public ::testing::TestWithParam<Case> {};

TEST_P(Minimum, decides_by_the_group_of_the_symbol) {
    FakeDetectorHost host(testing::entry_of<WhaleTrade>(), shipped_config());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    ASSERT_TRUE(host.feed({.symbol = 3, .group = GetParam().group},
                          {testing::trade(Side::Sell).usd(GetParam().usd)})
                    .ok());
    EXPECT_EQ(host.findings().size(), GetParam().findings);
}

INSTANTIATE_TEST_SUITE_P(
    shipped, Minimum,
    ::testing::Values(Case{kMajors, 1'000'000, 1}, Case{kMajors, 999'999.99, 0},
                      Case{kLargeCap, 500'000, 1}, Case{kLargeCap, 499'999.99, 0},
                      Case{kMidCap, 200'000, 1}, Case{kMidCap, 199'999.99, 0},
                      Case{kOthers, 200'000, 1}, Case{kOthers, 199'999.99, 0}));

TEST(WhaleTrade, finding_carries_the_figures_of_its_event) {
    FakeDetectorHost host(testing::entry_of<WhaleTrade>(), shipped_config());
    const MarketEvent event =
        testing::trade(Side::Sell).usd(2'500'000).price(91'214).at_ms(1'500).venue(6).id(41);
    ASSERT_TRUE(host.feed({.symbol = 3, .group = kMajors}, {event}).ok());
    ASSERT_EQ(host.findings().size(), 1U);
    const auto& found = host.findings()[0];
    EXPECT_EQ(found.type, "WHALE_TRADE");
    EXPECT_EQ(found.symbol, 3U);
    EXPECT_EQ(found.figures.phase, PETREL_PHASE_SINGLE);
    EXPECT_EQ(found.figures.side, PETREL_SIDE_SELL);
    EXPECT_EQ(found.figures.venue, 6);
    EXPECT_EQ(found.figures.flags, 0U);
    EXPECT_EQ(found.figures.events, 1U);
    EXPECT_EQ(found.figures.onset_ns, event.exchange_ts_ns);
    EXPECT_EQ(found.figures.at_ns, event.exchange_ts_ns);
    EXPECT_EQ(found.figures.notional_usd, 2'500'000);
    EXPECT_EQ(found.figures.threshold_usd, 1'000'000);
    EXPECT_EQ(found.figures.price, 91'214);
    EXPECT_EQ(found.figures.dominance, 1.0);
    EXPECT_EQ(found.figures.window_ms, 0U);
    ASSERT_EQ(found.evidence.size(), 1U);
    EXPECT_EQ(found.evidence[0].id, 41U);
}

TEST(WhaleTrade, each_large_event_of_a_batch_is_its_own_finding) {
    FakeDetectorHost host(testing::entry_of<WhaleTrade>(), shipped_config());
    ASSERT_TRUE(
        host.feed({.symbol = 0, .group = kMidCap}, {testing::trade(Side::Sell).usd(900'000).id(1),
                                                    testing::trade(Side::Sell).usd(10).id(2),
                                                    testing::trade(Side::Sell).usd(800'000).id(3)})
            .ok());
    ASSERT_EQ(host.findings().size(), 2U);
    EXPECT_EQ(host.findings()[0].evidence[0].id, 1U);
    EXPECT_EQ(host.findings()[1].evidence[0].id, 3U);
}

TEST(WhaleTrade, sampled_and_late_are_handed_on) {
    FakeDetectorHost host(testing::entry_of<WhaleTrade>(), shipped_config());
    ASSERT_TRUE(host.feed({.symbol = 0, .group = kMajors},
                          {testing::trade(Side::Sell)
                               .usd(5'000'000)
                               .sampled()
                               .flags(PETREL_FLAG_LATE | PETREL_FLAG_ID_HASHED)})
                    .ok());
    ASSERT_EQ(host.findings().size(), 1U);
    EXPECT_EQ(host.findings()[0].figures.flags,
              std::uint32_t{PETREL_FLAG_SAMPLED | PETREL_FLAG_LATE});
}

TEST(WhaleTrade, configured_minimum_replaces_the_shipped_one) {
    FakeConfig config;
    config.per_group("min_usd", {{"MAJORS", 50}, {"MID_CAP", 20}});
    FakeDetectorHost host(testing::entry_of<WhaleTrade>(), config);
    ASSERT_TRUE(
        host.feed({.symbol = 0, .group = kMajors}, {testing::trade(Side::Sell).usd(49)}).ok());
    EXPECT_TRUE(host.findings().empty());
    ASSERT_TRUE(
        host.feed({.symbol = 0, .group = kOthers}, {testing::trade(Side::Sell).usd(20)}).ok());
    EXPECT_EQ(host.findings().size(), 1U);
}

TEST(WhaleTrade, missing_minimum_is_refused_and_named) {
    FakeDetectorHost host(testing::entry_of<WhaleTrade>(), FakeConfig());
    EXPECT_EQ(host.status().code(), PETREL_E_INVALID);
    EXPECT_NE(host.status().message().find("min_usd"), std::string::npos);

    FakeConfig only_majors;
    only_majors.per_group("min_usd", {{"MAJORS", 50}});
    FakeDetectorHost other(testing::entry_of<WhaleTrade>(), only_majors);
    EXPECT_EQ(other.status().code(), PETREL_E_INVALID);
    EXPECT_NE(other.status().message().find("MID_CAP"), std::string::npos);
}

TEST(WhaleTrade, trades_that_were_merged_are_no_single_whale) {
    FakeDetectorHost host(testing::entry_of<WhaleTrade>(), shipped_config());
    ASSERT_TRUE(
        host.feed({.symbol = 0, .group = kMajors},
                  {testing::trade(Side::Buy).usd(9'000'000).count(400).flags(PETREL_FLAG_MERGED)})
            .ok());
    EXPECT_TRUE(host.findings().empty());
}

TEST(WhaleTrade, liquidations_are_none_of_its_business) {
    FakeDetectorHost host(testing::entry_of<WhaleTrade>(), shipped_config());
    ASSERT_TRUE(host.feed({.symbol = 0, .group = kMajors},
                          {testing::liquidation(Side::Long).usd(9'000'000)})
                    .ok());
    EXPECT_TRUE(host.findings().empty());
    ASSERT_EQ(host.interests().size(), 4U);
    EXPECT_EQ(host.interests()[kMajors].kind, std::uint32_t{PETREL_EVENT_TRADE});
    EXPECT_EQ(host.interests()[kMajors].notional_usd_min, 1'000'000);
}

}  // namespace
}  // namespace petrel::whale_trade
