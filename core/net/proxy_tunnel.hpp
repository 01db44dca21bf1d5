// Asks a proxy for a tunnel to a host, without I/O: bytes for the proxy out, bytes from it in.
// HTTP CONNECT with basic credentials, or SOCKS5 (RFC 1928) with user and password (RFC 1929).
// Names are looked up by the proxy.
//
// Member of a connector while it connects, on its loop's thread. The answer is bounded; whatever
// comes behind it before we speak is a fault. Sentences name the proxy without its credentials.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/proxy.hpp"
#include "net/url.hpp"

namespace petrel::core {

class ProxyTunnel {
public:
    enum class Step { WantInput, Done, Failed };

    ProxyTunnel(Proxy proxy, const Url& target);
    ~ProxyTunnel();  // wipes the credentials
    ProxyTunnel(const ProxyTunnel&) = delete;
    ProxyTunnel& operator=(const ProxyTunnel&) = delete;

    // Bytes to send now; empty when it is the proxy's turn.
    std::string take_output();
    // Bytes that came.
    Step feed(std::string_view bytes);
    // Why the last step failed: what happened, and what to do about it.
    [[nodiscard]] const std::string& failure() const { return failure_; }

private:
    enum class Await { HttpHead, Method, Login, Reply };

    void ask_http();
    void ask_socks();
    void request_socks();
    Step read_head();
    Step read_method();
    Step read_login();
    Step read_reply();
    Step judge_status(unsigned status);
    Step failed(std::string why);

    Proxy proxy_;
    std::string host_;
    std::string port_;
    std::string out_;
    std::string in_;
    std::string failure_;
    Await await_ = Await::HttpHead;
};

}  // namespace petrel::core
