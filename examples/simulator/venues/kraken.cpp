// Kraken futures as clients meet them: feeds of products, a snapshot of trades first, a heartbeat.
//
// PI_ sizes are dollars, PF_ sizes base currency. A liquidation is a trade of that type. See
// venues/channel_server.hpp.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "text.hpp"
#include "venues/channel_server.hpp"
#include "venues/venues.hpp"

namespace petrel::sim::kraken {
namespace {

using Json = nlohmann::json;

enum Channel : std::size_t { Trades, Ticker, Heartbeat };
constexpr std::array<std::string_view, 3> kWords{"trade", "ticker", "heartbeat"};
constexpr std::size_t kSnapshot = 100;
constexpr std::string_view kApi = "/derivatives/api/v3/";
constexpr std::int64_t kHour_ms = 3'600'000;

class Server final : public ChannelServer {
public:
    Server(Market& market, Hub& hub) : ChannelServer(market, hub, {}) {
        for (const Channel channel : {Trades, Ticker}) {
            add_channel(channel, kWords[channel], [channel](std::string_view native) {
                return join(kWords[channel], ':', native);
            });
        }
        add_shared(Heartbeat, kWords[Heartbeat], "heartbeat");
    }

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override {
        if (request.path == "/ws/v1") {
            return std::nullopt;
        }
        return HttpReply{.status = 404, .body = R"({"result":"error","error":"notFound"})"};
    }
    HttpReply rest(const HttpRequest& request) override;
    void greet(Client& client) override { hub_.answer(client, R"({"event":"info","version":1})"); }
    void read(Client& client, std::string_view text) override;
    void tell_trades(std::size_t symbol, Events trades) override;
    void tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) override;
    // The ticker shows the best prices as well.
    void tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) override {
        tell_state(symbol, changes, now_ms);
    }
    void each_second(std::int64_t now_ms) override {
        hub_.publish(hub_.find("heartbeat").value(),
                     join(R"({"feed":"heartbeat","time":)", now_ms, '}'));
    }

private:
    void take(Client& client, bool subscribing, const std::string& feed,
              const std::vector<std::string>& products);
    [[nodiscard]] std::string price(std::size_t symbol, double value) const {
        return decimal(value, spec(symbol).price_digits);
    }
    [[nodiscard]] std::string trade(const MarketEvent& trade) const;
    [[nodiscard]] std::string snapshot(std::size_t symbol) const;
    [[nodiscard]] std::string ticker(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string instrument(std::size_t symbol) const;
    [[nodiscard]] HttpReply history(const HttpRequest& request) const;
};

std::string Server::trade(const MarketEvent& trade) const {
    return join(R"({"feed":"trade","product_id":")", listing(trade.symbol).native, R"(","uid":")",
                uuid_of(trade.id, trade.symbol), R"(","side":")",
                trade.side == Side::Buy ? "buy" : "sell", R"(","type":")",
                trade.forced ? "liquidation" : "fill", R"(","seq":)", trade.id, R"(,"time":)",
                trade.ts_ms, R"(,"qty":)", decimal(trade.size, listing(trade.symbol).digits),
                R"(,"price":)", price(trade.symbol, trade.price), '}');
}

void Server::tell_trades(std::size_t symbol, Events trades) {
    for (const auto& event : trades) {
        tell(Trades, symbol, with_liquidations({&event, 1}), [&] { return trade(event); });
    }
}

// Newest first.
std::string Server::snapshot(std::size_t symbol) const {
    auto past = latest_trades(symbol, kSnapshot);
    std::ranges::reverse(past);
    return join(R"({"feed":"trade_snapshot","product_id":")", listing(symbol).native,
                R"(","trades":)",
                json_list(past, [this](const MarketEvent& event) { return trade(event); }), '}');
}

// Funding is told for an hour, the market's is for eight.
std::string Server::ticker(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const Listing& l = listing(symbol);
    const double hourly = q.funding_rate / 8.0;
    return join(R"({"time":)", now_ms, R"(,"product_id":")", l.native, R"(","funding_rate":)",
                decimal(hourly * q.mark, 8), R"(,"relative_funding_rate":)", decimal(hourly, 12),
                R"(,"next_funding_rate_time":)", (now_ms / kHour_ms + 1) * kHour_ms,
                R"(,"feed":"ticker","bid":)", price(symbol, q.bid), R"(,"ask":)",
                price(symbol, q.ask), R"(,"bid_size":)", l.size_text(q.bid_quantity, q.bid),
                R"(,"ask_size":)", l.size_text(q.ask_quantity, q.ask), R"(,"index":)",
                price(symbol, q.index), R"(,"last":)", price(symbol, q.last),
                R"(,"suspended":false,"tag":"perpetual","openInterest":)",
                l.size_text(q.open_interest, q.mark), R"(,"markPrice":)", price(symbol, q.mark),
                R"(,"maturityTime":0,"post_only":false})");
}

