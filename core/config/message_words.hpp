// The values that messages may name: which there are, for which types, and how they can be written.
//
// One table, used to check templates, to list the values in the documents (a test compares them)
// and to write them. Constant; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

enum class ValueKind : std::uint8_t {
    Text,
    Side,
    Amount,  // of USD; knows whether it is a sample
    Number,
    Percent,
    Count,
    Price,
    Span,  // of time
    Time
};

// Types of alerts by what they have to tell; bits.
inline constexpr std::uint8_t kSingleAlert = 1;  // of one event
inline constexpr std::uint8_t kWindowAlert = 2;  // of a window
inline constexpr std::uint8_t kRadarAlert = 4;   // of a storm and a cluster that met
inline constexpr std::uint8_t kSystemAlert = 8;

struct MessageWord {
    std::string_view name;
    ValueKind kind;
    std::uint8_t alerts;
    std::string_view meaning;
};

std::span<const MessageWord> message_words();
// Null for an unknown name.
const MessageWord* find_message_word(std::string_view name);

// Which of the bits above a type of alert is; types that are not the product's own may be of one
// event or of a window.
std::uint8_t alerts_of_type(std::string_view type);

// Words after the colon that a kind takes, beside none. Numbers of decimals are among them.
std::vector<std::string> formats_of(ValueKind kind);

}  // namespace petrel::core
