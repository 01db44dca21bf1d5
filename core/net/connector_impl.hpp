// Opens a Wire: looks the name up, connects, asks a proxy for a tunnel where one is set, does the
// TLS handshake with the host itself, and says what went wrong.
//
// Member of a client of this folder, on its loop's thread; private to this folder. Time limits are
// the owner's: it cancels. The owner is kept alive by `keep` while an operation is in flight.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/dialer_impl.hpp"
#include "net/io_loop_impl.hpp"
#include "net/link_end.hpp"
#include "net/network_path.hpp"
#include "net/proxy_tunnel.hpp"
#include "net/url.hpp"
#include "net/wire_impl.hpp"

namespace petrel::core {

// Where to, and how.
struct ConnectWish {
    Url url;
    std::string ca_file;
    NetworkPath path;
};

class Connector {
public:
    using Done = std::function<void(std::optional<LinkEnd>)>;

    Connector(IoLoop& loop, Wire& wire)
        : loop_(loop), wire_(wire), resolver_(wire.get_executor()), dialer_(loop, wire.socket()) {}

    // Calls `done` once, later, unless it is cancelled before.
    void open(ConnectWish wish, std::shared_ptr<void> keep, Done done);
    void cancel();
    // What it is doing now, for the sentence of a time-out: "looking up the name", ...
    [[nodiscard]] const std::string& doing() const { return doing_; }

private:
    using Tcp = boost::asio::ip::tcp;
    using ErrorCode = boost::system::error_code;

    void look_up(const std::string& host, const std::string& port);
    void connect(const std::vector<Tcp::endpoint>& found);
    void connected();
    void step_tunnel();
    void read_tunnel();
    void start_tls();
    void step_tls();
    void read_tls();
    void finish(std::optional<LinkEnd> failure);

    IoLoop& loop_;
    Wire& wire_;
    boost::asio::ip::basic_resolver<Tcp, Wire::executor_type> resolver_;
    Dialer dialer_;
    ConnectWish wish_;
    std::string host_;    // that is connected to: the target or its proxy
    std::string behind_;  // " (proxy http://...)" when it is a proxy, for sentences
    std::unique_ptr<ProxyTunnel> tunnel_;
    std::string tunnel_out_;
    std::array<char, 1024> tunnel_in_{};
    std::shared_ptr<void> keep_;
    Done done_;
    std::string doing_ = "connecting";
};

}  // namespace petrel::core
