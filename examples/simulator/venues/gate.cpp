// Gate futures v4 as clients meet them: one path for each settlement, sizes in signed contracts.
//
// Sizes are texts, as clients get them who send X-Gate-Size-Decimal. A liquidation is signed like
// the position, as in the venue's REST. See venues/channel_server.hpp.
#include <algorithm>
#include <array>
#include <deque>
#include <nlohmann/json.hpp>

#include "binance_frames.hpp"
#include "text.hpp"
#include "venues/channel_server.hpp"
#include "venues/venues.hpp"

namespace petrel::sim::gate {
namespace {

using Json = nlohmann::json;

enum Channel : std::size_t { Trades, Liquidations, Tickers, Best };
constexpr std::array<std::string_view, 4> kWords{"futures.trades", "futures.public_liquidates",
                                                 "futures.tickers", "futures.book_ticker"};
constexpr std::string_view kSocket = "/v4/ws/";
constexpr std::string_view kFutures = "/api/v4/futures/";
constexpr std::size_t kRowsMax = 1000;
constexpr std::size_t kLiquidationsKept = 2'000;
constexpr std::int64_t kLiquidationSpan_s = 3'600;  // longest that one request may ask for

std::string_view settle_of(const SymbolSpec& spec) { return spec.quote == "USD" ? "btc" : "usdt"; }

class Server final : public ChannelServer {
public:
    Server(Market& market, Hub& hub)
        : ChannelServer(market, hub, {.liquidations_ms = 1000, .states_ms = 500}) {
        for (const Channel channel : {Trades, Liquidations, Tickers, Best}) {
            add_channel(channel, kWords[channel], [channel](std::string_view native) {
                return join(kWords[channel], ':', native);
            });
        }
    }

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override {
        for (const std::string_view settle : {"usdt", "btc", "usd1"}) {
            if (request.path == join(kSocket, settle)) {
                return std::nullopt;
            }
        }
        return HttpReply{.status = 404, .body = R"({"label":"NOT_FOUND"})"};
    }
    HttpReply rest(const HttpRequest& request) override;
    void read(Client& client, std::string_view text) override;
    void tell_trades(std::size_t symbol, Events trades) override;
    void tell_liquidations(std::size_t symbol, Events orders) override;
    void tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) override;
    void tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) override;

private:
    struct Request {
        std::string channel;
        std::string event;
        std::vector<std::string> payload;
    };
    void answer(Client& client, const Request& request, const std::string& mistake);
    [[nodiscard]] std::string frame(Channel channel, const std::string& result) const {
        const auto now_ms = market_.now_ms();
        return join(R"({"time":)", now_ms / 1000, R"(,"time_ms":)", now_ms, R"(,"channel":")",
                    kWords[channel], R"(","event":"update","result":)", result, '}');
    }
    [[nodiscard]] std::string trade_row(const MarketEvent& trade) const;
    [[nodiscard]] std::string ticker(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string best(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string contract(std::size_t symbol) const;
    [[nodiscard]] HttpReply contracts(std::string_view settle, const HttpRequest& request) const;
    [[nodiscard]] HttpReply history(std::string_view settle, const HttpRequest& request) const;
    [[nodiscard]] std::string past_row(const MarketEvent& order) const;
    [[nodiscard]] HttpReply past_liquidations(std::string_view settle,
                                              const HttpRequest& request) const;

    std::deque<MarketEvent> past_;  // liquidations
};

// Bought is positive.
std::string Server::trade_row(const MarketEvent& trade) const {
    return join(R"({"size":")", trade.side == Side::Sell ? "-" : "",
                decimal(trade.size, listing(trade.symbol).digits), R"(","id":)", trade.id,
                R"(,"create_time":)", trade.ts_ms / 1000, R"(,"create_time_ms":)", trade.ts_ms,
                R"(,"price":")", decimal(trade.price, spec(trade.symbol).price_digits),
                R"(","contract":")", listing(trade.symbol).native, R"("})");
}

void Server::tell_trades(std::size_t symbol, Events trades) {
    tell(Trades, symbol, trades, [&] {
        return frame(Trades, json_list(trades, [this](const MarketEvent& trade) {
                         return trade_row(trade);
                     }));
    });
}

// A sell order closes a long: a positive position.
void Server::tell_liquidations(std::size_t symbol, Events orders) {
    past_.insert(past_.end(), orders.begin(), orders.end());
    if (past_.size() > kLiquidationsKept) {
        past_.erase(past_.begin(), past_.end() - kLiquidationsKept);
    }
    tell(Liquidations, symbol, orders, [&] {
        return frame(Liquidations, json_list(orders, [&](const MarketEvent& order) {
                         return join(R"({"price":")",
                                     decimal(bankruptcy_price(order), spec(symbol).price_digits),
                                     R"(","size":")", order.side == Side::Sell ? "" : "-",
                                     decimal(order.size, listing(symbol).digits), R"(","time":)",
                                     order.ts_ms, R"(,"contract":")", listing(symbol).native,
                                     R"("})");
                     }));
    });
}

