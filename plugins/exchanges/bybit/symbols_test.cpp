// Names of contracts, the masks of the fast reader, and ids: small pure functions, by table.
#include "symbols.hpp"

#include <gtest/gtest.h>

#include <random>

#include "bytes.hpp"
#include "contracts.hpp"
#include "trade_id.hpp"

namespace petrel::bybit {
namespace {

TEST(bybit_symbols, names_say_base_quote_and_settlement) {
    struct Case {
        const char *native, *base, *quote;
        double units;
    };
    for (const Case& c :
         {Case{"BTCUSDT", "BTC", "USDT", 1}, Case{"BTCPERP", "BTC", "USDC", 1},
          Case{"ETHUSDC", "ETH", "USDC", 1}, Case{"1INCHUSDT", "1INCH", "USDT", 1},
          Case{"4USDT", "4", "USDT", 1}, Case{"0GUSDT", "0G", "USDT", 1},
          Case{"1000PEPEUSDT", "PEPE", "USDT", 1e3}, Case{"10000SATSUSDT", "SATS", "USDT", 1e4},
          Case{"1000000MOGUSDT", "MOG", "USDT", 1e6},
          Case{"1MBABYDOGEUSDT", "BABYDOGE", "USDT", 1e6},
          Case{"SHIB1000USDT", "SHIB", "USDT", 1e3}, Case{"1000BONKPERP", "BONK", "USDC", 1e3},
          Case{"PERPUSDT", "PERP", "USDT", 1}}) {
        const std::optional<Instrument> i = instrument_of(c.native);
        ASSERT_TRUE(i.has_value()) << c.native;
        EXPECT_EQ(i->base, c.base);
        EXPECT_EQ(i->quote, c.quote);
        EXPECT_EQ(i->settle, c.quote);
        EXPECT_EQ(i->base_per_unit, c.units);
        EXPECT_EQ(i->price_divisor, c.units);
        EXPECT_EQ(i->type, PETREL_INSTRUMENT_PERPETUAL);
    }
}

TEST(bybit_symbols, dated_names_have_an_expiry_at_eight_in_the_morning) {
    const std::optional<Instrument> usdc = instrument_of("BTC-26DEC26");
    ASSERT_TRUE(usdc.has_value());
    EXPECT_EQ(usdc->quote, "USDC");
    EXPECT_EQ(usdc->type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(usdc->expiry_ns, 1'798'272'000 * kNsPerSecond);
    const std::optional<Instrument> usdt = instrument_of("ETHUSDT-5JUN27");
    ASSERT_TRUE(usdt.has_value());
    EXPECT_EQ(usdt->base, "ETH");
    EXPECT_EQ(usdt->quote, "USDT");
    EXPECT_EQ(usdt->expiry_ns, 1'812'182'400 * kNsPerSecond);
}

TEST(bybit_symbols, names_of_other_contracts_are_not_understood) {
    for (const char* native : {"BTCUSD", "BTCUSDZ26", "USDT", "PERP", "", "btcusdt", "BTC USDT",
                               "BTC-31FEB26", "BTC-26DEZ26", "BTC-", "-26DEC26", "BTC-2026DEC26"}) {
        EXPECT_FALSE(instrument_of(native).has_value()) << native;
    }
}

TEST(bybit_symbols, only_dollars_have_a_value_in_dollars) {
    EXPECT_EQ(usd_per_quote("USDT"), 1.0);
    EXPECT_EQ(usd_per_quote("USDC"), 1.0);
    EXPECT_EQ(usd_per_quote("USD"), 1.0);
    EXPECT_EQ(usd_per_quote("EUR"), 0.0);
}

TEST(bybit_symbols, key_of_a_symbol_ends_with_its_quote) {
    const std::string text = R"(BTCUSDT","type":"snapshot","ts":1)" + std::string(64, ' ');
    const std::string longer = R"(BTCUSDTX","type":"snapshot","ts":)" + std::string(64, ' ');
    SymbolKey a;
    SymbolKey b;
    ASSERT_TRUE(read_symbol(text.data(), a));
    ASSERT_TRUE(read_symbol(longer.data(), b));
    EXPECT_EQ(a.length, 7U);
    EXPECT_FALSE(a == b);
    const std::string none(64, 'A');
    const std::string empty = "\"" + none;
    EXPECT_FALSE(read_symbol(none.data(), a));
    EXPECT_FALSE(read_symbol(empty.data(), a));
}

TEST(bybit_bytes, masks_equal_those_made_byte_by_byte) {
    std::mt19937_64 bits(7);
    for (int round = 0; round < 2'000; ++round) {
        std::array<char, 64> bytes{};
        for (char& c : bytes) {
            c = round % 2 == 0 ? static_cast<char>(bits()) : "\"\\09:/ a\x1f"[bits() % 9];
        }
        const TextMask wide = text_mask_64(bytes.data());
        const TextMask one = text_mask_bytes(bytes.data(), 64);
        ASSERT_EQ(wide.quotes, one.quotes);
        ASSERT_EQ(wide.odd, one.odd);
        ASSERT_EQ(digit_run(bytes.data()), digit_run_bytes(bytes.data()));
    }
}

TEST(bybit_bytes, short_decimal_equals_the_general_one) {
    std::mt19937_64 bits(11);
    for (int round = 0; round < 200'000; ++round) {
        std::array<char, 16> bytes{};
        bytes.fill('7');
        const auto length = static_cast<unsigned>(bits() % 9);
        for (unsigned i = 0; i < length; ++i) {
            bytes[i] = "0123456789012345678901234567890.."[bits() % 33];
            bytes[i] = bits() % 40 == 0 ? static_cast<char>(bits()) : bytes[i];
        }
        const std::string_view text(bytes.data(), length);
        double value = 0;
        const bool read = short_decimal(bytes.data(), length, value);
        const std::optional<double> expected =
            text.find_first_not_of("0123456789.") == std::string_view::npos ? parse_decimal(text)
                                                                            : std::nullopt;
        ASSERT_EQ(read, expected.has_value()) << text;
        if (read) {
            ASSERT_EQ(value, *expected) << text;
        }
    }
}

TEST(bybit_trade_id, both_ways_to_read_a_uuid_agree) {
    std::mt19937_64 bits(13);
    for (int round = 0; round < 20'000; ++round) {
        UuidText text{};
        for (std::uint64_t& word : text) {
            for (unsigned i = 0; i < 8; ++i) {
                word |= std::uint64_t{static_cast<unsigned char>("0123456789abcdef"[bits() % 16])}
                        << (8 * i);
            }
        }
        if (round % 2 == 1) {
            text[bits() % 4] ^= std::uint64_t{1} << (bits() % 64);
        }
        const std::optional<UuidBytes> a = unhex(text);
        const std::optional<UuidBytes> b = unhex_bytes(text);
        ASSERT_EQ(a.has_value(), b.has_value());
        if (a) {
            ASSERT_EQ(a->first, b->first);
            ASSERT_EQ(a->second, b->second);
        }
    }
}

TEST(bybit_trade_id, texts_that_are_no_uuid_get_ids_of_their_own) {
    EXPECT_NE(trade_id("1b2c3d4e-0000-5000-8000-0123456789ab"),
              trade_id("1B2C3D4E-0000-5000-8000-0123456789AB"));
    EXPECT_NE(trade_id("a"), trade_id("b"));
    EXPECT_NE(trade_id("1b2c3d4e-0000-5000-8000-0123456789ab"),
              trade_id("1b2c3d4e-0000-5000-8000-0123456789ac"));
}

}  // namespace
}  // namespace petrel::bybit
