// OKX v5 public channels of swaps, as clients meet them: frames, requests, REST.
//
// Sizes are contracts. Liquidations of all swaps come in one channel, at most one of a contract a
// second, and a new subscriber is first told of some that are past. See venues/channel_server.hpp.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "binance_frames.hpp"
#include "binance_sampler.hpp"
#include "text.hpp"
#include "venues/channel_server.hpp"
#include "venues/venues.hpp"

namespace petrel::sim::okx {
namespace {

using Json = nlohmann::json;

enum Channel : std::size_t { Trades, Liquidations, Mark, Funding, OpenInterest, Best };
constexpr std::array<std::string_view, 6> kWords{"trades",       "liquidation-orders", "mark-price",
                                                 "funding-rate", "open-interest",      "bbo-tbt"};
constexpr const char* kLiquidationTopic = "liquidation-orders:SWAP";
constexpr std::size_t kHistoryTold = 20;  // to a new subscriber
constexpr std::size_t kHistoryKept = 2'000;
constexpr std::int64_t kBeforeStart_ms = 60'000;
constexpr std::int64_t kFundingEvery_ms = 8LL * 3600 * 1000;
constexpr std::size_t kRowsMax = 100;

class Server final : public ChannelServer {
public:
    Server(Market& market, Hub& hub)
        : ChannelServer(market, hub, {}), sampler_(market.symbols().size()) {
        for (const Channel channel : {Trades, Mark, Funding, OpenInterest, Best}) {
            add_channel(channel, kWords[channel], [channel](std::string_view native) {
                return join(kWords[channel], ':', native);
            });
        }
        add_shared(Liquidations, kWords[Liquidations], kLiquidationTopic);
        for (const auto symbol : listed()) {  // something is always past
            past_.push_back({.kind = EventKind::Liquidation,
                             .venue = Venue::Okx,
                             .side = Side::Sell,
                             .symbol = static_cast<std::uint16_t>(symbol),
                             .ts_ms = market.now_ms() - kBeforeStart_ms,
                             .price = spec(symbol).price,
                             .size = listing(symbol).step});
        }
    }

    void on_tick(std::int64_t now_ms) override {
        ChannelServer::on_tick(now_ms);
        std::vector<MarketEvent> shown;
        sampler_.collect(now_ms, shown);
        for (const auto& order : shown) {
            tell_now(order.symbol, {&order, 1});
        }
    }

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override;
    HttpReply rest(const HttpRequest& request) override;
    void read(Client& client, std::string_view text) override;
    void tell_trades(std::size_t symbol, Events trades) override;
    void tell_liquidations(std::size_t symbol, Events orders) override;
    void tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) override;
    void tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) override;

private:
    void take_argument(Client& client, const Json& argument, const std::string& operation,
                       const std::string& id);
    void tell_now(std::size_t symbol, Events orders);
    void send_first(Client& client, const Place& place);
    [[nodiscard]] std::string arg(Channel channel, std::size_t symbol) const {
        return join(R"({"channel":")", kWords[channel], R"(","instId":")", listing(symbol).native,
                    R"("})");
    }
    [[nodiscard]] std::string data(Channel channel, std::size_t symbol,
                                   const std::string& rows) const {
        return join(R"({"arg":)", arg(channel, symbol), R"(,"data":[)", rows, "]}");
    }
    [[nodiscard]] std::string trade_row(const MarketEvent& trade) const;
    [[nodiscard]] std::string liquidation_detail(const MarketEvent& order) const;
    [[nodiscard]] std::string liquidation_row(std::size_t symbol, Events orders) const;
    [[nodiscard]] std::string liquidation_frame(Events orders) const;
    [[nodiscard]] std::string mark(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string funding(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string open_interest(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string best(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string instrument(std::size_t symbol) const;
    [[nodiscard]] HttpReply history(const HttpRequest& request) const;
    [[nodiscard]] HttpReply past_liquidations(const HttpRequest& request) const;

    binance::LiquidationSampler sampler_;  // the same rule: the largest of a second
    std::vector<MarketEvent> past_;
};

std::string Server::trade_row(const MarketEvent& trade) const {
    return join(R"({"instId":")", listing(trade.symbol).native, R"(","tradeId":")", trade.id,
                R"(","px":")", decimal(trade.price, spec(trade.symbol).price_digits), R"(","sz":")",
                decimal(trade.size, listing(trade.symbol).digits), R"(","side":")",
                trade.side == Side::Buy ? "buy" : "sell", R"(","ts":")", trade.ts_ms, '"');
}

void Server::tell_trades(std::size_t symbol, Events trades) {
    for (const auto& trade : trades) {
        tell(Trades, symbol, {&trade, 1}, [&] {
            return data(Trades, symbol,
                        join(trade_row(trade), R"(,"count":"1","source":"0","seqId":)",
                             quote(symbol).update_id, '}'));
        });
    }
}

// `side` is that of the order: a long is closed by a sell.
std::string Server::liquidation_detail(const MarketEvent& order) const {
    return join(R"({"bkLoss":"0","bkPx":")",
                decimal(bankruptcy_price(order), spec(order.symbol).price_digits),
                R"(","ccy":"","posSide":")", order.side == Side::Sell ? "long" : "short",
                R"(","side":")", order.side == Side::Sell ? "sell" : "buy", R"(","sz":")",
                decimal(order.size, listing(order.symbol).digits), R"(","ts":")", order.ts_ms,
                R"("})");
}

