// What names say: size prefixes, quote currencies, dated and coin-margined contracts.
#include "symbols.hpp"

#include <gtest/gtest.h>

namespace petrel::binance {
namespace {

TEST(binance_symbols, size_prefixes_are_split_off_and_coins_that_start_with_a_digit_stay) {
    struct Case {
        const char* base;
        const char* coin;
        double units;
    };
    for (const Case& c : {Case{"1000PEPE", "PEPE", 1e3}, Case{"10000LADYS", "LADYS", 1e4},
                          Case{"1000000MOG", "MOG", 1e6}, Case{"1MBABYDOGE", "BABYDOGE", 1e6},
                          Case{"1000SATS", "SATS", 1e3}, Case{"1INCH", "1INCH", 1},
                          Case{"BTC", "BTC", 1}, Case{"1000", "1000", 1}, Case{"1M", "1M", 1},
                          Case{"1000X", "X", 1e3}, Case{"100000X", "100000X", 1}}) {
        const SizedBase split = split_size(c.base);
        EXPECT_EQ(split.coin, c.coin);
        EXPECT_EQ(split.units, c.units) << c.base;
    }
}

TEST(binance_symbols, the_longest_known_quote_currency_ends_a_name) {
    struct Case {
        const char* name;
        const char* base;
        const char* quote;
    };
    for (const Case& c : {Case{"BTCUSDT", "BTC", "USDT"}, Case{"ETHUSDC", "ETH", "USDC"},
                          Case{"BTCFDUSD", "BTC", "FDUSD"}, Case{"ETHBTC", "ETH", "BTC"},
                          Case{"BTCDOMUSDT", "BTCDOM", "USDT"}, Case{"BTCSTUSDT", "BTCST", "USDT"},
                          Case{"1000SHIBBUSD", "SHIB", "BUSD"}, Case{"USDCUSDT", "USDC", "USDT"}}) {
        const std::optional<Instrument> instrument = instrument_of(c.name);
        ASSERT_TRUE(instrument.has_value()) << c.name;
        EXPECT_EQ(instrument->base, c.base);
        EXPECT_EQ(instrument->quote, c.quote);
        EXPECT_EQ(instrument->settle, c.quote);
        EXPECT_EQ(instrument->type, PETREL_INSTRUMENT_PERPETUAL);
        EXPECT_EQ(instrument->expiry_ns, 0);
    }
    EXPECT_FALSE(instrument_of("BTCXYZ").has_value());
    EXPECT_FALSE(instrument_of("USDT").has_value());
    EXPECT_FALSE(instrument_of("").has_value());
}

TEST(binance_symbols, a_day_after_the_bar_is_the_expiry_at_eight_hours_utc) {
    const std::optional<Instrument> instrument = instrument_of("BTCUSDT_261225");
    ASSERT_TRUE(instrument.has_value());
    EXPECT_EQ(instrument->type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(instrument->expiry_ns, 1'798'185'600'000'000'000);  // 2026-12-25 08:00 UTC
    EXPECT_EQ(instrument->base, "BTC");
    for (const char* name : {"BTCUSDT_261325", "BTCUSDT_260230", "BTCUSDT_26122", "BTCUSDT_",
                             "BTCUSDT_PERP", "BTCUSDT_2612AB", "_261225"}) {
        EXPECT_FALSE(instrument_of(name).has_value()) << name;
    }
}

TEST(binance_symbols, coin_margined_names_are_told_apart) {
    for (const char* name : {"BTCUSD_PERP", "BNBUSD_PERP", "BTCUSD_261225", "BNBUSD_261225"}) {
        EXPECT_TRUE(is_coin_margined(name)) << name;
    }
    for (const char* name : {"BTCUSDT", "BTCUSDT_261225", "ETHFDUSD_261225", "BTCUSD", "PERP"}) {
        EXPECT_FALSE(is_coin_margined(name)) << name;
    }
}

TEST(binance_symbols, names_are_short_and_of_plain_characters) {
    EXPECT_TRUE(is_native_name("1000PEPEUSDT"));
    EXPECT_TRUE(is_native_name("BTCUSDT_261225"));
    EXPECT_TRUE(is_native_name(std::string(64, 'A')));
    for (const std::string& name :
         {std::string(), std::string(65, 'A'), std::string("btcusdt"), std::string("A B"),
          std::string("\xe5\xb8\x81USDT"), std::string("A\0B", 3), std::string("A\"B")}) {
        EXPECT_FALSE(is_native_name(name));
    }
}

TEST(binance_symbols, dollars_count_as_one_currency_and_others_are_known_by_index) {
    for (const char* dollar : {"USDT", "USDC", "FDUSD", "USD"}) {
        EXPECT_EQ(quote_index(dollar), kUsd);
    }
    const std::optional<std::uint8_t> btc = quote_index("BTC");
    ASSERT_TRUE(btc.has_value());
    EXPECT_NE(*btc, kUsd);
    EXPECT_EQ(quote_code(*btc), "BTC");
    EXPECT_FALSE(quote_index("PEPE").has_value());
    EXPECT_FALSE(quote_index("").has_value());
}

}  // namespace
}  // namespace petrel::binance
