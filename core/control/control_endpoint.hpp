// The control end point of a running engine: the route table over HTTP on a Unix socket (mode
// 0600).
//
// Serves on the loop's thread while it lives; the table must outlive it.
#pragma once

#include <memory>
#include <string>

#include "control/route_table.hpp"
#include "net/http_server.hpp"

namespace petrel::core {

class ControlEndpoint {
public:
    // Fails with a sentence that names the socket: another petrel serves there, or the folder
    // cannot be written.
    static Result<std::unique_ptr<ControlEndpoint>> open(IoLoop& loop, const std::string& socket,
                                                         const RouteTable& table);

    explicit ControlEndpoint(std::unique_ptr<HttpServer> server);  // use open()

private:
    std::unique_ptr<HttpServer> server_;
};

}  // namespace petrel::core