std::string Server::liquidation_row(std::size_t symbol, Events orders) const {
    const std::string& native = listing(symbol).native;
    const std::string family = native.substr(0, native.rfind('-'));
    return join(R"({"details":)",
                json_list(orders, [this](const MarketEvent& o) { return liquidation_detail(o); }),
                R"(,"instFamily":")", family, R"(","instId":")", native,
                R"(","instType":"SWAP","uly":")", family, R"("})");
}

std::string Server::liquidation_frame(Events orders) const {
    const auto row = [this](const MarketEvent& order) {
        return liquidation_row(order.symbol, {&order, 1});
    };
    return join(R"({"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":)",
                json_list(orders, row), '}');
}

// Those asked for over the control port come in one frame: two of them may be alike, and only one
// frame shows that they are two.
void Server::tell_liquidations(std::size_t symbol, Events orders) {
    std::vector<MarketEvent> exact;
    for (const auto& order : orders) {
        if (order.exact) {
            exact.push_back(order);
        } else {
            sampler_.offer(order);
        }
    }
    if (!exact.empty()) {
        tell_now(symbol, exact);
    }
}

void Server::tell_now(std::size_t symbol, Events orders) {
    tell(Liquidations, symbol, orders, [&] { return liquidation_frame(orders); });
    past_.insert(past_.end(), orders.begin(), orders.end());
    if (past_.size() > kHistoryKept) {
        past_.erase(past_.begin(), past_.end() - kHistoryKept);
    }
}

std::string Server::mark(std::size_t symbol, std::int64_t now_ms) const {
    return data(Mark, symbol,
                join(R"({"instType":"SWAP","instId":")", listing(symbol).native, R"(","markPx":")",
                     decimal(quote(symbol).mark, spec(symbol).price_digits + 1), R"(","ts":")",
                     now_ms, R"("})"));
}

std::string Server::funding(std::size_t symbol, std::int64_t now_ms) const {
    const auto due_ms = binance::next_funding_ms(now_ms);
    return data(
        Funding, symbol,
        join(R"({"formulaType":"withRate","fundingRate":")", decimal(quote(symbol).funding_rate, 8),
             R"(","fundingTime":")", due_ms, R"(","instId":")", listing(symbol).native,
             R"(","instType":"SWAP","method":"current_period","nextFundingRate":"",)",
             R"("nextFundingTime":")", due_ms + kFundingEvery_ms,
             R"(","settState":"settled","ts":")", now_ms, R"("})"));
}

