// One blocking HTTP request over a Unix socket: how the command line reaches a running engine.
//
// Called on the program's own thread; takes five seconds at most, unless told otherwise.
#pragma once

#include <cstdint>
#include <string>

#include "net/http_message.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

struct UnixRequest {
    std::string path = {};  // of the socket
    std::string method = "GET";
    std::string target = "/";
    std::string body = {};
    std::uint32_t timeout_ms = 5'000;
    std::uint32_t body_bytes_max = 16U << 20;
};

// Fails with a sentence when nobody listens, nobody answers in time, or the answer is no HTTP. An
// answer with an error status is a value.
Result<HttpReply> unix_request(const UnixRequest& request);

}  // namespace petrel::core
