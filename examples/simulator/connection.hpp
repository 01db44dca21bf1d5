// One accepted connection: HTTP requests one after the other, or an upgrade to a WebSocket.
//
// A template over the stream, because plain, TLS and Unix sockets differ only there. Included by
// the serve_*.cpp files alone. Objects keep themselves alive while an operation of theirs is under
// way, which is why they are shared.
#pragma once

#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <type_traits>

#include "session.hpp"
#include "ws_client.hpp"

namespace petrel::sim {

namespace beast = boost::beast;
namespace http = beast::http;

template <typename Stream>
inline constexpr bool kIsTls = false;
template <typename Inner>
inline constexpr bool kIsTls<beast::ssl_stream<Inner>> = true;

template <typename Stream>
class Connection : public std::enable_shared_from_this<Connection<Stream>> {
public:
    static constexpr std::chrono::seconds kPatience{30};
    static constexpr std::size_t kBodyBytesMax = 32UL * 1024UL * 1024UL;

    Connection(Stream stream, Service& service) : stream_(std::move(stream)), service_(service) {}

    void run() {
        beast::get_lowest_layer(stream_).expires_after(kPatience);
        if constexpr (kIsTls<Stream>) {
            stream_.async_handshake(boost::asio::ssl::stream_base::server,
                                    [self = this->shared_from_this()](beast::error_code error) {
                                        if (!error) {
                                            self->read();
                                        }
                                    });
        } else {
            read();
        }
    }

private:
    void read() {
        parser_.emplace();
        parser_->body_limit(kBodyBytesMax);
        beast::get_lowest_layer(stream_).expires_after(kPatience);
        http::async_read(stream_, buffer_, *parser_,
                         [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                             if (!error) {
                                 self->handle();
                             }
                         });
    }

    void handle() {
        const auto& message = parser_->get();
        HttpRequest request{.method = std::string(message.method_string()), .body = message.body()};
        set_target(request, {message.target().data(), message.target().size()});
        if (!beast::websocket::is_upgrade(message)) {
            answer(service_.on_request(request));
            return;
        }
        if (auto refusal = service_.refuse_upgrade(request)) {
            if (refusal->status == 0) {
                beast::get_lowest_layer(stream_).close();
                return;
            }
            answer(*refusal);
            return;
        }
        if constexpr (std::is_same_v<Stream, beast::tcp_stream> || kIsTls<Stream>) {
            beast::get_lowest_layer(stream_).expires_never();
            std::make_shared<WsClient<Stream>>(std::move(stream_), service_, std::move(request))
                ->run(parser_->release());
        } else {
            answer({.status = 426, .body = "this socket serves HTTP only\n"});
        }
    }

    void answer(const HttpReply& reply) {
        response_ = {};
        response_.version(parser_->get().version());
        response_.result(reply.status);
        response_.set(http::field::server, "petrel-sim");
        response_.set(http::field::content_type, "application/json");
        for (const auto& [name, value] : reply.headers) {
            response_.set(name, value);
        }
        response_.keep_alive(parser_->get().keep_alive());
        response_.body() = reply.body;
        response_.prepare_payload();
        http::async_write(stream_, response_,
                          [self = this->shared_from_this()](beast::error_code error, std::size_t) {
                              if (!error && self->response_.keep_alive()) {
                                  self->read();
                              } else {
                                  self->finish();
                              }
                          });
    }

    void finish() {
        if constexpr (kIsTls<Stream>) {
            beast::get_lowest_layer(stream_).expires_after(std::chrono::seconds(2));
            stream_.async_shutdown([self = this->shared_from_this()](beast::error_code) {});
        } else {
            beast::error_code ignored;
            stream_.socket().shutdown(boost::asio::socket_base::shutdown_send, ignored);
        }
    }

    Stream stream_;
    Service& service_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
};

}  // namespace petrel::sim