std::string Server::open_interest(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    return data(OpenInterest, symbol,
                join(R"({"instId":")", listing(symbol).native, R"(","instType":"SWAP","oi":")",
                     listing(symbol).size_text(q.open_interest, q.mark), R"(","oiCcy":")",
                     decimal(q.open_interest, 4), R"(","oiUsd":")",
                     decimal(q.open_interest * q.mark, 2), R"(","ts":")", now_ms, R"("})"));
}

std::string Server::best(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const auto level = [&](double price, double base) {
        return join(R"([[")", decimal(price, spec(symbol).price_digits), R"(",")",
                    listing(symbol).size_text(base, price), R"(","0","5"]])");
    };
    return data(Best, symbol,
                join(R"({"asks":)", level(q.ask, q.ask_quantity), R"(,"bids":)",
                     level(q.bid, q.bid_quantity), R"(,"ts":")", now_ms, R"(","seqId":)",
                     q.update_id, '}'));
}

void Server::tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) {
    tell(Mark, symbol, marks, [&] { return mark(symbol, now_ms); });
    if (now_ms / 1000 % 3 == 0) {
        tell(OpenInterest, symbol, {}, [&] { return open_interest(symbol, now_ms); });
    }
    if (now_ms / 1000 % 30 == 0) {
        tell(Funding, symbol, {}, [&] { return funding(symbol, now_ms); });
    }
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
    const std::string id = text_of(message, "id");
    const std::string operation = text_of(message, "op");
    const bool known = operation == "subscribe" || operation == "unsubscribe";
    if (!known || !message.contains("args") || !message["args"].is_array()) {
        hub_.answer(client, R"({"event":"error","code":"60012","msg":"Invalid request",)"
                            R"("connId":"a4d3ae55"})");
        return;
    }
    for (const auto& argument : message["args"]) {
        take_argument(client, argument, operation, id);
    }
}

void Server::take_argument(Client& client, const Json& argument, const std::string& operation,
                           const std::string& id) {
    const std::string channel = text_of(argument, "channel");
    const std::string instrument = text_of(argument, "instId");
    const std::string type = text_of(argument, "instType");
    const std::string topic = join(channel, ':', instrument.empty() ? type : instrument);
    const bool done =
        operation == "subscribe" ? subscribe(client, topic) : unsubscribe(client, topic);
    if (!done) {
        const Json refusal{{"id", id},
                           {"event", "error"},
                           {"code", "60018"},
                           {"msg", join("Wrong URL or channel:", channel, ",instId:", instrument,
                                        " doesn't exist.")},
                           {"connId", "a4d3ae55"}};
        hub_.answer(client, refusal.dump(-1, ' ', false, Json::error_handler_t::replace));
        return;
    }
    hub_.answer(client, join(R"({"id":)", Json(id).dump(), R"(,"event":")", operation,
                             R"(","arg":)", argument.dump(), R"(,"connId":"a4d3ae55"})"));
    if (operation == "subscribe" && source_ == Source::Market) {
        send_first(client, *place_of(topic));
    }
}

void Server::send_first(Client& client, const Place& place) {
    const auto now_ms = market_.now_ms();
    if (!place.symbol) {
        const Events latest = Events(past_).last(std::min(past_.size(), kHistoryTold));
        hub_.publish_to(client, hub_.find(kLiquidationTopic).value(), liquidation_frame(latest));
        return;
    }
    const auto symbol = *place.symbol;
    const std::string first = place.channel == Mark           ? mark(symbol, now_ms)
                              : place.channel == Funding      ? funding(symbol, now_ms)
                              : place.channel == OpenInterest ? open_interest(symbol, now_ms)
                              : place.channel == Best         ? best(symbol, now_ms)
                                                              : std::string();
    if (!first.empty()) {
        hub_.publish_to(client, stream(place.channel, symbol), first);
    }
}

