// The detector through its C table, as petrel calls it.
#include <gtest/gtest.h>

#include "petrel/testing/default_config.hpp"
#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_detector_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace {

using petrel::Side;
using petrel::testing::FakeConfig;
using petrel::testing::FakeDetectorHost;
using petrel::testing::trade;

TEST(HelloDetector, tells_each_step_that_the_price_crosses_and_which_way) {
    FakeConfig config;
    const petrel::Status read =
        petrel::testing::read_default_config(PETREL_PLUGIN_DIR "/hello_detector.toml", config);
    ASSERT_TRUE(read.ok()) << read.message();
    FakeDetectorHost host(*petrel_plugin_entry_v1(), config);
    ASSERT_TRUE(host.status().ok()) << host.status().message();

    ASSERT_TRUE(host.feed({.symbol = 4}, {trade(Side::Buy).price(90'100).usd(10).at_ms(0),
                                          trade(Side::Buy).price(90'499).usd(10).at_ms(1),
                                          trade(Side::Buy).price(90'500).usd(10).at_ms(2),
                                          trade(Side::Sell).price(90'499).usd(10).at_ms(3)})
                    .ok());

    ASSERT_EQ(host.findings().size(), 2U);
    EXPECT_EQ(host.findings()[0].type, "PRICE_STEP");
    EXPECT_EQ(host.findings()[0].figures.side, PETREL_SIDE_BUY);
    EXPECT_EQ(host.findings()[0].figures.price, 90'500);
    EXPECT_EQ(host.findings()[1].figures.side, PETREL_SIDE_SELL);
}

}  // namespace
