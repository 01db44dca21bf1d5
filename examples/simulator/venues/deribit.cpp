// Deribit v2 as clients meet it: JSON-RPC, batches of 100 ms, liquidations as flags of trades.
//
// Amounts are dollars for inverse contracts, base currency for linear ones. Who asked for a
// heartbeat and does not answer a test_request is cut. A channel that is refused is left out of the
// answer. See venues/channel_server.hpp.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "text.hpp"
#include "venues/channel_server.hpp"
#include "venues/venues.hpp"

namespace petrel::sim::deribit {
namespace {

using Json = nlohmann::json;

enum Channel : std::size_t { Trades, Ticker, Quotes };
constexpr std::array<std::string_view, 3> kWords{"trades", "ticker", "quote"};
constexpr Pace kPace{.trades_ms = 100};
constexpr std::int64_t kRowsMax = 1000;
constexpr std::string_view kApi = "/api/v2/public/";

class Server final : public ChannelServer {
public:
    Server(Market& market, Hub& hub) : ChannelServer(market, hub, kPace) {
        for (const Channel channel : {Trades, Ticker, Quotes}) {
            add_channel(channel, kWords[channel], [channel](std::string_view native) {
                return join(kWords[channel], '.', native, channel == Quotes ? "" : ".100ms");
            });
        }
    }

    void on_close(Client& client) override {
        pulses_.erase(&client);
        ChannelServer::on_close(client);
    }

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override {
        if (request.path == "/ws/api/v2") {
            return std::nullopt;
        }
        return HttpReply{.status = 404, .body = "{}"};
    }
    HttpReply rest(const HttpRequest& request) override;
    void read(Client& client, std::string_view text) override;
    void tell_trades(std::size_t symbol, Events trades) override;
    void tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) override;
    void tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) override;
    void each_second(std::int64_t now_ms) override;

private:
    struct Pulse {
        std::int64_t interval_ms = 0;
        std::int64_t asked_ms = 0;  // when the next test_request is due
        bool answered = true;
    };
    [[nodiscard]] std::string result(const Json& id, const std::string& value) const {
        const auto now_us = market_.now_ms() * 1000;
        return join(R"({"jsonrpc":"2.0","id":)", id.dump(), R"(,"result":)", value, R"(,"usIn":)",
                    now_us, R"(,"usOut":)", now_us, R"(,"usDiff":0,"testnet":false})");
    }
    [[nodiscard]] static std::string notification(const std::string& channel,
                                                  const std::string& data) {
        return join(R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")", channel,
                    R"(","data":)", data, "}}");
    }
    void subscribe_all(Client& client, const Json& message);
    [[nodiscard]] std::string price(std::size_t symbol, double value) const {
        return decimal(value, spec(symbol).price_digits);
    }
    [[nodiscard]] std::string trade_row(const MarketEvent& trade) const;
    [[nodiscard]] std::string ticker(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string best(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string instrument(std::size_t symbol) const;
    [[nodiscard]] HttpReply history(const HttpRequest& request, bool by_time) const;

    std::unordered_map<Client*, Pulse> pulses_;
};

std::string Server::trade_row(const MarketEvent& trade) const {
    const auto symbol = trade.symbol;
    const Quote& q = quote(symbol);
    return join(
        R"({"trade_seq":)", trade.id, R"(,"trade_id":")", trade.last_trade, R"(","timestamp":)",
        trade.ts_ms, R"(,"tick_direction":2,"price":)", price(symbol, trade.price),
        R"(,"mark_price":)", price(symbol, q.mark), R"(,"instrument_name":")",
        listing(symbol).native, R"(","index_price":)", price(symbol, q.index), R"(,"direction":")",
        trade.side == Side::Buy ? "buy" : "sell", R"(","amount":)",
        decimal(trade.size, listing(symbol).digits), trade.forced ? R"(,"liquidation":"T"})" : "}");
}

void Server::tell_trades(std::size_t symbol, Events trades) {
    const std::string& channel = hub_.streams()[stream(Trades, symbol)].tag.name;
    tell(Trades, symbol, with_liquidations(trades), [&] {
        return notification(channel, json_list(trades, [this](const MarketEvent& trade) {
                                return trade_row(trade);
                            }));
    });
}

std::string Server::ticker(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const Listing& l = listing(symbol);
    const double open = l.inverse() ? l.size_of(q.open_interest, q.mark) : q.open_interest;
    return join(R"({"timestamp":)", now_ms, R"(,"state":"open","index_price":)",
                price(symbol, q.index), R"(,"instrument_name":")", l.native, R"(","last_price":)",
                price(symbol, q.last), R"(,"open_interest":)", decimal(open, l.inverse() ? 0 : 4),
                R"(,"mark_price":)", price(symbol, q.mark), R"(,"best_ask_price":)",
                price(symbol, q.ask), R"(,"best_bid_price":)", price(symbol, q.bid),
                R"(,"current_funding":0.0,"funding_8h":)", decimal(q.funding_rate, 8), '}');
}

std::string Server::best(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const Listing& l = listing(symbol);
    return join(R"({"timestamp":)", now_ms, R"(,"instrument_name":")", l.native,
                R"(","best_bid_price":)", price(symbol, q.bid), R"(,"best_bid_amount":)",
                l.size_text(q.bid_quantity, q.bid), R"(,"best_ask_price":)", price(symbol, q.ask),
                R"(,"best_ask_amount":)", l.size_text(q.ask_quantity, q.ask), '}');
}

void Server::tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) {
    const std::string& channel = hub_.streams()[stream(Ticker, symbol)].tag.name;
    tell(Ticker, symbol, marks, [&] { return notification(channel, ticker(symbol, now_ms)); });
}

