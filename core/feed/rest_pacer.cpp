// Pauses and holds in nanoseconds of the steady clock.
#include "feed/rest_pacer.hpp"

#include <charconv>
#include <chrono>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kTooManyRequests = 429;
constexpr std::uint32_t kBanned = 418;
constexpr std::uint32_t kUnavailable = 503;
constexpr std::int64_t kHoldLongest_s = 3 * 86'400;  // the longest ban that a venue announces
constexpr std::int64_t kUnsaidLongest_s = 3'600;

}  // namespace

std::optional<std::int64_t> retry_after_s(std::string_view text, std::int64_t wall_ns) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) {
        return seconds >= 0 ? std::optional(seconds) : std::nullopt;
    }
    std::tm date{};
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    in >> std::get_time(&date, "%a, %d %b %Y %H:%M:%S GMT");
    if (in.fail()) {
        return std::nullopt;
    }
    using std::chrono::days;
    const std::chrono::year_month_day day{
        std::chrono::year(date.tm_year + 1900),
        std::chrono::month(static_cast<unsigned>(date.tm_mon + 1)),
        std::chrono::day(static_cast<unsigned>(date.tm_mday))};
    if (!day.ok()) {
        return std::nullopt;
    }
    const std::int64_t at_s = std::chrono::sys_days(day).time_since_epoch().count() * 86'400LL +
                              date.tm_hour * 3'600LL + date.tm_min * 60LL + date.tm_sec;
    return std::max<std::int64_t>(at_s - wall_ns / kNsPerSecond, 0);
}

void RestPacer::spent(std::uint32_t weight, std::int64_t now_ns) {
    const std::int64_t per_minute = std::max<std::uint32_t>(limits_.weight_per_minute, 1);
    const std::int64_t pause_ns =
        std::max<std::uint32_t>(weight, 1) * (60 * kNsPerSecond) / per_minute;
    next_ns_ = std::max(next_ns_, now_ns) + std::max(pause_ns, limits_.gap_ms * kNsPerMs);
}

std::optional<std::int64_t> RestPacer::heed(std::uint32_t status,
                                            std::optional<std::int64_t> after_s,
                                            std::int64_t now_ns) {
    const bool refused = status == kTooManyRequests || status == kBanned ||
                         (status == kUnavailable && after_s.has_value());
    if (!refused) {
        holds_in_row_ = held(now_ns) ? holds_in_row_ : 0;
        return std::nullopt;
    }
    // Several requests may have been on their way when the venue had enough: that is one hold.
    const bool begins = !held(now_ns);
    holds_in_row_ += begins ? 1 : 0;
    const std::int64_t first_s = status == kBanned ? 120 : 60;
    const std::int64_t unsaid_s =
        std::min(kUnsaidLongest_s, first_s << std::min(holds_in_row_ - 1, 6U));
    const std::int64_t wait_s =
        std::clamp<std::int64_t>(after_s.value_or(unsaid_s), 1, kHoldLongest_s);
    held_until_ns_ = std::max(held_until_ns_, now_ns + wait_s * kNsPerSecond);
    return begins ? std::optional(wait_s) : std::nullopt;
}

}  // namespace petrel::core
