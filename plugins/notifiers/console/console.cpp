// Colour is decided at each message: standard output may be a terminal now and a file after a
// restart, and asking costs nothing beside the write.
#include "console.hpp"

#include <cstdlib>

#include "kit/write_all.hpp"

namespace petrel::console {
namespace {

constexpr std::string_view kAuto = "auto";
constexpr std::string_view kAlways = "always";
constexpr std::string_view kNever = "never";

petrel_parameter colour_parameter() {
    petrel_parameter p = parameter(PETREL_PARAMETER_TEXT, "color", "",
                                   "auto (on a terminal, unless NO_COLOR is set), always or never");
    p.default_text = text_of(kAuto);
    return p;
}

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

Colour colour_for(std::string_view wanted, int descriptor) {
    if (wanted != kAuto) {
        return wanted == kAlways ? Colour::Ansi : Colour::Plain;
    }
    const bool shows_colour =
        isatty(descriptor) == 1 && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
    return shows_colour ? Colour::Ansi : Colour::Plain;
}

}  // namespace

Console::Console(const Host& host, const Config& config) : wanted_colour_(config.text("color")) {
    (void)host;
}

PluginInfo Console::describe() {
    return {"console", "1.0.0", "petrel", "Shows alerts on standard output.", {colour_parameter()}};
}

Status Console::ready() const {
    if (wanted_colour_ != kAuto && wanted_colour_ != kAlways && wanted_colour_ != kNever) {
        return Status::invalid("console: color is '" + wanted_colour_ +
                               "'; write auto, always or never");
    }
    return {};
}

Outcome Console::deliver(const Alert& alert) {
    const std::string text = message_of(alert, colour_for(wanted_colour_, STDOUT_FILENO));
    const kit::Written written = kit::write_all(STDOUT_FILENO, text);
    if (written.complete()) {
        return {PETREL_DELIVERED, 0, {}, {}};
    }
    const std::string reason = "standard output: " + written.error_text() + " after " +
                               std::to_string(written.bytes) + " of " +
                               std::to_string(text.size()) + " bytes";
    if (written.reader_is_gone() || written.error == EBADF) {
        return {PETREL_BROKEN, 0, {}, reason + "; nobody reads it any more"};
    }
    return {PETREL_RETRY, 0, {}, reason};
}

}  // namespace petrel::console

PETREL_PLUGIN(petrel::console::Console);
