// How alerts are worded, as plain structs: templates already taken apart. Read by the loader, used
// where alerts are composed.
//
// Immutable once loaded; shared by value.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/problem.hpp"

namespace petrel::core {

// Literal text, or a value with the way it is written.
struct TemplatePiece {
    std::string literal{};   // where there is no name
    std::string name{};      // of the value
    std::string format{};    // empty: the usual one of its kind
    std::uint32_t part = 0;  // number of the optional part it stands in; 0: none
};
using MessageTemplate = std::vector<TemplatePiece>;

// One line of a message, left out when a value of it is not known.
struct MessageField {
    std::string name{};  // kOwnFields: here stand the lines of the alert's own type
    MessageTemplate text{};
};
inline constexpr const char* kOwnFields = "*";

// A list of alerts in one message: how each is told in a line.
struct EntryForm {
    MessageTemplate name{};
    MessageTemplate text{};
};

struct MessageForm {
    MessageTemplate headline{};
    std::vector<MessageField> fields{};
    MessageTemplate footer{};   // of an occasion: empty for that of the alert's own type
    MessageTemplate picture{};  // the sentence on its picture; empty: there is none
    EntryForm each{};           // of a digest
};

// The form for types that have none of their own.
inline constexpr const char* kOtherForm = "other";

// Forms by what has happened to an alert, beside those by its type.
namespace occasion {
inline constexpr const char* kUpdate = "update";  // a message more about a story
inline constexpr const char* kEdit = "edit";      // in place of its first message
inline constexpr const char* kEnd = "end";
inline constexpr const char* kCancelled = "cancelled";
inline constexpr const char* kEscalation = "escalation";
inline constexpr const char* kAcknowledged = "acknowledged";
inline constexpr const char* kDigest = "digest";
inline constexpr const char* kDrill = "drill";
inline constexpr const char* kTest = "test";
inline constexpr const char* kAll[] = {kUpdate,       kEdit,   kEnd,   kCancelled, kEscalation,
                                       kAcknowledged, kDigest, kDrill, kTest};
}  // namespace occasion

struct MessagesConfig {
    std::string zone = "UTC";  // of the IANA list; shown beside UTC
    Place zone_place{};
    std::uint64_t picture_wait_ms = 100;         // for its picture a message waits so long; 0: none
    std::map<std::string, MessageForm> forms{};  // by alert type or occasion
};

}  // namespace petrel::core
