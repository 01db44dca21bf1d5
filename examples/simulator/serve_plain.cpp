// Plain TCP: HTTP and WebSockets. Unix sockets: HTTP.
#include "connection.hpp"
#include "serve.hpp"

namespace petrel::sim {

void serve_plain(boost::asio::ip::tcp::socket socket, Service& service) {
    std::make_shared<Connection<beast::tcp_stream>>(beast::tcp_stream(std::move(socket)), service)
        ->run();
}

void serve_unix(boost::asio::local::stream_protocol::socket socket, Service& service) {
    using Stream = beast::basic_stream<boost::asio::local::stream_protocol>;
    std::make_shared<Connection<Stream>>(Stream(std::move(socket)), service)->run();
}

}  // namespace petrel::sim
