// Units by table; numbers through from_chars, so that no locale takes part.
#include "config/units.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace petrel::core {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array<Unit, 5> kDurations{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 9> kSizes{{{"TiB", 1ULL << 40},
                                      {"GiB", 1ULL << 30},
                                      {"MiB", 1ULL << 20},
                                      {"KiB", 1ULL << 10},
                                      {"TB", 1'000'000'000'000ULL},
                                      {"GB", 1'000'000'000},
                                      {"MB", 1'000'000},
                                      {"KB", 1'000},
                                      {"B", 1}}};

template <std::size_t N>
std::optional<std::uint64_t> parse(std::string_view text, const std::array<Unit, N>& units) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || !std::isfinite(number) || number < 0) {
        return std::nullopt;
    }
    std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    if (!unit.empty() && unit.front() == ' ') {
        unit.remove_prefix(1);
    }
    for (const Unit& known : units) {
        if (unit != known.name) {
            continue;
        }
        const double value = number * static_cast<double>(known.factor);
        constexpr double exact_max = 9'007'199'254'740'992.0;
        if (value > exact_max || value != std::floor(value)) {
            return std::nullopt;
        }
        return static_cast<std::uint64_t>(value);
    }
    return std::nullopt;
}

template <std::size_t N>
std::string format(std::uint64_t value, const std::array<Unit, N>& units) {
    for (const Unit& unit : units) {
        if (value >= unit.factor && value % unit.factor == 0) {
            return std::to_string(value / unit.factor) + std::string(unit.name);
        }
    }
    return std::to_string(value) + std::string(units.back().name);
}

}  // namespace

std::optional<std::uint64_t> parse_duration_ms(std::string_view text) {
    return parse(text, kDurations);
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) { return parse(text, kSizes); }

std::string format_duration_ms(std::uint64_t ms) { return format(ms, kDurations); }

std::string format_bytes(std::uint64_t bytes) { return format(bytes, kSizes); }

std::string format_number(double number) {
    std::array<char, 400> room{};
    const auto [end, error] = std::abs(number) < 1e15
                                  ? std::to_chars(room.data(), room.data() + room.size(), number,
                                                  std::chars_format::fixed)
                                  : std::to_chars(room.data(), room.data() + room.size(), number);
    return error == std::errc() ? std::string(room.data(), end) : std::string("?");
}

}  // namespace petrel::core
