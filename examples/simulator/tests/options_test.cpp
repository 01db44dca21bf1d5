// The command line: defaults, combinations that make no sense, sentences and exit codes.
#include "options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace petrel::sim {
namespace {

using ::testing::HasSubstr;

std::variant<Options, Leave> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "petrel-sim");
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

TEST(Options, both_venues_are_on_by_default_on_free_ports) {
    const auto options = std::get<Options>(parse({}));
    EXPECT_EQ(options.port(Venue::Binance), 0);
    EXPECT_EQ(options.port(Venue::Bybit), 0);
    EXPECT_DOUBLE_EQ(options.storm_after_s, 6.0);
    EXPECT_GE(options.symbols.size(), 20U);
}

TEST(Options, venue_can_be_off_and_storms_too) {
    const auto options = std::get<Options>(parse(
        {"--binance", "off", "--no-storms", "--fault", "kind=drop", "--fault", "kind=stall"}));
    EXPECT_FALSE(options.port(Venue::Binance));
    EXPECT_EQ(options.storm_after_s, Market::kNever);
    EXPECT_EQ(options.faults.size(), 2U);
}

TEST(Options, wrong_usage_is_one_sentence_and_exit_2) {
    const std::vector<std::pair<std::vector<const char*>, const char*>> cases{
        {{"--binance", "99999"}, "99999"},
        {{"--binance", "off", "--bybit", "off"}, "all venues"},
        {{"--symbols", "btc"}, "btc"},
        {{"--speed", "2"}, "--play"},
        {{"--play", "f.jsonl"}, "--venue"},
        {{"--play", "f.jsonl", "--venue", "bybit", "--bybit", "off"}, "off"},
        {{"--tls"}, "--cert"},
        {{"--cert", "a.pem"}, "--tls"},
        {{"--fault", "kind=explode"}, "explode"},
        {{"--rate", "-4"}, "rate"},
        {{"--colour"}, "--colour"},
        {{"--kraken", "0", "--symbols", "BTCUSDT"}, "kraken lists none"},
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

TEST(Options, further_venues_bring_symbols_that_they_trade) {
    const auto options = std::get<Options>(parse({"--kraken", "0", "--hyperliquid", "0"}));
    EXPECT_EQ(options.port(Venue::Kraken), 0);
    EXPECT_FALSE(options.port(Venue::Okx));
    EXPECT_TRUE(options.takes_part(Venue::Hyperliquid));
    for (const Venue venue : {Venue::Kraken, Venue::Hyperliquid}) {
        EXPECT_TRUE(std::ranges::any_of(options.symbols, [venue](const SymbolSpec& spec) {
            return listing_of(venue, spec).has_value();
        }));
    }
}

TEST(Options, file_names_options_by_their_long_names) {
    const std::string path = ::testing::TempDir() + "petrel_sim_options.toml";
    std::ofstream(path) << "okx = 9003\nbinance = \"off\"\nsymbols = \"BTCUSDT,BTCUSD\"\n";
    const auto options = std::get<Options>(parse({"--config", path.c_str()}));
    EXPECT_EQ(options.port(Venue::Okx), 9003);
    EXPECT_FALSE(options.port(Venue::Binance));
    EXPECT_EQ(options.symbols.size(), 2U);
    std::ofstream(path) << "mars = 9003\n";
    const auto wrong = parse({"--config", path.c_str()});
    EXPECT_THAT(std::get<Leave>(wrong).text, HasSubstr("mars"));
    std::remove(path.c_str());
}

TEST(Options, help_has_examples_and_exit_0) {
    const auto leave = std::get<Leave>(parse({"--help"}));
    EXPECT_EQ(leave.exit_code, 0);
    EXPECT_THAT(leave.text, HasSubstr("Examples:"));
}

}  // namespace
}  // namespace petrel::sim