void Server::tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) {
    tell(Ticker, symbol, marks, [&] { return ticker(symbol, now_ms); });
}

void Server::read(Client& client, std::string_view text) {
    const auto message = Json::parse(text, nullptr, false);
    const std::string event = text_of(message, "event");
    if (event != "subscribe" && event != "unsubscribe") {
        hub_.answer(client, R"({"event":"alert","message":"Bad websocket message"})");
        return;
    }
    take(client, event == "subscribe", text_of(message, "feed"), texts_of(message, "product_ids"));
}

void Server::take(Client& client, bool subscribing, const std::string& feed,
                  const std::vector<std::string>& products) {
    const auto act = [&](const std::string& topic) {
        return subscribing ? subscribe(client, topic) : unsubscribe(client, topic);
    };
    const std::string_view done = subscribing ? "subscribed" : "unsubscribed";
    if (products.empty()) {
        hub_.answer(client, act(feed) ? join(R"({"event":")", done, R"(","feed":")", feed, "\"}")
                                      : R"({"event":"error","message":"Invalid feed"})");
        return;
    }
    std::vector<std::string> good;
    std::vector<std::string> bad;
    for (const auto& product : products) {
        (act(join(feed, ':', product)) ? good : bad).push_back(product);
    }
    for (const auto& [event, list] :
         {std::pair{done, &good}, {std::string_view("subscribed_failed"), &bad}}) {
        if (!list->empty()) {
            const Json reply{{"event", event}, {"feed", feed}, {"product_ids", *list}};
            hub_.answer(client, reply.dump(-1, ' ', false, Json::error_handler_t::replace));
        }
    }
    for (const auto& product : good) {
        const Place place = *place_of(join(feed, ':', product));
        if (subscribing && source_ == Source::Market) {
            hub_.publish_to(client, stream(place.channel, *place.symbol),
                            place.channel == Trades ? snapshot(*place.symbol)
                                                    : ticker(*place.symbol, market_.now_ms()));
        }
    }
}

std::string Server::instrument(std::size_t symbol) const {
    const Listing& l = listing(symbol);
    const SymbolSpec& s = spec(symbol);
    return join(R"({"symbol":")", l.native, R"(","type":")",
                l.inverse() ? "futures_inverse" : "flexible_futures", R"(","tradeable":true,)",
                R"("tickSize":)", decimal(s.tick, s.price_digits),
                R"(,"contractSize":1,"contractValueTradePrecision":)", l.digits, R"(,"base":")",
                s.base == "BTC" ? "XBT" : s.base, R"(","quote":")", s.quote, R"("})");
}

// A hundred trades, newest first, of before `lastTime`.
HttpReply Server::history(const HttpRequest& request) const {
    const auto symbol = find_native(request.parameter("symbol"));
    if (!symbol) {
        return {.body = R"({"result":"error","error":"contractNotFound"})"};
    }
    const auto before = parse_iso_ms(request.parameter("lastTime")).value_or(INT64_MAX);
    auto rows = latest_trades(*symbol, kSnapshot,
                              [&](const MarketEvent& event) { return event.ts_ms < before; });
    std::ranges::reverse(rows);
    const auto row = [&](const MarketEvent& event) {
        return join(R"({"time":")", iso_time(event.ts_ms), R"(","price":)",
                    price(*symbol, event.price), R"(,"size":)",
                    decimal(event.size, listing(*symbol).digits), R"(,"side":")",
                    event.side == Side::Buy ? "buy" : "sell", R"(","type":")",
                    event.forced ? "liquidation" : "fill", R"(","uid":")",
                    uuid_of(event.id, event.symbol), R"("})");
    };
    return {.body = join(R"({"result":"success","history":)", json_list(rows, row),
                         R"(,"serverTime":")", iso_time(market_.now_ms()), R"("})")};
}

HttpReply Server::rest(const HttpRequest& request) {
    if (request.path == join(kApi, "instruments")) {
        return {.body = join(R"({"result":"success","instruments":)",
                             json_list(listed(), [this](std::size_t s) { return instrument(s); }),
                             '}')};
    }
    return request.path == join(kApi, "history") ? history(request) : not_served();
}

}  // namespace
}  // namespace petrel::sim::kraken

namespace petrel::sim {
std::unique_ptr<VenueServer> make_kraken(Market& market, Hub& hub) {
    return std::make_unique<kraken::Server>(market, hub);
}
}  // namespace petrel::sim
