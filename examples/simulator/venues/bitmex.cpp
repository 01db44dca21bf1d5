// BitMEX as clients meet it: tables that begin with a partial and go on with inserts and updates.
//
// Sizes are contracts: dollars (XBTUSD), parts of a coin (XBTUSDT) or quanto (ETHUSD), whose size
// in the coin only `homeNotional` tells. Liquidations have no time. See venues/channel_server.hpp.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "binance_frames.hpp"
#include "text.hpp"
#include "venues/channel_server.hpp"
#include "venues/venues.hpp"

namespace petrel::sim::bitmex {
namespace {

using Json = nlohmann::json;

enum Channel : std::size_t { Trades, Liquidations, Instruments, Quotes };
constexpr std::array<std::string_view, 4> kTables{"trade", "liquidation", "instrument", "quote"};
constexpr std::size_t kHistory = 10;
constexpr std::int64_t kRowsMax = 1000;
constexpr std::uint64_t kOrderIds = 1'000'000;  // apart from those of trades
constexpr std::size_t kStandingMax = 100;

std::string plain(const std::string& coin) { return coin == "BTC" ? "XBT" : coin; }

class Server final : public ChannelServer {
public:
    Server(Market& market, Hub& hub) : ChannelServer(market, hub, {}) {
        for (const Channel channel : {Trades, Liquidations, Instruments, Quotes}) {
            add_channel(channel, kTables[channel], [channel](std::string_view native) {
                return join(kTables[channel], ':', native);
            });
        }
    }

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override {
        if (request.path == "/realtime") {
            return std::nullopt;
        }
        return HttpReply{.status = 404, .body = R"({"error":{"message":"Not Found"}})"};
    }
    HttpReply rest(const HttpRequest& request) override;
    void greet(Client& client) override {
        hub_.answer(client, join(R"({"info":"Welcome to the BitMEX Realtime API.","version":)",
                                 R"("2.0.0","timestamp":")", iso_time(market_.now_ms()),
                                 R"(","limit":{"remaining":39}})"));
    }
    void read(Client& client, std::string_view text) override;
    void tell_trades(std::size_t symbol, Events trades) override;
    void tell_liquidations(std::size_t symbol, Events orders) override;
    void tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) override;
    void tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) override;
    void each_second(std::int64_t now_ms) override;

private:
    struct Standing {
        std::size_t symbol = 0;
        std::string id;
        std::string row;
    };
    [[nodiscard]] static std::string table(Channel channel, std::string_view action,
                                           const std::string& rows) {
        return join(R"({"table":")", kTables[channel], R"(","action":")", action, R"(","data":)",
                    rows, '}');
    }
    [[nodiscard]] std::string price(std::size_t symbol, double value) const {
        return decimal(value, spec(symbol).price_digits);
    }
    void send_partial(Client& client, const Place& place);
    [[nodiscard]] std::string trade_row(const MarketEvent& trade) const;
    [[nodiscard]] std::string quote_row(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string moving(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string instrument(std::size_t symbol) const;
    [[nodiscard]] HttpReply history(const HttpRequest& request) const;

    std::vector<Standing> standing_;  // liquidations that are not filled yet
    std::uint64_t orders_ = 0;
};

std::string Server::trade_row(const MarketEvent& trade) const {
    return join(
        R"({"timestamp":")", iso_time(trade.ts_ms), R"(","symbol":")", listing(trade.symbol).native,
        R"(","side":")", trade.side == Side::Buy ? "Buy" : "Sell", R"(","size":)",
        decimal(trade.size, 0), R"(,"price":)", price(trade.symbol, trade.price),
        R"(,"tickDirection":"ZeroPlusTick","trdMatchID":")", uuid_of(trade.id, trade.symbol),
        R"(","homeNotional":)", decimal(trade.quantity, 12), R"(,"foreignNotional":)",
        decimal(trade.quantity * trade.price, 8), R"(,"trdType":"Regular"})");
}

