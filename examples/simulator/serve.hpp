// Serving one accepted socket, by kind of socket.
//
// Each kind is compiled in a file of its own: the network library's templates are heavy, and two
// small compilations need half the memory of one big one.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include "session.hpp"

namespace petrel::sim {

void serve_plain(boost::asio::ip::tcp::socket socket, Service& service);
void serve_tls(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls,
               Service& service);
// HTTP only.
void serve_unix(boost::asio::local::stream_protocol::socket socket, Service& service);

}  // namespace petrel::sim
