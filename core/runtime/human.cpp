// Formatting by to_chars, which no locale reaches: a library that sets one changes no message.
#include "runtime/human.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace petrel::core {
namespace {

std::string grouped(std::string digits) {
    const std::size_t point = digits.find('.');
    std::size_t at = point == std::string::npos ? digits.size() : point;
    const std::size_t first = digits[0] == '-' ? 1 : 0;
    while (at > first + 3) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

}  // namespace

std::string human_fixed(double value, int decimals) {
    std::array<char, 400> text{};  // the largest double has 309 digits before the point
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                   std::chars_format::fixed, decimals);
    return {text.data(), end.ptr};
}

std::string human_usd(double usd) {
    struct Scale {
        double from;
        const char* unit;
    };
    constexpr Scale scales[] = {{1e9, "B"}, {1e6, "M"}, {1e3, "k"}};
    for (const Scale& scale : scales) {
        const double value = usd / scale.from;
        if (value >= 0.9995) {
            return "$" + human_fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0) + scale.unit;
        }
    }
    return "$" + human_fixed(usd, usd < 10 ? 2 : 0);
}

std::string human_price(double price) {
    if (!(price > 0) || !std::isfinite(price)) {
        return "0";
    }
    const int magnitude = static_cast<int>(std::floor(std::log10(price)));
    const int decimals = magnitude >= 5 ? 1 : 5 - magnitude;
    std::string text = human_fixed(price, decimals > 12 ? 12 : decimals);
    const std::size_t last = text.find_last_not_of('0');
    text.erase(text[last] == '.' ? last : last + 1);
    return grouped(text);
}

std::string human_count(std::uint64_t count) { return grouped(std::to_string(count)); }

std::string human_duration_ms(std::uint64_t ms) {
    if (ms % 1'000 != 0) {
        return std::to_string(ms) + " ms";
    }
    const std::uint64_t s = ms / 1'000;
    if (s >= 3'600 && s % 3'600 == 0) {
        return std::to_string(s / 3'600) + " h";
    }
    return s >= 120 && s % 60 == 0 ? std::to_string(s / 60) + " min" : std::to_string(s) + " s";
}

std::string human_list(std::span<const std::string> words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

}  // namespace petrel::core
