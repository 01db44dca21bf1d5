// Letters A to Z made small or large, whatever the locale; all other bytes stay. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace petrel::core {

constexpr char lower_letter(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr char upper_letter(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

inline std::string lower_case(std::string_view text) {
    std::string copy(text);
    std::transform(copy.begin(), copy.end(), copy.begin(), lower_letter);
    return copy;
}

inline std::string upper_case(std::string_view text) {
    std::string copy(text);
    std::transform(copy.begin(), copy.end(), copy.begin(), upper_letter);
    return copy;
}

}  // namespace petrel::core
