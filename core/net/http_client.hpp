// HTTP requests over the loop: plain or TLS, one time limit for the whole exchange, everything
// bounded, redirects not followed.
//
// One per user (feed, notifier stage), on its loop's thread. Connections are kept for a while, and
// used again by requests that may come twice: a kept one may be closed just then. Failures name the
// host but never path or query, which may carry a token. Destroying the client drops what is in
// flight without a callback.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/http_message.hpp"
#include "net/io_loop.hpp"
#include "net/network_path.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

struct HttpRequest {
    std::string method = "GET";
    std::string url = {};  // http:// or https://
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    std::string ca_file = {};           // extra trust root, PEM; empty: the system's only
    NetworkPath path = {};              // addresses and proxy
    bool repeatable = false;            // may come twice, as a GET may: kept connections serve it
    std::uint32_t timeout_ms = 10'000;  // name, connection, TLS, request and reply together
    std::uint32_t body_bytes_max = 16U << 20;
    // Called on the loop before the first byte goes to a server that is reached: from here on the
    // other side may have it. Perhaps again, when a kept connection turns out to be closed.
    std::function<void()> on_write = {};
};

// A reply with an error status is a value; a failure is a reply that did not come, with
// PETREL_E_REJECTED when the peer's certificate, its name or TLS itself was refused.
using HttpDone = std::function<void(Result<HttpReply>)>;

class HttpClient {
public:
    explicit HttpClient(IoLoop& loop);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // `done` is called once, later, on the loop.
    void request(HttpRequest request, HttpDone done);

    class Impl;

private:
    std::shared_ptr<Impl> impl_;  // shared with the exchanges in flight
};

}  // namespace petrel::core
