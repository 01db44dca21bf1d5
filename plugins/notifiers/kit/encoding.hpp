// Bytes as text and back, times as text, and the signature of a text.
//
// Pure functions, used on the channel's thread; OpenSSL stays behind this header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace petrel::kit {

std::string base64(std::string_view bytes);
// Nothing when it is no base64 with its padding.
std::optional<std::string> base64_decoded(std::string_view text);
std::string hex(std::string_view bytes);

// 32 bytes; empty when the library fails.
std::string hmac_sha256(std::string_view key, std::string_view text);

// "2026-11-06T22:40:00Z" and "Fri, 06 Nov 2026 22:40:00 +0000"; ns since 1970.
std::string rfc3339(std::int64_t ns);
std::string rfc5322_date(std::int64_t ns);
std::string unix_seconds(std::int64_t ns);
// Of "Fri, 06 Nov 2026 22:40:00 GMT", the one form that HTTP still writes; s since 1970.
std::optional<std::int64_t> http_date_s(std::string_view text);

// The text with all but ASCII letters, digits, '_' and '-' written as "~hh": different texts stay
// different.
std::string as_token(std::string_view text);

}  // namespace petrel::kit
