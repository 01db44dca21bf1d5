// Bitget futures as clients meet them: v2 for trades, tickers and best prices, v3 for liquidations.
//
// Sizes are base currency, amounts of liquidations quote currency, `side` of a liquidation that of
// the position. See venues/channel_server.hpp.
#include <algorithm>
#include <array>
#include <deque>
#include <nlohmann/json.hpp>

#include "binance_frames.hpp"
#include "text.hpp"
#include "venues/channel_server.hpp"
#include "venues/venues.hpp"

namespace petrel::sim::bitget {
namespace {

using Json = nlohmann::json;

enum Channel : std::size_t {
    Trade,
    Ticker,
    Best,
    UsdtLiquidations,
    UsdcLiquidations,
    CoinLiquidations
};
constexpr std::array<std::string_view, 4> kWords{"trade", "ticker", "books1", "liquidation"};
constexpr std::array<std::string_view, 3> kProducts{"USDT-FUTURES", "USDC-FUTURES", "COIN-FUTURES"};
constexpr Pace kPace{.trades_ms = 0, .liquidations_ms = 1000, .states_ms = 300};
constexpr std::size_t kHistory = 100;
constexpr std::size_t kRowsMax = 1000;
constexpr std::size_t kLiquidationRowsMax = 100;
constexpr std::size_t kLiquidationsKept = 2'000;

std::size_t product_of(const SymbolSpec& spec) {
    return spec.quote == "USDT" ? 0 : spec.quote == "USDC" ? 1 : 2;
}

// Ids grow and have holes.
std::uint64_t shown_id(const MarketEvent& trade) {
    return 1'400'000'000'000'000'000ULL + trade.id * 3;
}

class Server final : public ChannelServer {
public:
    Server(Market& market, Hub& hub) : ChannelServer(market, hub, kPace) {
        for (const Channel channel : {Trade, Ticker, Best}) {
            add_channel(channel, kWords[channel], [channel](std::string_view native) {
                return join(kWords[channel], ':', native);
            });
        }
        for (std::size_t product = 0; product < kProducts.size(); ++product) {
            add_shared(UsdtLiquidations + product, "liquidation",
                       join("liquidation:", lower_case(kProducts[product])));
        }
    }

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override {
        if (request.path == "/v2/ws/public" || request.path == "/v3/ws/public") {
            return std::nullopt;
        }
        return HttpReply{.status = 404, .body = R"({"code":"40404","msg":"no such path"})"};
    }
    HttpReply rest(const HttpRequest& request) override;
    void read(Client& client, std::string_view text) override;
    void tell_trades(std::size_t symbol, Events trades) override;
    void tell_liquidations(std::size_t symbol, Events orders) override;
    void tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) override;
    void tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) override;

private:
    void take_argument(Client& client, const Json& argument, const std::string& operation);
    void send_first(Client& client, const Place& place);
    [[nodiscard]] std::string frame(std::string_view action, Channel channel, std::size_t symbol,
                                    const std::string& rows) const {
        return join(R"({"action":")", action, R"(","arg":{"instType":")",
                    kProducts[product_of(spec(symbol))], R"(","channel":")", kWords[channel],
                    R"(","instId":")", listing(symbol).native, R"("},"data":)", rows, R"(,"ts":)",
                    market_.now_ms(), '}');
    }
    [[nodiscard]] std::string trade_row(const MarketEvent& trade, bool capital) const;
    [[nodiscard]] std::string ticker(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string best(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string contract(std::size_t symbol) const;
    [[nodiscard]] HttpReply history(const HttpRequest& request) const;
    [[nodiscard]] std::string liquidation_row(const MarketEvent& order) const;
    [[nodiscard]] HttpReply past_liquidations(const HttpRequest& request) const;

    std::deque<MarketEvent> past_;  // liquidations; their ids are places in the list
    std::uint64_t liquidations_ = 0;
};

std::string Server::trade_row(const MarketEvent& trade, bool capital) const {
    const bool buy = trade.side == Side::Buy;
    return join(R"({"ts":")", trade.ts_ms, R"(","price":")",
                decimal(trade.price, spec(trade.symbol).price_digits), R"(","size":")",
                decimal(trade.size, listing(trade.symbol).digits), R"(","side":")",
                capital ? (buy ? "Buy" : "Sell") : (buy ? "buy" : "sell"), R"(","tradeId":")",
                shown_id(trade), R"("})");
}

void Server::tell_trades(std::size_t symbol, Events trades) {
    tell(Trade, symbol, trades, [&] {
        return frame("update", Trade, symbol, json_list(trades, [this](const MarketEvent& trade) {
                         return trade_row(trade, false);
                     }));
    });
}

