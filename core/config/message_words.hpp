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

// Alerts by what they have to tell, as bits: types, then the occasions on which one is told.
using AlertBits = std::uint16_t;
inline constexpr AlertBits kSingleAlert = 1;  // of one event
inline constexpr AlertBits kWindowAlert = 2;  // of a window
inline constexpr AlertBits kRadarAlert = 4;   // of a storm and a cluster that met
inline constexpr AlertBits kSystemAlert = 8;
inline constexpr AlertBits kUpdateAlert = 16;
inline constexpr AlertBits kEndAlert = 32;
inline constexpr AlertBits kCancelledAlert = 64;
inline constexpr AlertBits kEscalationAlert = 128;
inline constexpr AlertBits kAcknowledgedAlert = 256;
inline constexpr AlertBits kDrillAlert = 512;
inline constexpr AlertBits kTestAlert = 1'024;
inline constexpr AlertBits kDigestAlert = 2'048;
inline constexpr AlertBits kDigestEntry = 4'096;  // one alert of a digest

struct MessageWord {
    std::string_view name;
    ValueKind kind;
    AlertBits alerts;
    std::string_view meaning;
};

std::span<const MessageWord> message_words();
// Null for an unknown name.
const MessageWord* find_message_word(std::string_view name);

// Which of the bits above the texts of a type of alert or of an occasion may tell of; types that
// are not the product's own may be of one event or of a window.
AlertBits alerts_of_form(std::string_view form);

// Words after the colon that a kind takes, beside none. Numbers of decimals are among them.
std::vector<std::string> formats_of(ValueKind kind);

}  // namespace petrel::core