std::optional<HttpReply> Server::refuse_path(const HttpRequest& request) {
    if (request.path == "/ws/v5/public") {
        return std::nullopt;
    }
    return HttpReply{.status = 404, .body = R"({"code":"404","msg":"no such path"})"};
}

HttpReply answered(const std::string& rows) {
    return {.body = join(R"({"code":"0","msg":"","data":)", rows, '}')};
}

std::string Server::instrument(std::size_t symbol) const {
    const Listing& contract = listing(symbol);
    const bool inverse = contract.inverse();
    return join(R"({"instType":"SWAP","instId":")", contract.native, R"(","ctType":")",
                inverse ? "inverse" : "linear", R"(","ctVal":")",
                inverse ? decimal(contract.usd_per_contract, 0) : contract.factor_text(),
                R"(","ctMult":"1","ctValCcy":")", inverse ? spec(symbol).quote : spec(symbol).base,
                R"(","settleCcy":")", inverse ? spec(symbol).base : spec(symbol).quote,
                R"(","lotSz":")", decimal(contract.step, contract.digits), R"(","tickSz":")",
                decimal(spec(symbol).tick, spec(symbol).price_digits),
                R"(","expTime":"","state":"live"})");
}

HttpReply Server::history(const HttpRequest& request) const {
    const auto symbol = find_native(request.parameter("instId"));
    if (!symbol) {
        return {.body = R"({"code":"51001","msg":"Instrument ID does not exist","data":[]})"};
    }
    const bool by_time = request.parameter("type") == "2";
    const auto after = whole_parameter(request, "after", INT64_MAX);
    const auto limit =
        std::clamp<std::int64_t>(whole_parameter(request, "limit", 100), 1, kRowsMax);
    auto rows =
        latest_trades(*symbol, static_cast<std::size_t>(limit), [&](const MarketEvent& trade) {
            return by_time ? trade.ts_ms < after : static_cast<std::int64_t>(trade.id) < after;
        });
    std::ranges::reverse(rows);  // newest first
    return answered(
        json_list(rows, [this](const MarketEvent& trade) { return trade_row(trade) + '}'; }));
}

// Those that the socket told, newest first; `after` asks for what is older.
HttpReply Server::past_liquidations(const HttpRequest& request) const {
    std::string family = request.parameter("instFamily");
    family = family.empty() ? request.parameter("uly") : family;
    const auto symbol = find_native(join(family, "-SWAP"));
    if (request.parameter("instType") != "SWAP" || !symbol) {
        return {.body = R"({"code":"51000","msg":"Parameter instFamily error","data":[]})"};
    }
    const auto after_ms = whole_parameter(request, "after", INT64_MAX);
    const auto limit =
        std::clamp<std::int64_t>(whole_parameter(request, "limit", 100), 1, kRowsMax);
    std::vector<MarketEvent> rows;
    for (auto order = past_.rbegin(); order != past_.rend() && std::ssize(rows) < limit; ++order) {
        if (order->symbol == *symbol && order->ts_ms < after_ms) {
            rows.push_back(*order);
        }
    }
    return answered(rows.empty() ? "[]" : join('[', liquidation_row(*symbol, rows), ']'));
}

HttpReply Server::rest(const HttpRequest& request) {
    if (request.path == "/api/v5/public/liquidation-orders") {
        return past_liquidations(request);
    }
    if (request.path == "/api/v5/public/instruments" && request.parameter("instType") == "SWAP") {
        return answered(json_list(listed(), [this](std::size_t s) { return instrument(s); }));
    }
    if (request.path == "/api/v5/market/history-trades") {
        return history(request);
    }
    return not_served();
}

}  // namespace
}  // namespace petrel::sim::okx

namespace petrel::sim {
std::unique_ptr<VenueServer> make_okx(Market& market, Hub& hub) {
    return std::make_unique<okx::Server>(market, hub);
}
}  // namespace petrel::sim