std::string Server::liquidation_row(const MarketEvent& order) const {
    const double price = bankruptcy_price(order);
    return join(R"({"symbol":")", listing(order.symbol).native, R"(","side":")",
                order.side == Side::Sell ? "buy" : "sell", R"(","price":")",
                decimal(price, spec(order.symbol).price_digits), R"(","amount":")",
                decimal(order.quantity * price, 8), R"(","ts":")", order.ts_ms, R"("})");
}

void Server::tell_liquidations(std::size_t symbol, Events orders) {
    const auto product = product_of(spec(symbol));
    for (MarketEvent order : orders) {
        order.id = ++liquidations_;
        past_.push_back(order);
        if (past_.size() > kLiquidationsKept) {
            past_.pop_front();
        }
    }
    tell(UsdtLiquidations + product, symbol, orders, [&] {
        return join(R"({"action":"update","arg":{"instType":")", lower_case(kProducts[product]),
                    R"(","topic":"liquidation"},"data":)",
                    json_list(orders, [this](const MarketEvent& o) { return liquidation_row(o); }),
                    R"(,"ts":)", market_.now_ms(), '}');
    });
}

std::string Server::ticker(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const auto price = [&](double value) { return decimal(value, spec(symbol).price_digits); };
    return frame(
        "snapshot", Ticker, symbol,
        join(R"([{"instId":")", listing(symbol).native, R"(","lastPr":")", price(q.last),
             R"(","bidPr":")", price(q.bid), R"(","askPr":")", price(q.ask), R"(","markPrice":")",
             price(q.mark), R"(","indexPrice":")", price(q.index), R"(","fundingRate":")",
             decimal(q.funding_rate, 8), R"(","nextFundingTime":")",
             binance::next_funding_ms(now_ms), R"(","holdingAmount":")",
             decimal(q.open_interest, 4), R"(","symbolType":"1","ts":")", now_ms, R"("}])"));
}

std::string Server::best(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const auto level = [&](double price, double base) {
        return join(R"([[")", decimal(price, spec(symbol).price_digits), R"(",")",
                    listing(symbol).size_text(base, price), R"("]])");
    };
    return frame("snapshot", Best, symbol,
                 join(R"([{"asks":)", level(q.ask, q.ask_quantity), R"(,"bids":)",
                      level(q.bid, q.bid_quantity), R"(,"seq":)", q.update_id, R"(,"ts":")", now_ms,
                      R"("}])"));
}

void Server::tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) {
    tell(Ticker, symbol, marks, [&] { return ticker(symbol, now_ms); });
}

void Server::tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) {
    tell(Best, symbol, changes, [&] { return best(symbol, now_ms); });
}

void Server::read(Client& client, std::string_view text) {
    if (text == "ping") {
        hub_.answer(client, "pong");
        return;
    }
    const auto message = Json::parse(text, nullptr, false);
    const std::string operation = text_of(message, "op");
    if ((operation != "subscribe" && operation != "unsubscribe") || !message.contains("args") ||
        !message["args"].is_array()) {
        hub_.answer(client, R"({"event":"error","code":30003,"msg":"Invalid op"})");
        return;
    }
    for (const auto& argument : message["args"]) {
        take_argument(client, argument, operation);
    }
}

void Server::take_argument(Client& client, const Json& argument, const std::string& operation) {
    const bool v3 = client.upgrade().path.starts_with("/v3");
    const std::string channel = text_of(argument, v3 ? "topic" : "channel");
    const std::string of = text_of(argument, v3 ? "instType" : "instId");
    const bool of_socket = v3 == (channel == "liquidation");  // v2 has none, v3 no other here
    const std::string topic = of_socket ? join(channel, ':', of) : std::string();
    const bool done =
        operation == "subscribe" ? subscribe(client, topic) : unsubscribe(client, topic);
    const std::string shown = argument.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (!done) {
        hub_.answer(client, join(R"({"event":"error","arg":)", shown,
                                 R"(,"code":30001,"msg":"Channel does not exist"})"));
        return;
    }
    hub_.answer(client, join(R"({"event":")", operation, R"(","arg":)", shown,
                             R"(,"connId":"9f00c0de-0001"})"));
    if (operation == "subscribe" && source_ == Source::Market) {
        send_first(client, *place_of(topic));
    }
}

