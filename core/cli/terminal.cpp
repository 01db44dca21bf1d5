// Colour rules of user-facing output, in one place.
#include "cli/terminal.hpp"

#include <unistd.h>

#include <iostream>

#include "config/config_loader.hpp"

namespace petrel::core {
namespace {

Colour colour_for(ColourMode mode, bool is_terminal,
                  const std::map<std::string, std::string>& environment) {
    if (mode != ColourMode::Auto) {
        return mode == ColourMode::Always ? Colour::Always : Colour::Never;
    }
    const auto no_colour = environment.find("NO_COLOR");
    const auto term = environment.find("TERM");
    const bool refused = (no_colour != environment.end() && !no_colour->second.empty()) ||
                         (term != environment.end() && term->second == "dumb");
    return is_terminal && !refused ? Colour::Always : Colour::Never;
}

}  // namespace

Colour Terminal::out_colour(ColourMode mode) const {
    return colour_for(mode, out_is_terminal, environment);
}

Colour Terminal::err_colour(ColourMode mode) const {
    return colour_for(mode, err_is_terminal, environment);
}

Terminal process_terminal() {
    return Terminal{std::cout, std::cerr, ::isatty(STDOUT_FILENO) == 1,
                    ::isatty(STDERR_FILENO) == 1, process_environment()};
}

}  // namespace petrel::core
