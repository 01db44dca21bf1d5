// Where a command writes and what it may assume of it. Handed to every command, so that tests can
// read what a person would see.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>

#include "config/problem.hpp"

namespace petrel::core {

enum class ColourMode : std::uint8_t { Auto, Always, Never };

struct Terminal {
    std::ostream& out;  // results
    std::ostream& err;  // everything else
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    std::map<std::string, std::string> environment;

    // NO_COLOR (set and not empty) and TERM=dumb switch colours off unless they are asked for.
    [[nodiscard]] Colour out_colour(ColourMode mode) const;
    [[nodiscard]] Colour err_colour(ColourMode mode) const;
};

// Standard output and error of this process.
Terminal process_terminal();

}  // namespace petrel::core
