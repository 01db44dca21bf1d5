// C and C++ see the same boundary, and a plugin in plain C runs like any other.
#include <gtest/gtest.h>

#include "petrel/abi/exchange.h"
#include "petrel/abi/notifier.h"
#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_detector_host.hpp"

extern "C" {
extern const std::size_t petrel_test_sizes_in_c[3];
const petrel_plugin_entry* petrel_plugin_entry_v1(void);  // of c_plugin.c
}

namespace petrel {
namespace {

TEST(Abi, c_and_cpp_agree_on_sizes) {
    EXPECT_EQ(petrel_test_sizes_in_c[0], sizeof(petrel_market_event));
    EXPECT_EQ(petrel_test_sizes_in_c[1], sizeof(petrel_plugin_entry));
    EXPECT_EQ(petrel_test_sizes_in_c[2], sizeof(petrel_batch));
}

TEST(Abi, field_is_there_only_when_the_peers_struct_is_long_enough) {
    petrel_host host{};
    host.size = offsetof(petrel_host, service);
    EXPECT_TRUE(PETREL_HAS(&host, petrel_host, context));
    EXPECT_FALSE(PETREL_HAS(&host, petrel_host, service));
    host.size = sizeof(host) - 1;
    EXPECT_FALSE(PETREL_HAS(&host, petrel_host, service));
    host.size = sizeof(host);
    EXPECT_TRUE(PETREL_HAS(&host, petrel_host, service));
}

TEST(Abi, plugin_in_plain_c_sees_events_and_emits_findings) {
    testing::FakeDetectorHost host(*petrel_plugin_entry_v1(), {});
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    EXPECT_EQ(host.interests().size(), 4U);
    ASSERT_TRUE(host.feed({.symbol = 2, .group = 1},
                          {testing::trade(Side::Buy).usd(10), testing::trade(Side::Sell).usd(30)})
                    .ok());
    ASSERT_EQ(host.findings().size(), 2U);
    EXPECT_EQ(host.findings()[1].type, "SEEN");
    EXPECT_EQ(host.findings()[1].figures.notional_usd, 30);
    EXPECT_EQ(host.findings()[1].figures.side, PETREL_SIDE_SELL);
}

TEST(Abi, interface_that_a_plugin_does_not_offer_is_null) {
    const petrel_plugin_entry* entry = petrel_plugin_entry_v1();
    EXPECT_NE(entry->interface_of(text_of(PETREL_DETECTOR_INTERFACE)), nullptr);
    EXPECT_EQ(entry->interface_of(text_of(PETREL_NOTIFIER_INTERFACE)), nullptr);
    EXPECT_EQ(entry->interface_of(text_of("petrel.detector/2")), nullptr);
    EXPECT_EQ(entry->interface_of(text_of("")), nullptr);
}

}  // namespace
}  // namespace petrel
