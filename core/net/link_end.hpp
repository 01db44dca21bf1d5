// How a connection ended: a category for decisions, a sentence for people. Plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace petrel::core {

enum class LinkEndKind : std::uint8_t {
    Local,       // we closed it
    PeerClosed,  // the peer sent a close frame; `code` is its code, 1005 without one
    Reset,       // the connection broke without a farewell
    Timeout,     // a time limit passed: connecting, a pong, a whole message, silence
    Tls,         // certificate, name, version or record
    Protocol,    // the peer broke the protocol; `code` is what we closed with
    Refused,     // not reachable, or the upgrade was declined; `code` is the HTTP status or 0
    Dns,         // the name could not be looked up
};

struct LinkEnd {
    LinkEndKind kind = LinkEndKind::Reset;
    std::uint16_t code = 0;
    std::string sentence;  // what happened, without the address
};

constexpr std::string_view link_end_name(LinkEndKind kind) {
    constexpr std::string_view names[] = {"local", "peer_closed", "reset",   "timeout",
                                          "tls",   "protocol",    "refused", "dns"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace petrel::core
