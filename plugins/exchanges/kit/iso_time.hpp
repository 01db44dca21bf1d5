// Times as venues write them in words: "2026-11-06T22:40:00.704Z", to nine decimals or none.
//
// Pure; called from decoders for each row and from history for each page. Knows the calendar, no
// clock.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace petrel::kit {

struct CivilTime {
    std::int64_t year = 1970;
    std::int64_t month = 1;
    std::int64_t day = 1;
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;

    // A time of the years 1970 to 2200.
    [[nodiscard]] bool ok() const {
        constexpr std::array<std::int8_t, 13> kDays{0,  31, 28, 31, 30, 31, 30,
                                                    31, 31, 30, 31, 30, 31};
        if (year < 1970 || year > 2200 || month < 1 || month > 12 || hour > 23 || minute > 59 ||
            second > 59) {
            return false;
        }
        const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        const std::int64_t days =
            kDays[static_cast<std::size_t>(month)] + (month == 2 && leap ? 1 : 0);
        return day >= 1 && day <= days;
    }
    // Since 1970; of a time that is ok. Years are counted from March on, so that the day that a
    // leap year has more is its last.
    [[nodiscard]] std::int64_t seconds() const {
        const std::int64_t y = month > 2 ? year : year - 1;
        const std::int64_t from_march = month > 2 ? month - 3 : month + 9;
        const std::int64_t day_of_year = (153 * from_march + 2) / 5 + day - 1;
        const std::int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + day_of_year - 719'468;
        return ((days * 24 + hour) * 60 + minute) * 60 + second;
    }
};

// Nanoseconds since 1970; nothing for what is no such time.
inline std::optional<std::int64_t> parse_iso_ns(std::string_view text) {
    constexpr std::size_t kSecondsEnd = 19;
    const std::size_t size = text.size();
    const bool shaped = size > kSecondsEnd && size <= kSecondsEnd + 11 && text[4] == '-' &&
                        text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
                        text.back() == 'Z' && size != kSecondsEnd + 2 &&
                        (size == kSecondsEnd + 1 || text[kSecondsEnd] == '.');
    if (!shaped) {
        return std::nullopt;
    }
    bool digits = true;
    const auto number = [&](std::size_t at, std::size_t count) {
        std::int64_t value = 0;
        for (std::size_t i = at; i < at + count; ++i) {
            const auto digit = static_cast<unsigned char>(text[i] - '0');
            digits = digits && digit < 10;
            value = value * 10 + digit;
        }
        return value;
    };
    const CivilTime time{number(0, 4),  number(5, 2),  number(8, 2),
                         number(11, 2), number(14, 2), number(17, 2)};
    std::int64_t fraction_ns = 0;
    if (size > kSecondsEnd + 1) {
        const std::size_t decimals = size - kSecondsEnd - 2;
        fraction_ns = number(kSecondsEnd + 1, decimals);
        for (std::size_t i = decimals; i < 9; ++i) {
            fraction_ns *= 10;
        }
    }
    if (!digits || !time.ok()) {
        return std::nullopt;
    }
    return time.seconds() * 1'000'000'000 + fraction_ns;
}

// Milliseconds since 1970, not before, in that form with three decimals.
inline std::string iso_text(std::int64_t ms) {
    // Days since March of the year 0, in eras of 400 years, which all have the same days.
    const std::int64_t days = ms / 86'400'000 + 719'468;
    const std::int64_t era = days / 146'097;
    const std::int64_t of_era = days % 146'097;
    const std::int64_t year_of_era =
        (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t from_march = (5 * of_year + 2) / 153;
    const std::int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    const std::int64_t rest_ms = ms % 86'400'000;
    const auto padded = [](std::int64_t value, std::size_t width) {
        const std::string digits = std::to_string(value);
        return std::string(width - std::min(width, digits.size()), '0') + digits;
    };
    return padded(year, 4) + "-" + padded(month, 2) + "-" +
           padded(of_year - (153 * from_march + 2) / 5 + 1, 2) + "T" +
           padded(rest_ms / 3'600'000, 2) + ":" + padded(rest_ms / 60'000 % 60, 2) + ":" +
           padded(rest_ms / 1'000 % 60, 2) + "." + padded(rest_ms % 1'000, 3) + "Z";
}

}  // namespace petrel::kit
