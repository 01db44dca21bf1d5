// Windows over midnight, on chosen days, and on days when clocks are set. Times computed by hand.
#include "routing/mute_window.hpp"

#include <gtest/gtest.h>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kHour = 3'600;
// Midnight UTC of days: Sunday 2026-03-29 (clocks in Berlin go from 2 to 3), Friday 2026-11-20.
constexpr std::int64_t kSpring = 1'774'742'400;
constexpr std::int64_t kFriday = 1'795'132'800;

MuteWindow window(MuteWindowConfig config) {
    Result<MuteWindow> made = MuteWindow::make(std::move(config));
    EXPECT_TRUE(made.ok());
    return std::move(*made);
}

MuteWindowConfig nights(const std::string& zone) {
    return {.name = "nights",
            .time_zone = zone,
            .weekdays = {true, true, true, true, true, true, true},
            .from_min = 22 * 60,
            .to_min = 7 * 60};
}

// When the window ends, in hours after `from_s`; -1 when none holds.
double ends_h(const MuteWindow& window, std::int64_t at_s, std::int64_t from_s) {
    const std::int64_t ns = window.ends_ns(at_s * kNsPerSecond);
    return ns == 0 ? -1 : static_cast<double>(ns / kNsPerSecond - from_s) / kHour;
}

TEST(MuteWindow, holds_from_its_first_minute_to_just_before_its_last) {
    MuteWindowConfig config = nights("UTC");
    config.from_min = 9 * 60 + 30;
    config.to_min = 10 * 60;
    const MuteWindow open = window(config);
    EXPECT_EQ(ends_h(open, kFriday + 9 * kHour + 1'799, kFriday), -1);
    EXPECT_EQ(ends_h(open, kFriday + 9 * kHour + 1'800, kFriday), 10);
    EXPECT_EQ(ends_h(open, kFriday + 10 * kHour - 1, kFriday), 10);
    EXPECT_EQ(ends_h(open, kFriday + 10 * kHour, kFriday), -1);
}

TEST(MuteWindow, over_midnight_belongs_to_the_day_on_which_it_begins) {
    MuteWindowConfig config = nights("UTC");
    config.weekdays = {false, false, false, false, true, false, false};  // Friday
    const MuteWindow night = window(config);
    EXPECT_EQ(ends_h(night, kFriday + 23 * kHour, kFriday), 31);
    EXPECT_EQ(ends_h(night, kFriday + 30 * kHour, kFriday), 31) << "Saturday morning";
    EXPECT_EQ(ends_h(night, kFriday + 3 * kHour, kFriday), -1) << "Friday morning is Thursday's";
    EXPECT_EQ(ends_h(night, kFriday + 47 * kHour, kFriday), -1) << "Saturday night";
}

TEST(MuteWindow, follows_the_wall_clock_of_its_zone) {
    const MuteWindow berlin = window(nights("Europe/Berlin"));  // UTC+1 in November
    EXPECT_EQ(ends_h(berlin, kFriday + 20 * kHour, kFriday), -1);
    EXPECT_EQ(ends_h(berlin, kFriday + 21 * kHour, kFriday), 30);
    const MuteWindow kolkata = window(nights("Asia/Kolkata"));  // UTC+5:30
    EXPECT_EQ(ends_h(kolkata, kFriday + 17 * kHour, kFriday), 25.5);
}

TEST(MuteWindow, keeps_to_the_wall_clock_when_clocks_are_set) {
    const MuteWindow berlin = window(nights("Europe/Berlin"));
    // Saturday 22:00 is 21:00 UTC; Sunday 7:00 is 5:00 UTC by then, so that the night has 8 hours.
    EXPECT_EQ(ends_h(berlin, kSpring - 3 * kHour, kSpring), 5);
    EXPECT_EQ(ends_h(berlin, kSpring - 3 * kHour - 1, kSpring), -1);
    EXPECT_EQ(ends_h(berlin, kSpring + 5 * kHour, kSpring), -1);
}

TEST(MuteWindow, whole_day_ends_at_midnight) {
    MuteWindowConfig config = nights("UTC");
    config.from_min = 0;
    config.to_min = 24 * 60;
    EXPECT_EQ(ends_h(window(config), kFriday + 1, kFriday), 24);
}

TEST(MuteWindow, tells_the_time_at_the_place) {
    EXPECT_EQ(clock_at(kFriday * kNsPerSecond, "Europe/Berlin"), "01:00");
    EXPECT_EQ(clock_at(kSpring * kNsPerSecond + 59 * kNsPerSecond, "UTC"), "00:00");
    EXPECT_TRUE(MuteWindow::make(nights("America/New_York")).ok());
    EXPECT_FALSE(MuteWindow::make(nights("Nowhere")).ok());
}

}  // namespace
}  // namespace petrel::core