std::string Server::ticker(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const auto price = [&](double value) { return decimal(value, spec(symbol).price_digits); };
    return frame(
        Tickers,
        join(R"([{"contract":")", listing(symbol).native, R"(","last":")", price(q.last),
             R"(","funding_rate":")", decimal(q.funding_rate, 8), R"(","mark_price":")",
             price(q.mark), R"(","index_price":")", price(q.index), R"(","total_size":")",
             listing(symbol).size_text(q.open_interest, q.mark), R"(","t":)", now_ms, R"(}])"));
}

std::string Server::best(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const auto price = [&](double value) { return decimal(value, spec(symbol).price_digits); };
    return frame(
        Best, join(R"({"t":)", now_ms, R"(,"u":)", q.update_id, R"(,"s":")", listing(symbol).native,
                   R"(","b":")", price(q.bid), R"(","B":")",
                   listing(symbol).size_text(q.bid_quantity, q.bid), R"(","a":")", price(q.ask),
                   R"(","A":")", listing(symbol).size_text(q.ask_quantity, q.ask), R"("})"));
}

void Server::tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) {
    tell(Tickers, symbol, marks, [&] { return ticker(symbol, now_ms); });
}

void Server::tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) {
    tell(Best, symbol, changes, [&] { return best(symbol, now_ms); });
}

void Server::read(Client& client, std::string_view text) {
    const auto message = Json::parse(text, nullptr, false);
    const Request request{text_of(message, "channel"), text_of(message, "event"),
                          texts_of(message, "payload")};
    if (request.channel == "futures.ping") {
        const auto now_ms = market_.now_ms();
        hub_.answer(client, join(R"({"time":)", now_ms / 1000, R"(,"time_ms":)", now_ms,
                                 R"(,"channel":"futures.pong","event":"","error":null,)",
                                 R"("result":null})"));
        return;
    }
    const bool subscribing = request.event == "subscribe";
    std::string mistake = subscribing || request.event == "unsubscribe" ? "" : "unknown event";
    const std::string path = client.upgrade().path;
    for (const auto& native : request.payload) {  // one bad contract fails the whole request
        const auto symbol = find_native(native);
        if (!symbol || path != join(kSocket, settle_of(spec(*symbol))) ||
            !place_of(join(request.channel, ':', native))) {
            mistake = join("unknown contract ", native);
        }
    }
    answer(client, request, mistake);
    for (const auto& native : request.payload) {
        const std::string topic = join(request.channel, ':', native);
        if (!mistake.empty() ||
            !(subscribing ? subscribe(client, topic) : unsubscribe(client, topic))) {
            continue;
        }
        const Place place = *place_of(topic);
        const bool state = place.channel == Tickers || place.channel == Best;
        if (subscribing && state && source_ == Source::Market) {
            hub_.publish_to(client, stream(place.channel, *place.symbol),
                            place.channel == Tickers ? ticker(*place.symbol, market_.now_ms())
                                                     : best(*place.symbol, market_.now_ms()));
        }
    }
}

void Server::answer(Client& client, const Request& request, const std::string& mistake) {
    const auto now_ms = market_.now_ms();
    Json reply{{"time", now_ms / 1000},
               {"time_ms", now_ms},
               {"channel", request.channel},
               {"event", request.event},
               {"payload", request.payload},
               {"error", nullptr},
               {"result", {{"status", "success"}}}};
    if (!mistake.empty()) {
        reply["error"] = {{"code", 2}, {"message", mistake}};
        reply["result"] = {{"status", "fail"}};
    }
    hub_.answer(client, reply.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string Server::contract(std::size_t symbol) const {
    const Listing& l = listing(symbol);
    return join(R"({"name":")", l.native, R"(","type":")", l.inverse() ? "inverse" : "direct",
                R"(","quanto_multiplier":")", l.inverse() ? "0" : l.factor_text(),
                R"(","in_delisting":false,"funding_interval":28800,"funding_next_apply":)",
                binance::next_funding_ms(market_.now_ms()) / 1000, R"(,"mark_price":")",
                decimal(quote(symbol).mark, spec(symbol).price_digits),
                R"(","order_price_round":")", decimal(spec(symbol).tick, spec(symbol).price_digits),
                R"("})");
}

