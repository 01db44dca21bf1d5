// The detector through its C table, as petrel calls it.
#include <gtest/gtest.h>

#include "petrel/testing/default_config.hpp"
#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_detector_host.hpp"
#include "petrel/testing/state_damage.hpp"

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

TEST(HelloDetector, another_instance_goes_on_from_its_state_and_refuses_what_is_none) {
    FakeConfig config;
    ASSERT_TRUE(
        petrel::testing::read_default_config(PETREL_PLUGIN_DIR "/hello_detector.toml", config)
            .ok());
    FakeDetectorHost before(*petrel_plugin_entry_v1(), config);
    ASSERT_TRUE(before.feed({.symbol = 1}, {trade(Side::Buy).price(90'100).usd(10)}).ok());
    const petrel::Result<std::string> state = before.save_state();
    ASSERT_TRUE(state.ok());
    FakeDetectorHost after(*petrel_plugin_entry_v1(), config);
    ASSERT_TRUE(after.load_state(*state).ok());
    ASSERT_TRUE(after.feed({.symbol = 1}, {trade(Side::Buy).price(90'500).usd(10)}).ok());
    EXPECT_EQ(after.findings().size(), 1U);

    for (const std::string& bad : petrel::testing::damaged(*state)) {
        FakeDetectorHost host(*petrel_plugin_entry_v1(), config);
        EXPECT_TRUE(bad.size() == state->size() || !host.load_state(bad).ok());
        EXPECT_TRUE(host.feed({.symbol = 1}, {trade(Side::Buy).price(90'500).usd(10)}).ok());
    }
}

}  // namespace
