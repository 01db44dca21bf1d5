// Wraps the HTTP client with the words for a person who expected petrel to be running.
#include "control/control_client.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "control/json_text.hpp"
#include "net/http_unix_client.hpp"

namespace petrel::core {

Result<ControlReply> control_request(const ControlRequest& request) {
    if (::faccessat(AT_FDCWD, request.socket.c_str(), W_OK, AT_EACCESS) != 0 && errno == EACCES) {
        return Status::invalid("PTL-N003: this user may not use " + request.socket +
                               ". Run the command as the user that petrel runs as");
    }
    UnixRequest out;
    out.path = request.socket;
    out.method = request.method;
    out.target = request.target;
    out.body = request.body;
    const Result<HttpReply> reply = unix_request(out);
    if (!reply.ok()) {
        return Status::io("PTL-N002: no petrel can be reached at " + request.socket + ": " +
                          reply.status().message() +
                          ". Start it with 'petrel run', or name its configuration with --config");
    }
    return ControlReply{reply->status(), std::string(reply->body())};
}

std::string error_sentence(const ControlReply& reply) {
    nlohmann::json document;
    if (parse_json(reply.json, document).ok() && document.is_object() &&
        document.contains("error") && document["error"].is_object()) {
        const nlohmann::json& error = document["error"];
        const auto text = [&](const char* key) {
            return error.contains(key) && error[key].is_string() ? error[key].get<std::string>()
                                                                 : std::string();
        };
        return text("code") + ": " + text("message") + ". " + text("remedy");
    }
    return "petrel answered with status " + std::to_string(reply.status) + " and no reason";
}

}  // namespace petrel::core
