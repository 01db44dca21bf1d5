// The command line: defaults, combinations that make no sense, sentences and exit codes.
#include "options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace petrel::sim {
namespace {

using ::testing::HasSubstr;

std::variant<Options, Leave> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "petrel-sim");
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, both_venues_are_on_by_default_on_free_ports) {
    const auto options = std::get<Options>(parse({}));
    EXPECT_EQ(options.binance, 0);
    EXPECT_EQ(options.bybit, 0);
    EXPECT_DOUBLE_EQ(options.storm_after_s, 6.0);
    EXPECT_GE(options.symbols.size(), 20U);
}

TEST(Options, venue_can_be_off_and_storms_too) {
    const auto options = std::get<Options>(parse(
        {"--binance", "off", "--no-storms", "--fault", "kind=drop", "--fault", "kind=stall"}));
    EXPECT_FALSE(options.binance);
    EXPECT_EQ(options.storm_after_s, Market::kNever);
    EXPECT_EQ(options.faults.size(), 2U);
}

TEST(Options, wrong_usage_is_one_sentence_and_exit_2) {
    const std::vector<std::pair<std::vector<const char*>, const char*>> cases{
        {{"--binance", "99999"}, "99999"},
        {{"--binance", "off", "--bybit", "off"}, "both venues"},
        {{"--symbols", "btc"}, "btc"},
        {{"--speed", "2"}, "--play"},
        {{"--play", "f.jsonl"}, "--venue"},
        {{"--play", "f.jsonl", "--venue", "bybit", "--bybit", "off"}, "off"},
        {{"--tls"}, "--cert"},
        {{"--cert", "a.pem"}, "--tls"},
        {{"--fault", "kind=explode"}, "explode"},
        {{"--rate", "-4"}, "rate"},
        {{"--colour"}, "--colour"},
    };
    for (const auto& [arguments, expected] : cases) {
        const auto result = parse(arguments);
        const auto* leave = std::get_if<Leave>(&result);
        ASSERT_NE(leave, nullptr) << expected;
        EXPECT_EQ(leave->exit_code, 2);
        EXPECT_THAT(leave->text, HasSubstr(expected));
        EXPECT_EQ(std::count(leave->text.begin(), leave->text.end(), '\n'), 1) << leave->text;
    }
}

TEST(Options, help_has_examples_and_exit_0) {
    const auto leave = std::get<Leave>(parse({"--help"}));
    EXPECT_EQ(leave.exit_code, 0);
    EXPECT_THAT(leave.text, HasSubstr("Examples:"));
}

}  // namespace
}  // namespace petrel::sim
