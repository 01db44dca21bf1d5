// What an alert has to tell, by the names that templates use, and how a template becomes a line.
//
// Stage 8. Pure but for the zone it is given. A value that is not known is absent.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "config/message_config.hpp"
#include "routing/reader_zone.hpp"
#include "signal/signal.hpp"

namespace petrel::core {

// Which member holds it says the kind of the word.
struct MessageValue {
    std::string text{};
    double number = 0;
    bool sampled = false;    // of an amount: "at least"
    std::int64_t whole = 0;  // counts, ms, ns since 1970
};

// By name; the names are those of the constant table of words.
using MessageValues = std::map<std::string_view, MessageValue>;

// `severity`: of its alert, 1 to 3.
MessageValues values_of(const Signal& signal, std::uint32_t severity);

struct MessageLine {
    std::string text{};
    bool complete = true;  // false: a value outside of [...] is not known; "?" stands for it
};

MessageLine written(const MessageTemplate& pieces, const MessageValues& values,
                    const ReaderZone& zone);

}  // namespace petrel::core
