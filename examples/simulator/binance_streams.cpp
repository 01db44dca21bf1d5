// Names and control messages of the Binance USD-M streams.
#include "binance_streams.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "text.hpp"

namespace petrel::sim::binance {
namespace {

constexpr std::array<std::string_view, 4> kPublicChannels{"bookTicker", "depth", "rpiDepth",
                                                          "trade"};

struct Base {
    std::string_view path;
    Route route;
    Framing framing;
};

constexpr std::array<Base, 6> kBases{{
    {"/market/ws", Route::Market, Framing::Bare},
    {"/market/stream", Route::Market, Framing::Wrapped},
    {"/public/ws", Route::Public, Framing::Bare},
    {"/public/stream", Route::Public, Framing::Wrapped},
    {"/ws", Route::Unrouted, Framing::Bare},
    {"/stream", Route::Unrouted, Framing::Wrapped},
}};

std::string upper_case(std::string_view text) {
    std::string out(text);
    for (char& letter : out) {
        letter = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    return out;
}

std::optional<Method> method_from(std::string_view name) {
    if (name == "SUBSCRIBE") {
        return Method::Subscribe;
    }
    if (name == "UNSUBSCRIBE") {
        return Method::Unsubscribe;
    }
    if (name == "LIST_SUBSCRIPTIONS") {
        return Method::List;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view path, std::string_view query) {
    for (const auto& base : kBases) {
        if (!path.starts_with(base.path)) {
            continue;
        }
        const auto rest = path.substr(base.path.size());
        if (!rest.empty() && rest.front() != '/') {
            continue;
        }
        Endpoint endpoint{base.route, base.framing, split(rest, '/')};
        for (const auto& field : split(query, '&')) {
            if (field.starts_with("streams=")) {
                std::ranges::move(split(std::string_view(field).substr(8), '/'),
                                  std::back_inserter(endpoint.streams));
            }
        }
        return endpoint;
    }
    return std::nullopt;
}

std::optional<StreamName> parse_stream(std::string_view name) {
    if (name.empty() || name.size() > 64) {
        return std::nullopt;
    }
    if (name.front() == '!') {
        const auto end = name.find('@');
        std::string channel(name.substr(1, end == std::string_view::npos ? end : end - 1));
        return StreamName{"", std::move(channel),
                          end == std::string_view::npos ? "" : std::string(name.substr(end))};
    }
    const auto at = name.find('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == name.size()) {
        return std::nullopt;
    }
    const auto symbol = name.substr(0, at);
    if (std::ranges::any_of(symbol, [](char c) { return c >= 'A' && c <= 'Z'; })) {
        return std::nullopt;  // stream names are lower case; others are acknowledged and mute
    }
    const auto rest = name.substr(at + 1);
    const auto suffix = rest.find('@');
    return StreamName{upper_case(symbol), std::string(rest.substr(0, suffix)),
                      suffix == std::string_view::npos ? "" : std::string(rest.substr(suffix))};
}

bool served_on(std::string_view channel, Route route) {
    const bool is_public = std::ranges::any_of(
        kPublicChannels, [channel](std::string_view known) { return channel.starts_with(known); });
    return is_public ? route != Route::Market : route == Route::Market;
}

Outcome<ControlRequest> parse_control(std::string_view text) {
    const auto message = nlohmann::json::parse(text, nullptr, false);
    if (message.is_discarded()) {
        return Failure{control_error(3, "Invalid JSON: expected value at line 1 column 1", "")};
    }
    const std::string id =
        message.is_object() && message.contains("id") ? message["id"].dump() : "";
    const auto method =
        message.is_object() && message.contains("method") && message["method"].is_string()
            ? method_from(message["method"].get_ref<const std::string&>())
            : std::nullopt;
    if (!method) {
        return Failure{control_error(2,
                                     "Invalid request: unknown variant, expected one of "
                                     "SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS",
                                     id)};
    }
    ControlRequest request{*method, {}, id};
    if (*method == Method::List) {
        return request;
    }
    const auto params = message.find("params");
    if (params == message.end() || !params->is_array()) {
        return Failure{control_error(2, "Invalid request: params must be an array", id)};
    }
    for (const auto& name : *params) {
        if (!name.is_string()) {
            return Failure{control_error(2, "Invalid request: stream names must be strings", id)};
        }
        request.params.push_back(name.get<std::string>());
    }
    return request;
}

std::string control_error(int code, std::string_view message, std::string_view id) {
    return join(R"({"error":{"code":)", code, R"(,"msg":")", message, R"("},"id":)",
                id.empty() ? std::string_view("null") : id, '}');
}

}  // namespace petrel::sim::binance
