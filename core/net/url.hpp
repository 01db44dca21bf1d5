// The parts of an address such as "wss://host:port/path?query". Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core {

struct Url {
    enum class Security : std::uint8_t { Plain, Tls };
    Security security = Security::Plain;
    std::string scheme;     // "ws", "wss", "http" or "https"
    std::string host;       // name or address, an IPv6 one without its brackets
    std::string port;       // digits; the scheme's own when none is given
    std::string authority;  // as it goes into a Host header
    std::string target;     // path and query, at least "/"
};

// Refuses other schemes, user names, fragments, spaces and control characters.
Result<Url> parse_url(std::string_view text);

// True for an IPv4 or IPv6 address, false for a name.
bool is_ip_literal(const std::string& host);

}  // namespace petrel::core
