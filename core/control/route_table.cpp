// Matching by segments: a literal one is equal, a {name} takes what is there. Targets are decoded
// once, after they were split, so that an encoded slash stays inside its segment.
#include "control/route_table.hpp"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "observe/log.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kTargetMax = 4096;

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

int hex_digit(char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::size_t at = digits.find(lower);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

enum class Plus : std::uint8_t { Literal, Blank };

// Nothing when an escape is malformed or stands for a zero byte.
std::optional<std::string> decoded(std::string_view text, Plus plus) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' && plus == Plus::Blank ? ' ' : text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) {
            return std::nullopt;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::optional<std::map<std::string, std::string>> read_query(std::string_view text) {
    std::map<std::string, std::string> query;
    if (text.empty()) {
        return query;
    }
    for (const std::string& part : split(text, '&')) {
        const std::size_t equals = part.find('=');
        const auto name = decoded(std::string_view(part).substr(0, equals), Plus::Blank);
        const auto value = equals == std::string::npos
                               ? std::optional<std::string>("")
                               : decoded(std::string_view(part).substr(equals + 1), Plus::Blank);
        if (!name || !value) {
            return std::nullopt;
        }
        query[*name] = *value;
    }
    return query;
}

bool is_parameter(const std::string& segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// Whether the route's segments fit the path's; fills the parameters.
bool matches(const std::vector<std::string>& route, const std::vector<std::string>& path,
             std::map<std::string, std::string>& parameters) {
    if (route.size() != path.size()) {
        return false;
    }
    for (std::size_t i = 0; i < route.size(); ++i) {
        if (is_parameter(route[i])) {
            if (path[i].empty()) {
                return false;
            }
            parameters[route[i].substr(1, route[i].size() - 2)] = path[i];
        } else if (route[i] != path[i]) {
            return false;
        }
    }
    return true;
}

RouteReply bad_target() {
    return error_reply({400, "PTL-A003", "the address of the request cannot be read",
                        "write it as /path?name=value with %XX for special characters"});
}

}  // namespace

RouteReply error_reply(const RouteError& error) {
    nlohmann::json document;
    document["error"] = {
        {"code", error.code}, {"message", error.message}, {"remedy", error.remedy}};
    return {error.status, document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

Status RouteTable::add(RouteFacts facts, RouteHandler handler) {
    if (!facts.pattern.starts_with('/') || handler == nullptr) {
        return Status::invalid("the route '" + facts.pattern +
                               "' does not begin with / or has no handler");
    }
    for (const Route& route : routes_) {
        if (route.facts.method == facts.method && route.facts.pattern == facts.pattern) {
            return Status::invalid("the route " + facts.method + " " + facts.pattern +
                                   " is in the table already");
        }
    }
    std::vector<std::string> segments = split(facts.pattern, '/');
    routes_.push_back({std::move(facts), std::move(segments), std::move(handler)});
    return {};
}

RouteReply RouteTable::handle(const std::string& method, const std::string& target,
                              const std::string& body, const std::string& who) const {
    if (!target.starts_with('/') || target.size() > kTargetMax) {
        return bad_target();
    }
    const std::size_t mark = target.find('?');
    const auto query = read_query(
        mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1));
    std::vector<std::string> segments;
    for (const std::string& part : split(std::string_view(target).substr(0, mark), '/')) {
        const auto segment = decoded(part, Plus::Literal);
        if (!segment) {
            return bad_target();
        }
        segments.push_back(*segment);
    }
    if (!query) {
        return bad_target();
    }
    RouteRequest request{method, target.substr(0, mark), {}, *query, body, who};
    std::vector<std::string> allowed;
    for (const Route& route : routes_) {
        std::map<std::string, std::string> parameters;
        if (!matches(route.segments, segments, parameters)) {
            continue;
        }
        if (route.facts.method == method) {
            request.parameters = std::move(parameters);
            return call(route, request);
        }
        allowed.push_back(route.facts.method);
    }
    return no_such(request, allowed);
}

RouteReply RouteTable::call(const Route& route, const RouteRequest& request) const {
    const std::string name = route.facts.method + " " + route.facts.pattern;
    try {
        return route.handler(request);
    } catch (const std::exception& thrown) {
        log::error("control", "PTL-A004: " + name + " failed: " + thrown.what());
    } catch (...) {
        log::error("control", "PTL-A004: " + name + " failed with something unknown");
    }
    return error_reply({500, "PTL-A004", name + " failed inside petrel",
                        "the log has the cause; report it if it comes again"});
}

RouteReply RouteTable::no_such(const RouteRequest& request,
                               const std::vector<std::string>& allowed) const {
    if (!allowed.empty()) {
        return error_reply({405, "PTL-A002", request.path + " does not take " + request.method,
                            "use " + human_list(allowed)});
    }
    std::string list;
    for (const Route& route : routes_) {
        list += (list.empty() ? "" : ", ") + route.facts.method + " " + route.facts.pattern;
    }
    return error_reply({404, "PTL-A001", "there is no " + request.path,
                        list.empty() ? "nothing is served here" : "there are: " + list});
}

std::vector<RouteFacts> RouteTable::routes() const {
    std::vector<RouteFacts> facts;
    for (const Route& route : routes_) {
        facts.push_back(route.facts);
    }
    return facts;
}

}  // namespace petrel::core
