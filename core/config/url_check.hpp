// Whether a text is an address that the network layer can use. Never quotes the text: people put
// tokens into addresses.
#pragma once

#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core {

struct UrlSchemes {
    std::string_view plain;   // "ws"
    std::string_view secure;  // "wss"
};

Status check_url(std::string_view url, const UrlSchemes& schemes);

// postgresql://[user@][host[:port]][,host...]/database[?option=value&...], with no password in it.
Status check_server_url(std::string_view url);

}  // namespace petrel::core