void Server::tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) {
    const std::string& channel = hub_.streams()[stream(Quotes, symbol)].tag.name;
    tell(Quotes, symbol, changes, [&] { return notification(channel, best(symbol, now_ms)); });
}

void Server::each_second(std::int64_t now_ms) {
    for (auto& [client, pulse] : pulses_) {
        if (pulse.interval_ms == 0 || now_ms < pulse.asked_ms) {
            continue;
        }
        if (!pulse.answered) {
            client->cut();
            continue;
        }
        pulse.answered = false;
        pulse.asked_ms = now_ms + pulse.interval_ms;
        hub_.answer(*client,
                    R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}})");
        hub_.answer(*client,
                    R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})");
    }
}

void Server::read(Client& client, std::string_view text) {
    const auto message = Json::parse(text, nullptr, false);
    const std::string method = text_of(message, "method");
    const Json id = message.is_object() && message.contains("id") ? message["id"] : Json();
    if (method == "public/test") {
        pulses_[&client].answered = true;
        hub_.answer(client, result(id, R"({"version":"1.2.26"})"));
    } else if (method == "public/set_heartbeat") {
        const auto params = message.value("params", Json::object());
        const auto interval = params.is_object() && params.contains("interval") &&
                                      params["interval"].is_number_integer()
                                  ? params["interval"].get<std::int64_t>()
                                  : 0;
        if (interval < 10 || interval > 3600) {
            hub_.answer(client, join(R"({"jsonrpc":"2.0","id":)", id.dump(),
                                     R"(,"error":{"code":-32602,"message":"Invalid params"}})"));
            return;
        }
        pulses_[&client] = {interval * 1000, market_.now_ms() + interval * 1000, true};
        hub_.answer(client, result(id, "\"ok\""));
    } else if (method == "public/subscribe" || method == "public/unsubscribe") {
        subscribe_all(client, message);
    } else {
        hub_.answer(client, join(R"({"jsonrpc":"2.0","id":)", id.dump(),
                                 R"(,"error":{"code":-32601,"message":"Method not found"}})"));
    }
}

void Server::subscribe_all(Client& client, const Json& message) {
    const bool subscribing = text_of(message, "method") == "public/subscribe";
    const auto params = message.value("params", Json::object());
    Json granted = Json::array();
    for (const auto& channel : texts_of(params, "channels")) {
        if (subscribing ? subscribe(client, channel) : unsubscribe(client, channel)) {
            granted.push_back(channel);
        }
    }
    hub_.answer(client, result(message.contains("id") ? message["id"] : Json(), granted.dump()));
    if (!subscribing || source_ != Source::Market) {
        return;
    }
    for (const auto& channel : granted) {
        const auto name = channel.get<std::string>();
        const Place place = *place_of(name);
        if (place.channel != Trades) {
            hub_.publish_to(client, stream(place.channel, *place.symbol),
                            notification(name, place.channel == Ticker
                                                   ? ticker(*place.symbol, market_.now_ms())
                                                   : best(*place.symbol, market_.now_ms())));
        }
    }
}

std::string Server::instrument(std::size_t symbol) const {
    const Listing& l = listing(symbol);
    const SymbolSpec& s = spec(symbol);
    return join(R"({"kind":"future","instrument_name":")", l.native, R"(","instrument_type":")",
                l.inverse() ? "reversed" : "linear", R"(","base_currency":")", s.base,
                R"(","quote_currency":")", s.quote, R"(","settlement_currency":")",
                l.inverse() ? s.base : s.quote, R"(","contract_size":)", decimal(l.step, l.digits),
                R"(,"settlement_period":"perpetual","is_active":true,)",
                R"("expiration_timestamp":32503708800000,"tick_size":)",
                decimal(s.tick, s.price_digits), '}');
}

HttpReply Server::history(const HttpRequest& request, bool by_time) const {
    const auto symbol = find_native(request.parameter("instrument_name"));
    if (!symbol) {
        return {.status = 400,
                .body = R"({"jsonrpc":"2.0","error":{"code":13020,"message":"not_found"}})"};
    }
    const char* unit = by_time ? "timestamp" : "seq";
    const auto from = whole_parameter(request, join("start_", unit), 0);
    const auto to = whole_parameter(request, join("end_", unit), INT64_MAX);
    const auto count = std::clamp<std::int64_t>(whole_parameter(request, "count", 10), 1, kRowsMax);
    auto rows = latest_trades(*symbol, Market::kTradesKept, [&](const MarketEvent& trade) {
        const auto at = by_time ? trade.ts_ms : static_cast<std::int64_t>(trade.id);
        return at >= from && at <= to;
    });
    const bool more = std::ssize(rows) > count;
    if (request.parameter("sorting") != "asc") {
        std::ranges::reverse(rows);
    }
    rows.resize(std::min<std::size_t>(rows.size(), static_cast<std::size_t>(count)));
    return {.body = result(
                Json(),
                join(R"({"trades":)",
                     json_list(rows, [this](const MarketEvent& trade) { return trade_row(trade); }),
                     R"(,"has_more":)", more, '}'))};
}

HttpReply Server::rest(const HttpRequest& request) {
    if (request.path == join(kApi, "get_instruments")) {
        return {.body = result(Json(), json_list(listed(), [this](std::size_t symbol) {
                                   return instrument(symbol);
                               }))};
    }
    const bool by_time = request.path.ends_with("_and_time");
    return request.path == join(kApi, "get_last_trades_by_instrument", by_time ? "_and_time" : "")
               ? history(request, by_time)
               : not_served();
}

}  // namespace
}  // namespace petrel::sim::deribit

namespace petrel::sim {
std::unique_ptr<VenueServer> make_deribit(Market& market, Hub& hub) {
    return std::make_unique<deribit::Server>(market, hub);
}
}  // namespace petrel::sim
