// Name, connection, TLS, one after the other.
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "net/connector_impl.hpp"
#include "observe/clean_text.hpp"

namespace petrel::core {

namespace asio = boost::asio;

void Connector::open(const Url& url, const std::string& ca_file, std::shared_ptr<void> keep,
                     Done done) {
    url_ = url;
    ca_file_ = ca_file;
    keep_ = std::move(keep);
    done_ = std::move(done);
    std::uint16_t port = 0;
    std::from_chars(url_.port.data(), url_.port.data() + url_.port.size(), port);
    ErrorCode no_literal;
    const auto address = asio::ip::make_address(url_.host, no_literal);
    if (!no_literal) {
        return connect({Tcp::endpoint(address, port)});
    }
    doing_ = "looking up the name";
    resolver_.async_resolve(
        url_.host, url_.port, asio::ip::resolver_base::numeric_service,
        [this, held = keep_](ErrorCode error, const Tcp::resolver::results_type& found) {
            if (error) {
                return finish(LinkEnd{LinkEndKind::Dns, 0,
                                      "name \"" + clean_text(url_.host, 100) +
                                          "\" cannot be looked up: " + error.message()});
            }
            std::vector<Tcp::endpoint> endpoints;
            for (const auto& entry : found) {
                endpoints.push_back(entry.endpoint());
            }
            connect(std::move(endpoints));
        });
}

void Connector::cancel() {
    done_ = nullptr;
    resolver_.cancel();
    wire_.drop();
    keep_.reset();
}

void Connector::connect(std::vector<Tcp::endpoint> endpoints) {
    if (!done_) {
        return;
    }
    doing_ = "connecting";
    asio::async_connect(
        wire_.socket(), endpoints, [this, held = keep_](ErrorCode error, const Tcp::endpoint&) {
            if (!done_) {
                return;
            }
            if (error) {
                return finish(
                    LinkEnd{LinkEndKind::Refused, 0, "cannot connect: " + error.message()});
            }
            ErrorCode ignored;
            wire_.socket().set_option(Tcp::no_delay(true), ignored);
            start_tls();
        });
}

void Connector::start_tls() {
    if (url_.security == Url::Security::Plain) {
        return finish(std::nullopt);
    }
    doing_ = "doing the TLS handshake";
    auto session = TlsSession::client(loop_.impl().trust, ca_file_, url_.host);
    if (!session) {
        return finish(LinkEnd{LinkEndKind::Tls, 0, session.status().message()});
    }
    wire_.secure(std::move(*session));
    step_tls();
}

void Connector::step_tls() {
    const TlsSession::Step step = wire_.tls()->handshake();
    const auto proceed = [this, step] {
        switch (step) {
            case TlsSession::Step::Done:
                return finish(std::nullopt);
            case TlsSession::Step::WantInput:
                return read_tls();
            default:
                return finish(LinkEnd{LinkEndKind::Tls, 0, wire_.tls()->failure()});
        }
    };
    if (!wire_.fetch_cipher()) {
        return proceed();
    }
    asio::async_write(wire_.socket(), wire_.cipher_out(),
                      [this, held = keep_, step, proceed](ErrorCode error, std::size_t) {
                          if (!error || step == TlsSession::Step::Failed) {
                              return proceed();
                          }
                          finish(LinkEnd{LinkEndKind::Reset, 0,
                                         "broke during the TLS handshake: " + error.message()});
                      });
}

void Connector::read_tls() {
    if (!done_) {
        return;
    }
    wire_.socket().async_read_some(
        wire_.cipher_room(), [this, held = keep_](ErrorCode error, std::size_t count) {
            if (!done_) {
                return;
            }
            if (error) {
                return finish(LinkEnd{
                    LinkEndKind::Reset, 0,
                    "closed the connection during the TLS handshake (" + error.message() + ")"});
            }
            wire_.feed_cipher(count);
            step_tls();
        });
}

void Connector::finish(std::optional<LinkEnd> failure) {
    const auto held = std::exchange(keep_, nullptr);
    if (done_) {
        const auto done = std::exchange(done_, nullptr);
        done(std::move(failure));
    }
}

}  // namespace petrel::core
