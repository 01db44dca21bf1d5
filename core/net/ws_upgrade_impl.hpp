// Judges a server's answer to the WebSocket upgrade more strictly than the network library does,
// and puts failures of the upgrade and of reading into words. Private to this folder; pure.
#pragma once

#include <boost/beast/websocket/rfc6455.hpp>
#include <cstdint>
#include <optional>

#include "net/link_end.hpp"
#include "net/wire_impl.hpp"

namespace petrel::core {

// What is wrong with an answer that the library took: fields that we did not ask for, or twice.
std::optional<LinkEnd> judge_upgrade(const boost::beast::websocket::response_type& answer);

// The upgrade failed with `error`; `answer` is the server's, where there was one.
LinkEnd upgrade_failure(boost::system::error_code error, const Wire& wire,
                        const boost::beast::websocket::response_type& answer);

// The peer sent a close frame that the library took.
LinkEnd close_verdict(const boost::beast::websocket::close_reason& reason);

// Reading failed with `error` on an open connection.
LinkEnd read_failure(boost::system::error_code error, Wire& wire, std::uint32_t message_bytes_max);

}  // namespace petrel::core
