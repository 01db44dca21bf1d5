// The command line's side of the control socket: one request to a running petrel.
//
// Blocks the calling thread for five seconds at most.
#pragma once

#include <string>

#include "petrel/result.hpp"

namespace petrel::core {

struct ControlRequest {
    std::string socket;  // control_socket_path(config)
    std::string method = "GET";
    std::string target = "/";  // "/v1/status"
    std::string body = {};     // JSON
};

struct ControlReply {
    unsigned status = 200;
    std::string json;
};

// Fails with PETREL_E_IO when no petrel can be reached (exit code 3) and with PETREL_E_INVALID when
// this user may not use the socket (4), with the address tried and what to do. An answer that
// reports an error is a value.
Result<ControlReply> control_request(const ControlRequest& request);

// The sentence in an error reply: "PTL-A001: there is no /x. there are: ...".
std::string error_sentence(const ControlReply& reply);

}  // namespace petrel::core
