// Coinbase Exchange as clients meet it: spot trades by match, tickers with them, a heartbeat each
// second that names the last trade.
//
// `side` is that of the resting order. One bad product fails its whole message. Who has not
// subscribed within five seconds is closed. See venues/channel_server.hpp.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "text.hpp"
#include "venues/channel_server.hpp"
#include "venues/venues.hpp"

namespace petrel::sim::coinbase {
namespace {

using Json = nlohmann::json;

enum Channel : std::size_t { Matches, Ticker, Heartbeat };
constexpr std::array<std::string_view, 3> kWords{"matches", "ticker", "heartbeat"};
constexpr std::int64_t kRowsMax = 1000;
constexpr std::int64_t kPatience_ms = 5000;
constexpr int kSizeDigits = 8;
constexpr std::uint16_t kPolicyViolation = 1008;

class Server final : public ChannelServer {
public:
    Server(Market& market, Hub& hub)
        : ChannelServer(market, hub, {}), sequences_(market.symbols().size(), 120'000'000'000) {
        for (const Channel channel : {Matches, Ticker, Heartbeat}) {
            add_channel(channel, kWords[channel], [channel](std::string_view native) {
                return join(kWords[channel], ':', native);
            });
        }
    }

    void on_close(Client& client) override {
        peers_.erase(&client);
        ChannelServer::on_close(client);
    }

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override {
        if (request.path == "/") {
            return std::nullopt;
        }
        return HttpReply{.status = 404, .body = R"({"message":"NotFound"})"};
    }
    HttpReply rest(const HttpRequest& request) override;
    void greet(Client& client) override { peers_[&client].opened_ms = market_.now_ms(); }
    void read(Client& client, std::string_view text) override;
    void tell_trades(std::size_t symbol, Events trades) override;
    void tell_state(std::size_t, Events, std::int64_t) override {}  // spot has none
    void tell_book(std::size_t, Events, std::int64_t) override {}   // the ticker comes with trades
    void each_second(std::int64_t now_ms) override;

private:
    struct Peer {
        std::int64_t opened_ms = 0;
        std::map<std::string, std::set<std::string>> subscribed{};  // products by channel
    };
    void change(Client& client, bool subscribing, const Json& message);
    [[nodiscard]] std::string price(std::size_t symbol, double value) const {
        return decimal(value, spec(symbol).price_digits);
    }
    [[nodiscard]] std::string figures(const MarketEvent& trade) const;
    [[nodiscard]] std::string match(std::string_view type, const MarketEvent& trade) const;
    [[nodiscard]] std::string ticker(const MarketEvent& trade) const;

    std::vector<std::uint64_t> sequences_;  // of each product, over all its frames
    std::unordered_map<Client*, Peer> peers_;
};

// Who bought took what was for sale: the resting order is the opposite.
std::string Server::figures(const MarketEvent& trade) const {
    return join(R"("trade_id":)", trade.id, R"(,"side":")",
                trade.side == Side::Buy ? "sell" : "buy", R"(","size":")",
                decimal(trade.size, kSizeDigits), R"(","price":")",
                price(trade.symbol, trade.price), R"(","time":")", iso_time(trade.ts_ms), '"');
}

std::string Server::match(std::string_view type, const MarketEvent& trade) const {
    return join(R"({"type":")", type, R"(","maker_order_id":")", uuid_of(trade.id, 1),
                R"(","taker_order_id":")", uuid_of(trade.id, 2), R"(",)", figures(trade),
                R"(,"product_id":")", listing(trade.symbol).native, R"(","sequence":)",
                sequences_[trade.symbol], '}');
}

std::string Server::ticker(const MarketEvent& trade) const {
    const auto symbol = trade.symbol;
    const Quote& q = quote(symbol);
    return join(R"({"type":"ticker","sequence":)", sequences_[symbol], R"(,"product_id":")",
                listing(symbol).native, R"(","price":")", price(symbol, trade.price),
                R"(","best_bid":")", price(symbol, q.bid), R"(","best_bid_size":")",
                decimal(q.bid_quantity, kSizeDigits), R"(","best_ask":")", price(symbol, q.ask),
                R"(","best_ask_size":")", decimal(q.ask_quantity, kSizeDigits), R"(","side":")",
                trade.side == Side::Buy ? "buy" : "sell", R"(","time":")", iso_time(trade.ts_ms),
                R"(","trade_id":)", trade.id, R"(,"last_size":")", decimal(trade.size, kSizeDigits),
                R"("})");
}