void Server::tell_trades(std::size_t symbol, Events trades) {
    tell(Trades, symbol, trades, [&] {
        return table(Trades, "insert", json_list(trades, [this](const MarketEvent& trade) {
                         return trade_row(trade);
                     }));
    });
}

// `side` is that of the order; it stands until the next second and is deleted then.
void Server::tell_liquidations(std::size_t symbol, Events orders) {
    for (const auto& order : orders) {
        const std::string id = uuid_of(kOrderIds + ++orders_, symbol);
        std::string row = join(R"({"orderID":")", id, R"(","symbol":")", listing(symbol).native,
                               R"(","side":")", order.side == Side::Sell ? "Sell" : "Buy",
                               R"(","price":)", price(symbol, bankruptcy_price(order)),
                               R"(,"leavesQty":)", decimal(order.size, 0), '}');
        tell(Liquidations, symbol, {&order, 1},
             [&] { return table(Liquidations, "insert", join('[', row, ']')); });
        if (standing_.size() < kStandingMax) {
            standing_.push_back({symbol, id, std::move(row)});
        }
    }
}

void Server::each_second(std::int64_t) {
    for (const auto& order : standing_) {
        hub_.publish(stream(Liquidations, order.symbol),
                     table(Liquidations, "delete",
                           join(R"([{"orderID":")", order.id, R"(","symbol":")",
                                listing(order.symbol).native, R"("}])")),
                     cargo(order.symbol));
    }
    standing_.clear();
}

std::string Server::moving(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    return join(R"("markPrice":)", price(symbol, q.mark), R"(,"fairPrice":)", price(symbol, q.mark),
                R"(,"indicativeSettlePrice":)", price(symbol, q.index), R"(,"openInterest":)",
                decimal(listing(symbol).size_of(q.open_interest, q.mark), 0), R"(,"fundingRate":)",
                decimal(q.funding_rate, 8), R"(,"timestamp":")", iso_time(now_ms), '"');
}

void Server::tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) {
    tell(Instruments, symbol, marks, [&] {
        return table(
            Instruments, "update",
            join(R"([{"symbol":")", listing(symbol).native, R"(",)", moving(symbol, now_ms), "}]"));
    });
}

std::string Server::quote_row(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const Listing& l = listing(symbol);
    return join(R"([{"timestamp":")", iso_time(now_ms), R"(","symbol":")", l.native,
                R"(","bidSize":)", l.size_text(q.bid_quantity, q.bid), R"(,"bidPrice":)",
                price(symbol, q.bid), R"(,"askPrice":)", price(symbol, q.ask), R"(,"askSize":)",
                l.size_text(q.ask_quantity, q.ask), "}]");
}

void Server::tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) {
    tell(Quotes, symbol, changes,
         [&] { return table(Quotes, "insert", quote_row(symbol, now_ms)); });
}

void Server::read(Client& client, std::string_view text) {
    if (text == "ping") {
        hub_.answer(client, "pong");
        return;
    }
    const auto message = Json::parse(text, nullptr, false);
    const std::string operation = text_of(message, "op");
    const bool subscribing = operation == "subscribe";
    for (const auto& topic : texts_of(message, "args")) {
        const Json request{{"op", operation}, {"args", {topic}}};
        const bool known = (subscribing && subscribe(client, topic)) ||
                           (operation == "unsubscribe" && unsubscribe(client, topic));
        const Json reply = known ? Json{{"success", true}, {operation, topic}, {"request", request}}
                                 : Json{{"status", 400},
                                        {"error", join("Unknown table or symbol: ", topic)},
                                        {"meta", Json::object()},
                                        {"request", request}};
        hub_.answer(client, reply.dump(-1, ' ', false, Json::error_handler_t::replace));
        if (known && subscribing && source_ == Source::Market) {
            send_partial(client, *place_of(topic));
        }
    }
}

