// A small HTTP server on a Unix socket: what the running engine answers the command line with.
//
// Runs on its loop's thread; the handler is called there and answers at once. One request a
// connection. Heads over 8 KiB, bodies over 256 KiB, requests that take over 5 s and more than 64
// connections are refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/io_loop.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

struct HttpServerRequest {
    std::string method = {};  // "GET"
    std::string target = {};  // path and query as sent
    std::string body = {};
    std::uint32_t user_id = 0;  // of the process at the other end
};

struct HttpServerReply {
    unsigned status = 200;
    std::string body = {};
    std::string content_type = "application/json";
};

using HttpServerHandler = std::function<HttpServerReply(const HttpServerRequest&)>;

struct HttpServerLimits {
    std::uint32_t head_bytes_max = 8 * 1024;
    std::uint32_t body_bytes_max = 256 * 1024;
    std::uint32_t request_ms_max = 5'000;  // from accepting to the last byte of the reply
    std::uint32_t connections_max = 64;    // further ones wait to be accepted
};

class HttpServer {
public:
    // Makes the socket (mode 0600) and serves. A dead socket in the way is replaced; one that
    // answers belongs to another process and is left alone, which is a failure.
    static Result<std::unique_ptr<HttpServer>> listen(IoLoop& loop, const std::string& path,
                                                      HttpServerHandler handler,
                                                      HttpServerLimits limits = {});
    ~HttpServer();  // stops serving and removes the socket
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    class Impl;
    explicit HttpServer(std::shared_ptr<Impl> impl);  // use listen()

private:
    std::shared_ptr<Impl> impl_;  // shared with the connections in flight
};

}  // namespace petrel::core
