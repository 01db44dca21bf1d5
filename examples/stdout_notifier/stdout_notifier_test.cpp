// The channel through its C table, as petrel calls it.
#include <gtest/gtest.h>

#include "petrel/testing/fake_notifier_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace {

using petrel::testing::AlertBuilder;
using petrel::testing::FakeNotifierHost;

TEST(StdoutNotifier, prints_headline_and_fields_without_control_characters) {
    FakeNotifierHost host(*petrel_plugin_entry_v1());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    testing::internal::CaptureStdout();
    const petrel::Outcome outcome =
        host.deliver(AlertBuilder().headline("BTC \x1b[31mstorm").field("Side", "long"));
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "petrel: BTC [31mstorm\n    Side: long\n");
    EXPECT_EQ(outcome.result, PETREL_DELIVERED);
}

}  // namespace
