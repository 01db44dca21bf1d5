// What a Binance client asks for: stream names, the route each belongs to, control messages.
//
// Pure: text in, values out. The server decides what to do with them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outcome.hpp"

namespace petrel::sim::binance {

// A stream is served on its own route alone; elsewhere it is acknowledged and stays mute.
enum class Route : std::uint8_t { Market, Public, Unrouted };
enum class Framing : std::uint8_t { Bare, Wrapped };

struct Endpoint {
    Route route = Route::Market;
    Framing framing = Framing::Bare;
    std::vector<std::string> streams;  // asked for in the URL
};

// `/market/ws`, `/public/stream?streams=a/b`, `/market/ws/a/b`, old `/ws` and `/stream`.
std::optional<Endpoint> parse_endpoint(std::string_view path, std::string_view query);

struct StreamName {
    std::string symbol;   // upper case; empty for an all-market stream
    std::string channel;  // aggTrade, forceOrder, markPrice, bookTicker, ...
    std::string suffix;   // "@1s", or empty
};

// Nothing for a text that no stream can have as its name.
std::optional<StreamName> parse_stream(std::string_view name);

// Whether a stream of this channel sends data on this route.
bool served_on(std::string_view channel, Route route);

enum class Method : std::uint8_t { Subscribe, Unsubscribe, List };

struct ControlRequest {
    Method method = Method::List;
    std::vector<std::string> params;
    std::string id;  // as JSON text, given back as it came
};

// The failure's text is the whole error frame to send.
Outcome<ControlRequest> parse_control(std::string_view text);

std::string control_error(int code, std::string_view message, std::string_view id);

}  // namespace petrel::sim::binance
