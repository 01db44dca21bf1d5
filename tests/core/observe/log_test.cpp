// Log lines: cleaned, shaped for people or machines, and held back when there are too many.
#include "observe/log.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "observe/clean_text.hpp"
#include "petrel/types.hpp"

namespace petrel::core::test {
namespace {

constexpr std::int64_t kEvening = 1'794'000'000 * kNsPerSecond;

TEST(CleanText, keeps_printable_text_of_any_script) {
    EXPECT_EQ(clean_text("BTC-USDT köln 嵐 🐦"), "BTC-USDT köln 嵐 🐦");
}

TEST(CleanText, replaces_what_could_hide_or_move_text) {
    EXPECT_EQ(clean_text("a\x1b[31mb"), "a?[31mb");
    EXPECT_EQ(clean_text("line\nnext\ttab"), "line next tab");
    EXPECT_EQ(clean_text("a\u202Eb\u200Bc\uFEFFd\u2066e"), "a?b?c?d?e");
    EXPECT_EQ(clean_text(std::string("a\0b", 3)), "a?b");
    EXPECT_EQ(clean_text("\u0085x\u009Bx"), "?x?x");
}

TEST(CleanText, replaces_broken_utf8_byte_by_byte) {
    EXPECT_EQ(clean_text("a\xff\xc3"), "a??");
    EXPECT_EQ(clean_text("\xc0\x80"), "??");
    EXPECT_EQ(clean_text("\xed\xa0\x80"), "???");
}

TEST(CleanText, cuts_between_characters) {
    EXPECT_EQ(clean_text("abcdef", 3), "abc…");
    EXPECT_EQ(clean_text("aéé", 2), "a…");
    EXPECT_EQ(clean_text("abc", 3), "abc");
}

TEST(Log, renders_a_line_for_people) {
    const log::Line line{log::Level::Warning, kEvening, "feed", "alpha is quiet\nand so on"};
    EXPECT_EQ(log::render(line, log::Format::Lines),
              "21:20:00 warning feed: alpha is quiet and so on");
}

TEST(Log, renders_json_that_parses_back) {
    const log::Line line{log::Level::Error, kEvening, "feed", "a \"quoted\" \\ text \x1b[0m"};
    const auto json = nlohmann::json::parse(log::render(line, log::Format::Json));
    EXPECT_EQ(json["level"], "error");
    EXPECT_EQ(json["component"], "feed");
    EXPECT_EQ(json["text"], "a \"quoted\" \\ text ?[0m");
    EXPECT_EQ(json["ts"], "2026-11-06T21:20:00.000Z");
}

TEST(Log, writes_only_from_its_level_up) {
    std::vector<std::string> seen;
    log::redirect(
        [&](log::Level, std::string_view, std::string_view text) { seen.emplace_back(text); });
    log::configure(log::Level::Warning, log::Format::Json);
    log::info("t", "no");
    log::warning("t", "yes");
    log::configure(log::Level::Off, log::Format::Json);
    log::error("t", "no");
    log::configure(log::Level::Info, log::Format::Auto);
    log::redirect({});
    EXPECT_EQ(seen, std::vector<std::string>{"yes"});
}

TEST(Log, knows_the_names_of_the_configuration) {
    EXPECT_EQ(*log::level_of("debug"), log::Level::Debug);
    EXPECT_EQ(*log::format_of("lines"), log::Format::Lines);
    EXPECT_NE(log::level_of("loud").status().message().find("\"loud\""), std::string::npos);
    EXPECT_FALSE(log::format_of("xml").ok());
}

TEST(LogSampler, lets_a_few_a_minute_through_and_counts_the_rest) {
    log::Sampler sampler(2);
    EXPECT_EQ(sampler.admit("k", kEvening), 0U);
    EXPECT_EQ(sampler.admit("k", kEvening + 1), 0U);
    EXPECT_FALSE(sampler.admit("k", kEvening + 2).has_value());
    EXPECT_FALSE(sampler.admit("k", kEvening + 3).has_value());
    EXPECT_EQ(sampler.admit("other", kEvening + 3), 0U);
    EXPECT_EQ(sampler.admit("k", kEvening + 61 * kNsPerSecond), 2U);
    EXPECT_EQ(sampler.suppressed(), 2U);
}

TEST(LogSampler, keeps_a_bounded_number_of_keys) {
    log::Sampler sampler(1);
    int passed = 0;
    for (int i = 0; i < 1'000; ++i) {
        passed += sampler.admit("key " + std::to_string(i), kEvening).has_value() ? 1 : 0;
    }
    EXPECT_EQ(passed, 257);  // 256 keys, and one that the others share
}

}  // namespace
}  // namespace petrel::core::test
