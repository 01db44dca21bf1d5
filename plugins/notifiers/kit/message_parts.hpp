// An alert cleaned and cut to what a service takes, before any markup: a cut can never fall into a
// tag, an entity or an escape.
//
// Stage 9, on the channel's thread. Pure functions; the measure says how much a code point takes
// once it is escaped.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "petrel/notifier.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::kit {

struct MessageLine {
    std::string name;
    std::string value;
};

struct MessageParts {
    std::string headline;  // TEST or LATE first where it is so
    std::vector<MessageLine> lines;
    std::size_t left_out = 0;  // lines that did not fit
    std::string footer;
};

struct MessageLimits {
    std::size_t total = 4096;  // of headline, lines, note and footer with their line ends
    std::size_t headline = 1024;
    std::size_t name = 128;
    std::size_t value = std::numeric_limits<std::size_t>::max();
    std::size_t footer = 256;
    std::size_t lines = std::numeric_limits<std::size_t>::max();
    TextMeasure measure = utf16_units;
};

// "info", "warning" or "critical"; "long", "short", "buy", "sell" or nothing.
std::string_view severity_word(std::uint32_t severity);
std::string_view side_word(Side side);

MessageParts message_parts(const Alert& alert, const MessageLimits& limits);

// "… 3 more lines"; empty when nothing was left out.
std::string left_out_note(const MessageParts& parts);

// All of it as plain lines, the headline first.
std::string plain_text(const MessageParts& parts);
// Without the headline, for services that show it by itself.
std::string plain_body(const MessageParts& parts);

}  // namespace petrel::kit
