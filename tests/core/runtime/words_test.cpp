// Figures, times and hashes as text: tables, and vectors that other programs agree with.
#include <gtest/gtest.h>
#include <sys/prctl.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "petrel/types.hpp"
#include "runtime/clock.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/hash.hpp"
#include "runtime/human.hpp"
#include "runtime/process.hpp"

namespace petrel::core {
namespace {

TEST(Human, dollars_have_three_digits_and_a_unit) {
    const std::pair<double, const char*> table[] = {
        {0, "$0.00"},          {3.456, "$3.46"},        {9.99, "$9.99"},
        {12.4, "$12"},         {812, "$812"},           {999.4, "$999"},
        {999.6, "$1.00k"},     {53'200, "$53.2k"},      {999'400, "$999k"},
        {999'600, "$1.00M"},   {4'104'937.6, "$4.10M"}, {9'994'000, "$9.99M"},
        {9'996'000, "$10.0M"}, {17'934'000, "$17.9M"},  {412e6, "$412M"},
        {1.234e9, "$1.23B"},   {5.6e12, "$5600B"}};
    for (const auto& [usd, text] : table) {
        EXPECT_EQ(human_usd(usd), text) << usd;
    }
}

TEST(Human, prices_have_six_digits_and_groups) {
    const std::pair<double, const char*> table[] = {{91'214.5, "91,214.5"},
                                                    {0.00001234, "0.00001234"},
                                                    {1, "1"},
                                                    {100, "100"},
                                                    {3'402.17, "3,402.17"},
                                                    {1'234'567.89, "1,234,567.9"},
                                                    {0.123456789, "0.123457"},
                                                    {999'999.97, "1,000,000"},
                                                    {0, "0"},
                                                    {-5, "0"},
                                                    {1e-20, "0"}};
    for (const auto& [price, text] : table) {
        EXPECT_EQ(human_price(price), text) << price;
    }
    EXPECT_EQ(human_price(std::numeric_limits<double>::quiet_NaN()), "0");
    EXPECT_EQ(human_price(std::numeric_limits<double>::infinity()), "0");
}

TEST(Human, counts_and_durations) {
    EXPECT_EQ(human_count(0), "0");
    EXPECT_EQ(human_count(999), "999");
    EXPECT_EQ(human_count(1'000), "1,000");
    EXPECT_EQ(human_count(1'234'567), "1,234,567");
    EXPECT_EQ(human_fixed(0.5, 2), "0.50");
    EXPECT_EQ(human_fixed(-1.005, 1), "-1.0");
    EXPECT_EQ(human_duration_ms(300), "300 ms");
    EXPECT_EQ(human_duration_ms(1'500), "1500 ms");
    EXPECT_EQ(human_duration_ms(90'000), "90 s");
    EXPECT_EQ(human_duration_ms(120'000), "2 min");
    EXPECT_EQ(human_duration_ms(7'200'000), "2 h");
    EXPECT_EQ(human_duration_ms(5'400'000), "90 min");
    EXPECT_EQ(human_duration_ms(0), "0 s");
}

TEST(ClockText, is_utc_whatever_the_zone) {
    const std::int64_t ts_ns = 1'795'200'040'123'456'789;
    EXPECT_EQ(iso_utc(ts_ns), "2026-11-20T18:40:40.123Z");
    EXPECT_EQ(clock_utc(ts_ns), "18:40:40");
    EXPECT_EQ(date_clock_utc(ts_ns), "2026-11-20 18:40:40");
    ASSERT_EQ(::setenv("TZ", "Asia/Tokyo", 1), 0);
    ::tzset();
    EXPECT_EQ(clock_utc(ts_ns), "18:40:40");
    ::unsetenv("TZ");
    ::tzset();
}

TEST(ClockText, knows_leap_days_and_clamps_what_is_no_year) {
    EXPECT_EQ(iso_utc(1'709'164'800 * kNsPerSecond), "2024-02-29T00:00:00.000Z");
    EXPECT_EQ(iso_utc(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(iso_utc(-5), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(iso_utc(INT64_MAX).substr(0, 4), "2262");
}

// Vectors of the xxHash project: XXH3, 64 bits, seed 0.
TEST(Hash, agrees_with_the_published_vectors) {
    EXPECT_EQ(hash64(""), 0x2D06800538D394C2ULL);
    EXPECT_EQ(hash_hex(""), "2d06800538d394c2");
    EXPECT_EQ(hash64("a"), 0xE6C632B61E964E1FULL);
    EXPECT_EQ(hash64("abc"), 0x78AF5F94892F3950ULL);
}

TEST(Clock, steady_time_goes_forward_and_knows_threads) {
    const std::int64_t before = steady_now_ns();
    EXPECT_GE(steady_now_ns(), before);
    EXPECT_GT(wall_now_ns(), 1'700'000'000 * kNsPerSecond);
    EXPECT_EQ(thread_cpu_ns(INT32_MAX), -1) << "no such thread";
}

TEST(ProcessDeathTest, memory_kept_private_is_left_in_no_crash_dump) {
    // In a process of its own, which can be dumped before and not after.
    EXPECT_EXIT(
        {
            const bool before = ::prctl(PR_GET_DUMPABLE) == 1;
            keep_memory_private();
            std::exit(before ? ::prctl(PR_GET_DUMPABLE) : 9);
        },
        ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace petrel::core
