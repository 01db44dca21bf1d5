// TLS: the same HTTP and WebSockets behind a handshake.
#include "connection.hpp"
#include "serve.hpp"

namespace petrel::sim {

void serve_tls(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls,
               Service& service) {
    using Stream = beast::ssl_stream<beast::tcp_stream>;
    std::make_shared<Connection<Stream>>(Stream(beast::tcp_stream(std::move(socket)), tls), service)
        ->run();
}

}  // namespace petrel::sim