void Server::tell_trades(std::size_t symbol, Events trades) {
    for (const auto& trade : trades) {
        sequences_[symbol] += 3;  // orders that came and went are counted, too
        tell(Matches, symbol, {&trade, 1}, [&] { return match("match", trade); });
        tell(Ticker, symbol, {}, [&] { return ticker(trade); });
    }
}

void Server::each_second(std::int64_t now_ms) {
    for (const auto symbol : listed()) {
        const auto& trades = market_.trades(venue(), symbol);
        if (!trades.empty()) {
            tell(Heartbeat, symbol, {}, [&] {
                return join(R"({"type":"heartbeat","last_trade_id":)", trades.back().id,
                            R"(,"product_id":")", listing(symbol).native, R"(","sequence":)",
                            sequences_[symbol], R"(,"time":")", iso_time(now_ms), R"("})");
            });
        }
    }
    for (const auto& [client, peer] : peers_) {
        if (peer.subscribed.empty() && now_ms - peer.opened_ms > kPatience_ms) {
            client->close(kPolicyViolation, "no subscription within 5 s");
        }
    }
}

void Server::read(Client& client, std::string_view text) {
    const auto message = Json::parse(text, nullptr, false);
    const std::string type = text_of(message, "type");
    if (type != "subscribe" && type != "unsubscribe") {
        hub_.answer(client, R"({"type":"error","message":"Failed to parse JSON",)"
                            R"("reason":"type is neither subscribe nor unsubscribe"})");
        return;
    }
    change(client, type == "subscribe", message);
}

void Server::change(Client& client, bool subscribing, const Json& message) {
    const auto channels = texts_of(message, "channels");
    const auto products = texts_of(message, "product_ids");
    for (const auto& channel : channels) {
        for (const auto& product : products) {
            if (!place_of(join(channel, ':', product))) {
                const Json refusal{
                    {"type", "error"},
                    {"message", "Failed to subscribe"},
                    {"reason", find_native(product) ? join(channel, " is not a valid channel")
                                                    : join(product, " is not a valid product")}};
                hub_.answer(client, refusal.dump(-1, ' ', false, Json::error_handler_t::replace));
                return;
            }
        }
    }
    auto& subscribed = peers_[&client].subscribed;
    for (const auto& channel : channels) {
        for (const auto& product : products) {
            const std::string topic = join(channel, ':', product);
            if (subscribing && subscribe(client, topic)) {
                subscribed[channel].insert(product);
            } else if (unsubscribe(client, topic)) {
                subscribed[channel].erase(product);
            }
        }
    }
    Json list = Json::array();
    for (const auto& [channel, mine] : subscribed) {
        list.push_back({{"name", channel}, {"product_ids", mine}});
    }
    hub_.answer(client, Json{{"type", "subscriptions"}, {"channels", list}}.dump());
    if (!subscribing || source_ != Source::Market ||
        std::ranges::find(channels, "matches") == channels.end()) {
        return;
    }
    for (const auto& product : products) {
        const auto symbol = *find_native(product);
        const auto last = latest_trades(symbol, 1);
        if (!last.empty()) {
            hub_.publish_to(client, stream(Matches, symbol), match("last_match", last[0]));
        }
    }
}

HttpReply Server::rest(const HttpRequest& request) {
    const auto parts = split(request.path, '/');
    if (parts.size() == 1 && parts[0] == "products") {
        return {.body = json_list(listed(), [this](std::size_t symbol) {
                    return join(R"({"id":")", listing(symbol).native, R"(","base_currency":")",
                                spec(symbol).base, R"(","quote_currency":")", spec(symbol).quote,
                                R"(","status":"online","trading_disabled":false})");
                })};
    }
    if (parts.size() != 3 || parts[0] != "products" || parts[2] != "trades") {
        return not_served();
    }
    const auto symbol = find_native(parts[1]);
    if (!symbol) {
        return {.status = 404, .body = R"({"message":"NotFound"})"};
    }
    const auto after = whole_parameter(request, "after", INT64_MAX);
    const auto limit =
        std::clamp<std::int64_t>(whole_parameter(request, "limit", 1000), 1, kRowsMax);
    auto rows = latest_trades(
        *symbol, static_cast<std::size_t>(limit),
        [&](const MarketEvent& trade) { return static_cast<std::int64_t>(trade.id) < after; });
    std::ranges::reverse(rows);  // newest first
    return {.body = json_list(
                rows, [this](const MarketEvent& trade) { return join('{', figures(trade), '}'); })};
}

}  // namespace
}  // namespace petrel::sim::coinbase

namespace petrel::sim {
std::unique_ptr<VenueServer> make_coinbase(Market& market, Hub& hub) {
    return std::make_unique<coinbase::Server>(market, hub);
}
}  // namespace petrel::sim
