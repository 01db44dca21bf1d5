// Small readers of words: symbols, durations, sizes, near misses; and the list of error codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "config/closest.hpp"
#include "config/symbol_name.hpp"
#include "config/units.hpp"

namespace petrel::core {
namespace {

std::string canonical(const std::string& text) {
    const Result<std::string> symbol = canonical_symbol(text);
    return symbol.ok() ? symbol.value() : "refused";
}

TEST(SymbolName, usual_spellings_of_a_perpetual_are_one_symbol) {
    for (const char* text : {"BTCUSDT", "btcusdt", "BTC-USDT-PERP", "BTC/USDT:USDT",
                             "BTC-USDT-SWAP", "BTC_USDT_PERP", "BTCUSDT_PERP"}) {
        EXPECT_EQ(canonical(text), "BTC-USDT-PERP") << text;
    }
}

TEST(SymbolName, longest_quote_currency_wins_and_size_prefixes_go) {
    EXPECT_EQ(canonical("BTCFDUSD"), "BTC-FDUSD-PERP");
    EXPECT_EQ(canonical("BTCUSDC"), "BTC-USDC-PERP");
    EXPECT_EQ(canonical("BTCUSD"), "BTC-USD-PERP");
    EXPECT_EQ(canonical("ETHBTC"), "ETH-BTC-PERP");
    EXPECT_EQ(canonical("1000PEPEUSDT"), "PEPE-USDT-PERP");
    EXPECT_EQ(canonical("1000000MOGUSDT"), "MOG-USDT-PERP");
    EXPECT_EQ(canonical("1INCHUSDT"), "1INCH-USDT-PERP");
}

TEST(SymbolName, spot_and_dated_names_stay_themselves) {
    EXPECT_EQ(canonical("BTC-USDT"), "BTC-USDT");
    EXPECT_EQ(canonical("BTC/USDT"), "BTC-USDT");
    EXPECT_EQ(canonical("BTC-USDT-261225"), "BTC-USDT-261225");
    EXPECT_EQ(canonical("BTC/USDT:USDT-261225"), "BTC-USDT-261225");
}

TEST(SymbolName, canonical_names_are_fixed_points) {
    for (const char* text : {"BTCUSDT", "BTC/USDT", "BTC-USD-20261225", "1000PEPEUSDT"}) {
        EXPECT_EQ(canonical(canonical(text)), canonical(text)) << text;
    }
}

TEST(SymbolName, what_is_no_symbol_is_refused_with_an_example) {
    for (const std::string& text :
         {std::string(), std::string("USDT"), std::string("BTC"), std::string("BTC USDT"),
          std::string("BTC--PERP"), std::string("BTC-USDT-X-Y"), std::string("BTC€"),
          std::string(100, 'A')}) {
        EXPECT_EQ(canonical(text), "refused") << text;
    }
    EXPECT_THAT(canonical_symbol("BTC").status().message(), ::testing::HasSubstr("BTCUSDT"));
}

TEST(SymbolName, short_form_is_for_perpetuals) {
    EXPECT_EQ(short_symbol("BTC-USDT-PERP"), "BTCUSDT");
    EXPECT_EQ(short_symbol("BTC-USDT"), "BTC-USDT");
    EXPECT_EQ(short_symbol("BTC-USDT-261225"), "BTC-USDT-261225");
}

TEST(Units, durations_need_a_unit) {
    EXPECT_EQ(parse_duration_ms("300ms"), 300U);
    EXPECT_EQ(parse_duration_ms("30s"), 30'000U);
    EXPECT_EQ(parse_duration_ms("5m"), 300'000U);
    EXPECT_EQ(parse_duration_ms("1.5h"), 5'400'000U);
    EXPECT_EQ(parse_duration_ms("7d"), 604'800'000U);
    EXPECT_EQ(parse_duration_ms("0s"), 0U);
    for (const char* text : {"", "10", "s", "-1s", "1e3s", "0.5ms", "10 minutes", "nans", "infs",
                             "99999999999999999d", "1sx"}) {
        EXPECT_FALSE(parse_duration_ms(text).has_value()) << text;
    }
}

TEST(Units, sizes_know_both_families) {
    EXPECT_EQ(parse_bytes("64MiB"), 67'108'864U);
    EXPECT_EQ(parse_bytes("4 GB"), 4'000'000'000U);
    EXPECT_EQ(parse_bytes("512B"), 512U);
    EXPECT_FALSE(parse_bytes("64").has_value());
    EXPECT_FALSE(parse_bytes("64mb").has_value());
}

TEST(Units, written_form_reads_back) {
    for (const std::uint64_t ms : {0ULL, 1ULL, 999ULL, 90'000ULL, 3'600'000ULL, 604'800'000ULL}) {
        EXPECT_EQ(parse_duration_ms(format_duration_ms(ms)), ms);
        EXPECT_EQ(parse_bytes(format_bytes(ms)), ms);
    }
    EXPECT_EQ(format_duration_ms(90'000), "90s");
    EXPECT_EQ(format_bytes(67'108'864), "64MiB");
    EXPECT_EQ(format_number(500'000), "500000");
    EXPECT_EQ(format_number(0.1), "0.1");
}

TEST(Closest, counts_edits_and_swaps) {
    EXPECT_EQ(edit_distance("shards", "shards"), 0U);
    EXPECT_EQ(edit_distance("shrads", "shards"), 1U);
    EXPECT_EQ(edit_distance("Shard", "shards"), 1U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(Closest, nothing_is_suggested_beyond_two_edits_or_for_short_words_beyond_one) {
    const std::vector<std::string> words{"shards", "window", "ws"};
    EXPECT_EQ(closest("shrdas", words), "shards");
    EXPECT_EQ(closest("wsx", words), "ws");
    EXPECT_EQ(closest("abc", words), "");
    EXPECT_EQ(closest("shovels", words), "");
    EXPECT_EQ(did_you_mean("windw", words), "did you mean 'window'?");
}

std::string text_of_file(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST(ErrorCodes, every_code_in_the_core_is_documented_and_no_other) {
    const std::filesystem::path root = PETREL_SOURCE_DIR;
    const std::regex code("PTL-[A-Z][0-9]{3}");
    std::set<std::string> used;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "core")) {
        if (entry.path().extension() == ".cpp") {
            const std::string text = text_of_file(entry.path());
            for (std::sregex_iterator i(text.begin(), text.end(), code), end; i != end; ++i) {
                used.insert(i->str());
            }
        }
    }
    ASSERT_GE(used.size(), 20U);
    const std::string page = text_of_file(root / "docs/reference/errors.md");
    const std::regex row("\\n\\| (PTL-[A-Z][0-9]{3}) \\|");
    std::set<std::string> documented;
    for (std::sregex_iterator i(page.begin(), page.end(), row), end; i != end; ++i) {
        documented.insert((*i)[1].str());
    }
    EXPECT_EQ(used, documented);
}

}  // namespace
}  // namespace petrel::core
