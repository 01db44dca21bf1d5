// Name, connection, tunnel, TLS, one after the other.
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstring>

#include "net/connector_impl.hpp"
#include "observe/clean_text.hpp"

namespace petrel::core {

namespace asio = boost::asio;

void Connector::open(ConnectWish wish, std::shared_ptr<void> keep, Done done) {
    wish_ = std::move(wish);
    keep_ = std::move(keep);
    done_ = std::move(done);
    Result<const Proxy*> proxy = wish_.path.proxies == nullptr
                                     ? Result<const Proxy*>(nullptr)
                                     : wish_.path.proxies->find(wish_.url);
    if (!proxy.ok()) {
        asio::post(wire_.get_executor(), [this, held = keep_, why = proxy.status().message()] {
            finish(LinkEnd{LinkEndKind::Refused, 0, why});
        });
        return;
    }
    if (*proxy == nullptr) {
        return look_up(wish_.url.host, wish_.url.port);
    }
    tunnel_ = std::make_unique<ProxyTunnel>(**proxy, wish_.url);
    behind_ = " (proxy " + (*proxy)->name() + ")";
    look_up((*proxy)->host, (*proxy)->port);
}

void Connector::look_up(const std::string& host, const std::string& port) {
    host_ = host;
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    ErrorCode no_literal;
    const auto address = asio::ip::make_address(host, no_literal);
    if (!no_literal) {
        asio::post(wire_.get_executor(),
                   [this, held = keep_, endpoint = Tcp::endpoint(address, number)] {
                       connect({endpoint});
                   });
        return;
    }
    doing_ = "looking up the name" + behind_;
    resolver_.async_resolve(
        host, port, asio::ip::resolver_base::numeric_service,
        [this, held = keep_](ErrorCode error, const Tcp::resolver::results_type& found) {
            if (error) {
                return finish(LinkEnd{LinkEndKind::Dns, 0,
                                      "name \"" + clean_text(host_, 100) +
                                          "\" cannot be looked up: " + error.message() + behind_});
            }
            std::vector<Tcp::endpoint> endpoints;
            for (const auto& entry : found) {
                endpoints.push_back(entry.endpoint());
            }
            connect(endpoints);
        });
}

void Connector::cancel() {
    done_ = nullptr;
    resolver_.cancel();
    dialer_.cancel();
    wire_.drop();
    keep_.reset();
}

void Connector::connect(const std::vector<Tcp::endpoint>& found) {
    if (!done_) {
        return;
    }
    std::vector<Tcp::endpoint> fitting;
    for (const Tcp::endpoint& endpoint : found) {
        const bool wanted =
            wish_.path.family == AddressFamily::Any ||
            endpoint.address().is_v4() == (wish_.path.family == AddressFamily::Ipv4);
        if (wanted) {
            fitting.push_back(endpoint);
        }
    }
    if (fitting.empty()) {
        const bool ipv4 = wish_.path.family == AddressFamily::Ipv4;
        return finish(LinkEnd{LinkEndKind::Dns, 0,
                              "\"" + clean_text(host_, 100) + "\" has no " +
                                  (ipv4 ? "IPv4" : "IPv6") +
                                  " address, which address_family asks for" + behind_});
    }
    doing_ = "connecting" + behind_;
    dialer_.dial(fitting, keep_, [this](const std::string& failure) {
        if (!done_) {
            return;
        }
        failure.empty() ? connected() : finish(LinkEnd{LinkEndKind::Refused, 0, failure + behind_});
    });
}

void Connector::connected() {
    ErrorCode ignored;
    wire_.socket().set_option(Tcp::no_delay(true), ignored);
    tunnel_ == nullptr ? start_tls() : step_tunnel();
}

// Sends what the tunnel has to say, then reads.
void Connector::step_tunnel() {
    doing_ = "waiting for an answer" + behind_;
    tunnel_out_ = tunnel_->take_output();
    if (tunnel_out_.empty()) {
        return read_tunnel();
    }
    asio::async_write(wire_.socket(), asio::buffer(tunnel_out_),
                      [this, held = keep_](ErrorCode error, std::size_t) {
                          explicit_bzero(tunnel_out_.data(), tunnel_out_.size());
                          // A proxy that has gone may have said why before.
                          (void)error;
                          read_tunnel();
                      });
}

void Connector::read_tunnel() {
    if (!done_) {
        return;
    }
    wire_.socket().async_read_some(
        asio::buffer(tunnel_in_), [this, held = keep_](ErrorCode error, std::size_t count) {
            if (!done_) {
                return;
            }
            if (error) {
                return finish(LinkEnd{LinkEndKind::Reset, 0,
                                      "closed the connection before there was a tunnel (" +
                                          error.message() + ")" + behind_});
            }
            switch (tunnel_->feed({tunnel_in_.data(), count})) {
                case ProxyTunnel::Step::WantInput:
                    return step_tunnel();
                case ProxyTunnel::Step::Failed:
                    return finish(LinkEnd{LinkEndKind::Refused, 0, tunnel_->failure()});
                case ProxyTunnel::Step::Done:
                    tunnel_.reset();
                    return start_tls();
            }
        });
}

void Connector::start_tls() {
    if (wish_.url.security == Url::Security::Plain) {
        return finish(std::nullopt);
    }
    doing_ = "doing the TLS handshake" + behind_;
    auto session = TlsSession::client(loop_.impl().trust, wish_.ca_file, wish_.url.host);
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
