// Synchronous Beast over plain TCP or TLS.
#include "ws_probe.hpp"

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

namespace petrel::sim::testing {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp::socket;
using Tls = asio::ssl::stream<Tcp>;

template <typename Stream>
class Probe final : public WsProbe {
public:
    template <typename... Arguments>
    explicit Probe(Arguments&&... arguments) : socket(std::forward<Arguments>(arguments)...) {
        socket.read_message_max(64UL * 1024UL * 1024UL);
    }

    void send(const std::string& text) override {
        beast::error_code ignored;
        socket.write(asio::buffer(text), ignored);
    }
    std::optional<std::string> receive() override {
        beast::flat_buffer buffer;
        beast::error_code error;
        socket.read(buffer, error);
        if (error) {
            return std::nullopt;
        }
        return beast::buffers_to_string(buffer.cdata());
    }
    int close_code() const override { return static_cast<int>(socket.reason().code); }

    beast::websocket::stream<Stream> socket;
};

asio::io_context& context() {
    static asio::io_context io;
    return io;
}

bool open_tcp(Tcp& socket, const std::string& address) {
    const auto port = address.substr(address.rfind(':') + 1);
    beast::error_code error;
    socket.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(port))},
                   error);
    const timeval patience{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return !error;
}

}  // namespace

std::unique_ptr<WsProbe> WsProbe::connect(const ProbeOptions& options) {
    beast::error_code error;
    if (!options.address.starts_with("wss:")) {
        auto probe = std::make_unique<Probe<Tcp>>(context());
        if (!open_tcp(probe->socket.next_layer(), options.address)) {
            return nullptr;
        }
        probe->socket.handshake("localhost", options.target, error);
        return error ? nullptr : std::move(probe);
    }
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.load_verify_file(options.ca_file, error);
    tls.set_verify_mode(asio::ssl::verify_peer);
    auto probe = std::make_unique<Probe<Tls>>(context(), tls);
    auto& stream = probe->socket.next_layer();
    stream.set_verify_callback(asio::ssl::host_name_verification("localhost"), error);
    if (error || !open_tcp(stream.next_layer(), options.address)) {
        return nullptr;
    }
    stream.handshake(asio::ssl::stream_base::client, error);
    if (error) {
        return nullptr;
    }
    probe->socket.handshake("localhost", options.target, error);
    return error ? nullptr : std::move(probe);
}

}  // namespace petrel::sim::testing
