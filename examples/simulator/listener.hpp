// A port (or Unix socket) of the simulator: takes connections and gives each to a Service.
//
// Loopback only. The network library stays in listener.cpp and the serve_*.cpp files.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "outcome.hpp"
#include "session.hpp"

namespace petrel::sim {

class Listener {
public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() = default;

    virtual void stop() = 0;
    [[nodiscard]] virtual std::uint16_t port() const = 0;  // 0 for a Unix socket
};

struct TcpOptions {
    std::uint16_t port = 0;                    // 0 = any free one
    boost::asio::ssl::context* tls = nullptr;  // none = plain
};

using ListenerResult = Outcome<std::unique_ptr<Listener>>;
ListenerResult listen_tcp(boost::asio::io_context& io, Service& service, TcpOptions options);
// HTTP only, mode 0600.
ListenerResult listen_unix(boost::asio::io_context& io, Service& service, const std::string& path);

}  // namespace petrel::sim
