// Times as the venue writes them: "2026-11-06T22:40:00.704Z", to nine decimals or none.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace petrel::coinbase {

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
        unsigned value = 0;
        for (std::size_t i = at; i < at + count; ++i) {
            const auto digit = static_cast<unsigned char>(text[i] - '0');
            digits = digits && digit < 10;
            value = value * 10 + digit;
        }
        return value;
    };
    const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(number(0, 4))},
                                          std::chrono::month{number(5, 2)},
                                          std::chrono::day{number(8, 2)}};
    const std::int64_t hour = number(11, 2);
    const std::int64_t minute = number(14, 2);
    const std::int64_t second = number(17, 2);
    std::int64_t fraction_ns = 0;
    if (size > kSecondsEnd + 1) {
        const std::size_t decimals = size - kSecondsEnd - 2;
        fraction_ns = number(kSecondsEnd + 1, decimals);
        for (std::size_t i = decimals; i < 9; ++i) {
            fraction_ns *= 10;
        }
    }
    const bool in_century =
        day.year() >= std::chrono::year{1970} && day.year() <= std::chrono::year{2200};
    if (!digits || !day.ok() || !in_century || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    const std::int64_t days = std::chrono::sys_days{day}.time_since_epoch().count();
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1'000'000'000 + fraction_ns;
}

}  // namespace petrel::coinbase