void Server::send_partial(Client& client, const Place& place) {
    const auto symbol = *place.symbol;
    const auto now_ms = market_.now_ms();
    std::string rows = "[]";
    if (place.channel == Trades) {
        rows = json_list(latest_trades(symbol, kHistory),
                         [this](const MarketEvent& trade) { return trade_row(trade); });
    } else if (place.channel == Liquidations) {
        std::vector<std::string> mine;
        for (const auto& order : standing_) {
            if (order.symbol == symbol) {
                mine.push_back(order.row);
            }
        }
        rows = json_list(mine, [](const std::string& row) { return row; });
    } else if (place.channel == Instruments) {
        rows = join('[', instrument(symbol), ']');
    } else {
        rows = quote_row(symbol, now_ms);
    }
    hub_.publish_to(client, stream(place.channel, symbol),
                    table(static_cast<Channel>(place.channel), "partial", rows));
}

std::string Server::instrument(std::size_t symbol) const {
    const Listing& l = listing(symbol);
    const SymbolSpec& s = spec(symbol);
    const Quote& q = quote(symbol);
    const double day = l.size_of(q.open_interest, q.mark);
    const std::string sizes =
        l.inverse() ? R"("multiplier":-100000000,"underlyingToSettleMultiplier":-100000000,)"
        : l.quanto  ? R"("multiplier":100,)"
                    : join(R"("multiplier":1,"underlyingToPositionMultiplier":)",
                           decimal(1.0 / l.base_per_contract, 0), ',');
    return join(R"({"symbol":")", l.native, R"(","state":"Open","typ":")",
                l.inverse() || l.quanto ? "FFWCSX" : "FFWCSF", R"(","underlying":")", plain(s.base),
                R"(","quoteCurrency":")", s.quote, R"(","settlCurrency":")",
                s.quote == "USDT" ? "USDt" : "XBt", R"(",)", sizes, R"("isQuanto":)", l.quanto,
                R"(,"isInverse":)", l.inverse(), R"(,"lotSize":1,"tickSize":)",
                decimal(s.tick, s.price_digits), R"(,"volume24h":)", decimal(day, 0),
                R"(,"homeNotional24h":)", decimal(l.base_of(day, q.mark), 8),
                R"(,"fundingTimestamp":")", iso_time(binance::next_funding_ms(market_.now_ms())),
                R"(","fundingInterval":"2000-01-01T08:00:00.000Z",)",
                moving(symbol, market_.now_ms()), '}');
}

// Oldest first.
HttpReply Server::history(const HttpRequest& request) const {
    const auto symbol = find_native(request.parameter("symbol"));
    if (!symbol) {
        return {.body = "[]"};
    }
    const auto from_ms = parse_iso_ms(request.parameter("startTime")).value_or(0);
    const auto to_ms = parse_iso_ms(request.parameter("endTime")).value_or(INT64_MAX);
    const auto count =
        std::clamp<std::int64_t>(whole_parameter(request, "count", 100), 1, kRowsMax);
    const auto skip = std::max<std::int64_t>(whole_parameter(request, "start", 0), 0);
    auto rows = latest_trades(*symbol, Market::kTradesKept, [&](const MarketEvent& trade) {
        return trade.ts_ms >= from_ms && trade.ts_ms <= to_ms;
    });
    rows.erase(rows.begin(), rows.begin() + std::min(skip, std::ssize(rows)));
    rows.resize(std::min<std::size_t>(rows.size(), static_cast<std::size_t>(count)));
    return {.body = json_list(rows, [this](const MarketEvent& trade) { return trade_row(trade); })};
}

HttpReply Server::rest(const HttpRequest& request) {
    if (request.path == "/api/v1/instrument/active") {
        return {.body = json_list(listed(), [this](std::size_t s) { return instrument(s); })};
    }
    return request.path == "/api/v1/trade" ? history(request) : not_served();
}

}  // namespace
}  // namespace petrel::sim::bitmex

namespace petrel::sim {
std::unique_ptr<VenueServer> make_bitmex(Market& market, Hub& hub) {
    return std::make_unique<bitmex::Server>(market, hub);
}
}  // namespace petrel::sim
