// Opens a Wire: looks the name up, connects, does the TLS handshake, and says what went wrong.
//
// Member of a client of this folder, on its loop's thread; private to this folder. Time limits are
// the owner's: it cancels. The owner is kept alive by `keep` while an operation is in flight.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/io_loop_impl.hpp"
#include "net/link_end.hpp"
#include "net/url.hpp"
#include "net/wire_impl.hpp"

namespace petrel::core {

class Connector {
public:
    using Done = std::function<void(std::optional<LinkEnd>)>;

    Connector(IoLoop& loop, Wire& wire)
        : loop_(loop), wire_(wire), resolver_(wire.get_executor()) {}

    // Calls `done` once, later, unless it is cancelled before.
    void open(const Url& url, const std::string& ca_file, std::shared_ptr<void> keep, Done done);
    void cancel();
    // What it is doing now, for the sentence of a time-out: "looking up the name", ...
    [[nodiscard]] const char* doing() const { return doing_; }

private:
    using Tcp = boost::asio::ip::tcp;
    using ErrorCode = boost::system::error_code;

    void connect(std::vector<Tcp::endpoint> endpoints);
    void start_tls();
    void step_tls();
    void read_tls();
    void finish(std::optional<LinkEnd> failure);

    IoLoop& loop_;
    Wire& wire_;
    boost::asio::ip::basic_resolver<Tcp, Wire::executor_type> resolver_;
    Url url_;
    std::string ca_file_;
    std::shared_ptr<void> keep_;
    Done done_;
    const char* doing_ = "connecting";
};

}  // namespace petrel::core
