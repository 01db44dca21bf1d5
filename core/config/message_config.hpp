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
    std::string name{};
    MessageTemplate text{};
};

struct MessageForm {
    MessageTemplate headline{};
    std::vector<MessageField> fields{};
    MessageTemplate footer{};
    MessageTemplate picture{};  // the sentence on its picture; empty: there is none
};

// The form for types that have none of their own.
inline constexpr const char* kOtherForm = "other";

struct MessagesConfig {
    std::string zone = "UTC";  // of the IANA list; shown beside UTC
    Place zone_place{};
    std::uint64_t picture_wait_ms = 100;         // for its picture a message waits so long; 0: none
    std::map<std::string, MessageForm> forms{};  // by alert type
};

}  // namespace petrel::core
