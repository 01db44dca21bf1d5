// Judges a server's answer to the WebSocket upgrade more strictly than the network library does,
// and puts failures of the upgrade and of reading into words. Private to this folder; pure.
#pragma once

#include <boost/beast/websocket/rfc6455.hpp>
#include <cstdint>
#include <optional>

#include "net/link_end.hpp"
#include "net/wire_impl.hpp"

namespace petrel::core {

// What we offer where compression is asked for.
inline constexpr std::string_view kCompressionOffer = "permessage-deflate; client_max_window_bits";
enum class Offered : std::uint8_t { Nothing, Compression };

// What is wrong with an answer that the library took: fields that we did not ask for, or twice.
std::optional<LinkEnd> judge_upgrade(const boost::beast::websocket::response_type& answer,
                                     Offered offered);
// Whether an answer that is right takes the compression.
bool takes_compression(const boost::beast::websocket::response_type& answer);

// The upgrade failed with `error`; `answer` is the server's, where there was one.
LinkEnd upgrade_failure(boost::system::error_code error, const Wire& wire,
                        const boost::beast::websocket::response_type& answer);

// The peer sent a close frame that the library took.
LinkEnd close_verdict(const boost::beast::websocket::close_reason& reason);

// Reading failed with `error` on an open connection.
// Where compression was refused by the data itself, nobody has said farewell yet.
bool is_corrupt_deflate(boost::system::error_code error);
LinkEnd read_failure(boost::system::error_code error, Wire& wire, std::uint32_t message_bytes_max);

}  // namespace petrel::core
