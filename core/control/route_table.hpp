// The one table of what a running petrel can be asked: method and path to a handler with a JSON
// reply. The control socket serves it; a network API attaches to the same table.
//
// Filled before serving, then only read; handlers run on the thread that serves. Handlers take and
// give JSON as text, so that no JSON library is in this header.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

struct RouteRequest {
    std::string method;
    std::string path;
    std::map<std::string, std::string> parameters;  // of the pattern, {id}; decoded
    std::map<std::string, std::string> query;       // decoded; the last of a name counts
    std::string body;
    std::string who = {};  // asks: "control socket, user 1000"
};

struct RouteReply {
    unsigned status = 200;
    std::string json;
};

using RouteHandler = std::function<RouteReply(const RouteRequest&)>;

// For the list of routes: documents, tests, remedies.
struct RouteFacts {
    std::string method;
    std::string pattern;  // "/v1/explain/{id}"
    std::string summary;
};

// What went wrong, in the four parts of every message.
struct RouteError {
    unsigned status = 400;
    std::string code;  // "PTL-A001"
    std::string message;
    std::string remedy;
};

// {"error":{"code":...,"message":...,"remedy":...}}
RouteReply error_reply(const RouteError& error);

class RouteTable {
public:
    // Fails for a pattern that does not begin with '/' or is there already with that method.
    Status add(RouteFacts facts, RouteHandler handler);

    // Never throws: what a handler throws is logged and answered with 500.
    [[nodiscard]] RouteReply handle(const std::string& method, const std::string& target,
                                    const std::string& body, const std::string& who = {}) const;

    [[nodiscard]] std::vector<RouteFacts> routes() const;

private:
    struct Route {
        RouteFacts facts;
        std::vector<std::string> segments;
        RouteHandler handler;
    };

    [[nodiscard]] RouteReply call(const Route& route, const RouteRequest& request) const;
    [[nodiscard]] RouteReply no_such(const RouteRequest& request,
                                     const std::vector<std::string>& allowed) const;

    std::vector<Route> routes_;
};

}  // namespace petrel::core
