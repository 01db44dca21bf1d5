// Values of a frame as they are written, read by simdjson on demand: numbers go through the SDK's
// decimals, texts stay where they lie. Only .cpp files include this header, which brings simdjson.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "petrel/decimal.hpp"

namespace petrel::bitfinex {

namespace ondemand = simdjson::ondemand;

// Why a frame is refused, a literal; empty when all is well.
using Reason = std::string_view;

inline constexpr Reason kNotJson = "frame is no valid JSON";
inline constexpr Reason kWrongType = "a field of the frame has the wrong type";

// The value up to the next mark of the JSON, without the blanks before that mark.
inline std::string_view token_of(ondemand::value value) {
    std::string_view token = value.raw_json_token();
    while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
        token.remove_suffix(1);
    }
    return token;
}

// The token lies in a frame, so that the padding behind it is readable.
inline bool read_decimal(std::string_view token, double& into) {
    const char* end = token.data() + token.size();
    const ScannedDecimal found = scan_decimal(token.data(), end);
    into = found.value;
    return found.next == end;
}

inline bool read_unsigned(std::string_view token, std::uint64_t& into) {
    const char* end = token.data() + token.size();
    const ScannedUnsigned found = scan_unsigned(token.data(), end);
    into = found.value;
    return found.next == end;
}

// What stands between the quotes, escapes as they are: names and words of the venue have none.
inline bool read_text(std::string_view token, std::string_view& into) {
    if (token.size() < 2 || token.front() != '"' || token.back() != '"') {
        return false;
    }
    into = token.substr(1, token.size() - 2);
    return true;
}

}  // namespace petrel::bitfinex