HttpReply Server::contracts(std::string_view settle, const HttpRequest& request) const {
    const auto limit =
        std::clamp<std::int64_t>(whole_parameter(request, "limit", 100), 1, kRowsMax);
    auto skip = std::max<std::int64_t>(whole_parameter(request, "offset", 0), 0);
    std::vector<std::size_t> page;
    for (const auto symbol : listed()) {
        if (settle_of(spec(symbol)) == settle && skip-- <= 0 && std::ssize(page) < limit) {
            page.push_back(symbol);
        }
    }
    return {.body = json_list(page, [this](std::size_t symbol) { return contract(symbol); })};
}

// From and to are seconds; newest first.
HttpReply Server::history(std::string_view settle, const HttpRequest& request) const {
    const auto symbol = find_native(request.parameter("contract"));
    if (!symbol || settle_of(spec(*symbol)) != settle) {
        return {.status = 400,
                .body = R"({"label":"CONTRACT_NOT_FOUND","message":"contract not found"})"};
    }
    const auto from_s = whole_parameter(request, "from", 0);
    const auto to_s = whole_parameter(request, "to", INT64_MAX / 1000);
    const auto limit =
        std::clamp<std::int64_t>(whole_parameter(request, "limit", 100), 1, kRowsMax);
    const auto skip = std::clamp<std::int64_t>(whole_parameter(request, "offset", 0), 0, 100'000);
    auto rows = latest_trades(*symbol, static_cast<std::size_t>(limit + skip),
                              [&](const MarketEvent& trade) {
                                  return trade.ts_ms >= from_s * 1000 && trade.ts_ms <= to_s * 1000;
                              });
    std::ranges::reverse(rows);
    rows.erase(rows.begin(), rows.begin() + std::min(skip, std::ssize(rows)));
    return {.body = json_list(rows, [this](const MarketEvent& trade) { return trade_row(trade); })};
}

// `size` is the position, `order_size` the order that closed it; the time is in seconds.
std::string Server::past_row(const MarketEvent& order) const {
    const std::string size = decimal(order.size, listing(order.symbol).digits);
    const int digits = spec(order.symbol).price_digits;
    const bool was_long = order.side == Side::Sell;
    return join(R"({"time":)", order.ts_ms / 1000, R"(,"contract":")", listing(order.symbol).native,
                R"(","size":")", was_long ? "" : "-", size, R"(","order_size":")",
                was_long ? "-" : "", size, R"(","order_price":")",
                decimal(bankruptcy_price(order), digits), R"(","fill_price":")",
                decimal(order.price, digits), R"(","left":"0"})");
}

// From and to are seconds, both are told; newest first.
HttpReply Server::past_liquidations(std::string_view settle, const HttpRequest& request) const {
    const auto symbol = find_native(request.parameter("contract"));
    if (!symbol || settle_of(spec(*symbol)) != settle) {
        return {.status = 400,
                .body = R"({"label":"CONTRACT_NOT_FOUND","message":"contract not found"})"};
    }
    const auto to_s = whole_parameter(request, "to", market_.now_ms() / 1000);
    const auto from_s = whole_parameter(request, "from", to_s - kLiquidationSpan_s + 1);
    if (to_s - from_s >= kLiquidationSpan_s) {
        return {.status = 400,
                .body = R"({"label":"INVALID_PARAM_VALUE","message":)"
                        R"("range from/to must in 1 hour"})"};
    }
    const auto limit =
        std::clamp<std::int64_t>(whole_parameter(request, "limit", 100), 1, kRowsMax);
    std::vector<MarketEvent> rows;
    for (auto order = past_.rbegin(); order != past_.rend() && std::ssize(rows) < limit; ++order) {
        const std::int64_t at_s = order->ts_ms / 1000;
        if (order->symbol == *symbol && at_s >= from_s && at_s <= to_s) {
            rows.push_back(*order);
        }
    }
    return {.body = json_list(rows, [this](const MarketEvent& order) { return past_row(order); })};
}

HttpReply Server::rest(const HttpRequest& request) {
    if (!request.path.starts_with(kFutures)) {
        return not_served();
    }
    const auto parts = split(std::string_view(request.path).substr(kFutures.size()), '/');
    if (parts.size() != 2) {
        return not_served();
    }
    return parts[1] == "contracts"    ? contracts(parts[0], request)
           : parts[1] == "trades"     ? history(parts[0], request)
           : parts[1] == "liq_orders" ? past_liquidations(parts[0], request)
                                      : not_served();
}

}  // namespace
}  // namespace petrel::sim::gate

namespace petrel::sim {
std::unique_ptr<VenueServer> make_gate(Market& market, Hub& hub) {
    return std::make_unique<gate::Server>(market, hub);
}
}  // namespace petrel::sim
