// Joins server and table.
#include "control/control_endpoint.hpp"

#include <utility>

namespace petrel::core {

ControlEndpoint::ControlEndpoint(std::unique_ptr<HttpServer> server) : server_(std::move(server)) {}

Result<std::unique_ptr<ControlEndpoint>> ControlEndpoint::open(IoLoop& loop,
                                                               const std::string& socket,
                                                               const RouteTable& table) {
    const auto answer = [&table](const HttpServerRequest& request) {
        const std::string who = "control socket, user " + std::to_string(request.user_id);
        RouteReply reply = table.handle(request.method, request.target, request.body, who);
        HttpServerReply out;
        out.status = reply.status;
        out.body = std::move(reply.json);
        return out;
    };
    Result<std::unique_ptr<HttpServer>> server = HttpServer::listen(loop, socket, answer);
    if (!server.ok()) {
        return Status::failure(
            server.status().code(),
            "PTL-N001: the control socket cannot be opened: " + server.status().message());
    }
    return std::make_unique<ControlEndpoint>(std::move(server).value());
}

}  // namespace petrel::core
