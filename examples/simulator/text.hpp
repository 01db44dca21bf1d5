// Small text helpers shared by the whole simulator: joining, decimals, splitting.
//
// Prices travel as decimal text of a fixed number of digits, as both venues send them.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace petrel::sim {

inline void append_decimal(std::string& out, double value, int digits) {
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::fixed, digits);
    out.append(buffer.data(), end.ptr);
}

inline std::string decimal(double value, int digits) {
    std::string out;
    append_decimal(out, value, digits);
    return out;
}

template <typename Part>
void append_part(std::string& out, const Part& part) {
    if constexpr (std::is_convertible_v<const Part&, std::string_view>) {
        out += std::string_view(part);
    } else if constexpr (std::is_same_v<Part, char>) {
        out += part;
    } else if constexpr (std::is_same_v<Part, bool>) {
        out += part ? "true" : "false";
    } else if constexpr (std::is_integral_v<Part>) {
        std::array<char, 24> buffer{};
        out.append(buffer.data(),
                   std::to_chars(buffer.data(), buffer.data() + buffer.size(), part).ptr);
    } else {
        static_assert(std::is_floating_point_v<Part>, "join() takes text and numbers");
        append_decimal(out, part, 3);
    }
}

template <typename... Parts>
std::string join(const Parts&... parts) {
    std::string out;
    out.reserve(128);
    (append_part(out, parts), ...);
    return out;
}

inline std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = text.find(separator);
        if (const auto part = text.substr(0, end); !part.empty()) {
            parts.emplace_back(part);
        }
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return parts;
}

inline std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& letter : out) {
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return out;
}

}  // namespace petrel::sim