void Server::send_first(Client& client, const Place& place) {
    if (!place.symbol) {
        return;
    }
    const auto symbol = *place.symbol;
    if (place.channel != Trade) {
        hub_.publish_to(client, stream(place.channel, symbol),
                        place.channel == Ticker ? ticker(symbol, market_.now_ms())
                                                : best(symbol, market_.now_ms()));
        return;
    }
    auto past = latest_trades(symbol, kHistory);
    std::ranges::reverse(past);
    hub_.publish_to(client, stream(Trade, symbol),
                    frame("snapshot", Trade, symbol, json_list(past, [this](const MarketEvent& t) {
                              return trade_row(t, false);
                          })));
}

HttpReply answered(const std::string& rows) {
    return {.body = join(R"({"code":"00000","msg":"success","data":)", rows, '}')};
}

std::string Server::contract(std::size_t symbol) const {
    const SymbolSpec& s = spec(symbol);
    const std::string step = decimal(listing(symbol).step, listing(symbol).digits);
    return join(R"({"symbol":")", listing(symbol).native, R"(","baseCoin":")", s.base,
                R"(","quoteCoin":")", s.quote, R"(","supportMarginCoins":[")",
                s.quote == "USD" ? s.base : s.quote, R"("],"minTradeNum":")", step,
                R"(","sizeMultiplier":")", step,
                R"(","symbolType":"perpetual","symbolStatus":"normal","deliveryTime":"",)",
                R"("fundInterval":"8","isRwa":"NO"})");
}

HttpReply Server::history(const HttpRequest& request) const {
    const auto symbol = find_native(request.parameter("symbol"));
    if (!symbol) {
        return {.status = 400,
                .body = R"({"code":"40034","msg":"Parameter symbol does not exist"})"};
    }
    const auto end_ms = whole_parameter(request, "endTime", INT64_MAX);
    const auto below =
        static_cast<std::uint64_t>(whole_parameter(request, "idLessThan", INT64_MAX));
    const auto limit =
        std::clamp<std::int64_t>(whole_parameter(request, "limit", 500), 1, kRowsMax);
    auto rows = latest_trades(
        *symbol, static_cast<std::size_t>(limit),
        [&](const MarketEvent& trade) { return trade.ts_ms <= end_ms && shown_id(trade) < below; });
    std::ranges::reverse(rows);  // newest first
    return answered(
        json_list(rows, [this](const MarketEvent& trade) { return trade_row(trade, true); }));
}

// Newest first; the cursor is the last place of a full page.
HttpReply Server::past_liquidations(const HttpRequest& request) const {
    const auto product = std::ranges::find(kProducts, request.parameter("category"));
    const std::string native = request.parameter("symbol");
    if (product == kProducts.end() || (!native.empty() && !find_native(native))) {
        return {.status = 400,
                .body = R"({"code":"40034","msg":"Parameter does not exist","data":null})"};
    }
    const auto below = static_cast<std::uint64_t>(whole_parameter(request, "cursor", INT64_MAX));
    const auto limit =
        std::clamp<std::int64_t>(whole_parameter(request, "limit", 100), 1, kLiquidationRowsMax);
    std::vector<MarketEvent> rows;
    for (auto order = past_.rbegin(); order != past_.rend() && std::ssize(rows) < limit; ++order) {
        const bool asked = native.empty() || listing(order->symbol).native == native;
        if (asked && kProducts[product_of(spec(order->symbol))] == *product && order->id < below) {
            rows.push_back(*order);
        }
    }
    const bool full = std::ssize(rows) == limit;
    return answered(
        join(R"({"list":)",
             json_list(rows, [this](const MarketEvent& order) { return liquidation_row(order); }),
             R"(,"cursor":")", full ? std::to_string(rows.back().id) : "", R"("})"));
}

HttpReply Server::rest(const HttpRequest& request) {
    if (request.path == "/api/v3/market/liquidations") {
        return past_liquidations(request);
    }
    if (request.path == "/api/v2/mix/market/contracts") {
        const auto product = std::ranges::find(kProducts, request.parameter("productType"));
        if (product == kProducts.end()) {
            return {.status = 400, .body = R"({"code":"40034","msg":"productType invalid"})"};
        }
        std::vector<std::size_t> of_product;
        std::ranges::copy_if(listed(), std::back_inserter(of_product), [&](std::size_t symbol) {
            return kProducts[product_of(spec(symbol))] == *product;
        });
        return answered(json_list(of_product, [this](std::size_t s) { return contract(s); }));
    }
    return request.path == "/api/v2/mix/market/fills-history" ? history(request) : not_served();
}

}  // namespace
}  // namespace petrel::sim::bitget

namespace petrel::sim {
std::unique_ptr<VenueServer> make_bitget(Market& market, Hub& hub) {
    return std::make_unique<bitget::Server>(market, hub);
}
}  // namespace petrel::sim
