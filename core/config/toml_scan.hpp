// Finds letters beyond ASCII that stand outside text and remarks of a TOML document. TOML allows
// none there, and the library's check for blanks is undefined for some of them. Pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace petrel::core {

struct TextPosition {
    std::uint32_t line = 1;    // from 1
    std::uint32_t column = 1;  // from 1, in code points
};

std::optional<TextPosition> find_foreign_letter(const std::vector<std::string>& lines);

}  // namespace petrel::core
