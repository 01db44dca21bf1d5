// Bitfinex v2 derivatives as clients meet them: arrays under the channel numbers of a connection.
//
// Each connection numbers its channels and, if it asked for that, its frames, so that every client
// is written to by itself. A liquidation is told by its trigger and again by its match; the sign of
// its amount is that of the position. See venues/channel_server.hpp.
#include <algorithm>
#include <array>
#include <deque>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "binance_frames.hpp"
#include "text.hpp"
#include "venues/channel_server.hpp"
#include "venues/venues.hpp"

namespace petrel::sim::bitfinex {
namespace {

using Json = nlohmann::json;

enum Channel : std::size_t { Trades, Status, Ticker, Liquidations };
constexpr std::array<std::string_view, 4> kWords{"trades", "status", "ticker", "liquidations"};
constexpr const char* kLiquidationTopic = "status liq:global";
constexpr std::size_t kHistory = 30;
constexpr std::size_t kLiquidationsKept = 500;
constexpr std::size_t kChannelsMax = 25;
constexpr std::int64_t kHeartbeat_ms = 15'000;
constexpr int kTimestamps = 32768;
constexpr int kSequence = 65536;
constexpr double kEntryGap = 0.02;  // between the price at which a position was opened and its end

// Ids grow and have holes.
std::uint64_t shown_id(const MarketEvent& trade) { return trade.id * 3; }

class Server final : public ChannelServer {
public:
    Server(Market& market, Hub& hub) : ChannelServer(market, hub, {}) {
        add_channel(Trades, kWords[Trades],
                    [](std::string_view native) { return join("trades ", native); });
        add_channel(Status, kWords[Status],
                    [](std::string_view native) { return join("status deriv:", native); });
        add_channel(Ticker, kWords[Ticker],
                    [](std::string_view native) { return join("ticker ", native); });
        add_shared(Liquidations, kWords[Liquidations], kLiquidationTopic);
    }

    void on_close(Client& client) override {
        peers_.erase(&client);
        ChannelServer::on_close(client);
    }

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override {
        if (request.path == "/ws/2") {
            return std::nullopt;
        }
        return HttpReply{.status = 404, .body = R"(["error",10020,"path: invalid"])"};
    }
    HttpReply rest(const HttpRequest& request) override;
    void greet(Client& client) override {
        peers_[&client];
        hub_.answer(client, R"({"event":"info","version":2,"serverId":)"
                            R"("00000000-0000-4000-8000-000000000001","platform":{"status":1}})");
    }
    void read(Client& client, std::string_view text) override;
    void tell_trades(std::size_t symbol, Events trades) override;
    void tell_liquidations(std::size_t symbol, Events orders) override;
    void tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) override;
    void tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) override;
    void each_second(std::int64_t now_ms) override;

private:
    struct Subscribed {
        int number = 0;
        std::int64_t told_ms = 0;
    };
    struct Peer {
        int flags = 0;
        int next_number = 1001;
        std::uint64_t sequence = 0;
        std::unordered_map<Hub::StreamId, Subscribed> channels;
    };
    // `body` stands between the channel's number and what the flags ask for.
    std::string frame(Client& client, Hub::StreamId id, const std::string& body);
    void tell_each(Channel channel, std::size_t symbol, Events events, const std::string& body);
    void open_channel(Client& client, const Json& message);
    void send_first(Client& client, const Place& place);
    [[nodiscard]] std::string price(std::size_t symbol, double value) const {
        return decimal(value, spec(symbol).price_digits);
    }
    [[nodiscard]] std::string trade_row(const MarketEvent& trade) const;
    [[nodiscard]] std::string liquidation_row(const MarketEvent& order, bool match) const;
    [[nodiscard]] std::string status(std::size_t symbol, std::int64_t now_ms) const;
    [[nodiscard]] std::string ticker(std::size_t symbol) const;
    [[nodiscard]] HttpReply history(const std::string& native, const HttpRequest& request) const;

    std::unordered_map<Client*, Peer> peers_;
    std::deque<MarketEvent> past_;  // liquidations; their ids are those of positions
    std::uint64_t positions_ = 171'000'000;
};

std::string Server::frame(Client& client, Hub::StreamId id, const std::string& body) {
    Peer& peer = peers_[&client];
    auto& channel = peer.channels[id];
    channel.told_ms = market_.now_ms();
    std::string text = join('[', channel.number, ',', body);
    if ((peer.flags & kSequence) != 0) {
        text += join(',', ++peer.sequence);
    }
    if ((peer.flags & kTimestamps) != 0) {
        text += join(',', market_.now_ms());
    }
    return text += ']';
}

void Server::tell_each(Channel channel, std::size_t symbol, Events events,
                       const std::string& body) {
    const auto id = stream(channel, symbol);
    const Cargo what = cargo(symbol, events);
    Fate best;
    for (Client* client : hub_.subscribers(id)) {
        const Fate fate = hub_.publish_to(*client, id, frame(*client, id, body), what);
        best = best.sent ? best : fate;
    }
    hub_.note(what, best);
}

std::string Server::trade_row(const MarketEvent& trade) const {
    return join('[', shown_id(trade), ',', trade.ts_ms, ',', trade.side == Side::Sell ? "-" : "",
                decimal(trade.size, listing(trade.symbol).digits), ',',
                price(trade.symbol, trade.price), ']');
}

void Server::tell_trades(std::size_t symbol, Events trades) {
    for (const auto& trade : trades) {
        const std::string row = trade_row(trade);
        tell_each(Trades, symbol, {&trade, 1}, join(R"("te",)", row));
        tell_each(Trades, symbol, {}, join(R"("tu",)", row));
    }
}

std::string Server::liquidation_row(const MarketEvent& order, bool match) const {
    const bool was_long = order.side == Side::Sell;
    const double entry = order.price * (was_long ? 1.0 + kEntryGap : 1.0 - kEntryGap);
    return join(R"(["pos",)", order.id, ',', order.ts_ms, R"(,null,")",
                listing(order.symbol).native, R"(",)", was_long ? "" : "-",
                decimal(order.size, listing(order.symbol).digits), ',', price(order.symbol, entry),
                ",null,", match ? 1 : 0, ',', match ? 1 : 0, ",null,",
                match ? price(order.symbol, order.price) : "null", ']');
}

void Server::tell_liquidations(std::size_t symbol, Events orders) {
    for (MarketEvent order : orders) {
        order.id = ++positions_;
        past_.push_back(order);
        if (past_.size() > kLiquidationsKept) {
            past_.pop_front();
        }
        tell_each(Liquidations, symbol, {&order, 1}, join('[', liquidation_row(order, false), ']'));
        tell_each(Liquidations, symbol, {}, join('[', liquidation_row(order, true), ']'));
    }
}

std::string Server::status(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    return join('[', now_ms, ",null,", price(symbol, q.last), ',', price(symbol, q.index),
                ",null,31000000.5,null,", binance::next_funding_ms(now_ms), ",0.00003,120,null,",
                decimal(q.funding_rate, 8), ",null,null,", price(symbol, q.mark), ",null,null,",
                decimal(q.open_interest, 4), ",null,null,null,-0.0005,0.0025]");
}

std::string Server::ticker(std::size_t symbol) const {
    const Quote& q = quote(symbol);
    const Listing& l = listing(symbol);
    return join('[', price(symbol, q.bid), ',', l.size_text(q.bid_quantity, q.bid), ',',
                price(symbol, q.ask), ',', l.size_text(q.ask_quantity, q.ask), ",-350,-0.0038,",
                price(symbol, q.last), ',', decimal(q.volume, 2), ',', price(symbol, q.last * 1.01),
                ',', price(symbol, q.last * 0.99), ']');
}

void Server::tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) {
    tell_each(Status, symbol, marks, status(symbol, now_ms));
}

void Server::tell_book(std::size_t symbol, Events changes, std::int64_t) {
    tell_each(Ticker, symbol, changes, ticker(symbol));
}

void Server::each_second(std::int64_t now_ms) {
    for (auto& [client, peer] : peers_) {
        std::vector<Hub::StreamId> silent;
        for (const auto& [id, channel] : peer.channels) {
            if (now_ms - channel.told_ms >= kHeartbeat_ms) {
                silent.push_back(id);
            }
        }
        std::ranges::sort(silent);
        for (const auto id : silent) {
            hub_.publish_to(*client, id, frame(*client, id, R"("hb")"));
        }
    }
}

void Server::read(Client& client, std::string_view text) {
    const auto message = Json::parse(text, nullptr, false);
    const std::string event = text_of(message, "event");
    const auto whole = [&](const char* name) {
        return message.contains(name) && message[name].is_number_integer()
                   ? message[name].get<int>()
                   : 0;
    };
    if (event == "ping") {
        hub_.answer(client, join(R"({"event":"pong","ts":)", market_.now_ms(), R"(,"cid":)",
                                 whole("cid"), '}'));
    } else if (event == "conf") {
        peers_[&client].flags = whole("flags");
        hub_.answer(client, join(R"({"event":"conf","status":"OK","flags":)", whole("flags"), '}'));
    } else if (event == "subscribe") {
        open_channel(client, message);
    } else if (event == "unsubscribe") {
        auto& channels = peers_[&client].channels;
        const int number = whole("chanId");
        const auto found = std::ranges::find_if(
            channels, [number](const auto& entry) { return entry.second.number == number; });
        if (found != channels.end()) {
            hub_.unsubscribe(client, found->first);
            channels.erase(found);
        }
        hub_.answer(client,
                    join(R"({"event":"unsubscribed","status":"OK","chanId":)", number, '}'));
    } else {
        hub_.answer(client, R"({"event":"error","msg":"event: unknown","code":10000})");
    }
}

void Server::open_channel(Client& client, const Json& message) {
    Peer& peer = peers_[&client];
    const std::string channel = text_of(message, "channel");
    const bool by_key = channel == "status";
    const std::string of = text_of(message, by_key ? "key" : "symbol");
    const std::string topic = join(channel, ' ', of);
    const auto place = place_of(topic);
    const auto id = place ? hub_.find(topic) : std::nullopt;
    const bool again = id && peer.channels.contains(*id);
    const bool full = peer.channels.size() >= kChannelsMax;
    Json reply{{"channel", channel}, {by_key ? "key" : "symbol", of}};
    if (!id || again || full) {
        reply["event"] = "error";
        reply["code"] = !id ? 10300 : again ? 10301 : 10305;
        reply["msg"] = !id     ? (by_key ? "key: invalid" : "symbol: invalid")
                       : again ? "already subscribed"
                               : "channel limit reached";
        hub_.answer(client, reply.dump(-1, ' ', false, Json::error_handler_t::replace));
        return;
    }
    const int number = peer.next_number++;
    peer.channels[*id] = {number, market_.now_ms()};
    (void)subscribe(client, topic);
    reply["event"] = "subscribed";
    reply["chanId"] = number;
    hub_.answer(client, reply.dump());
    if (source_ == Source::Market) {
        send_first(client, *place);
    }
}

void Server::send_first(Client& client, const Place& place) {
    if (!place.symbol) {
        return;
    }
    const auto symbol = *place.symbol;
    const auto id = stream(place.channel, symbol);
    auto past = latest_trades(symbol, kHistory);
    std::ranges::reverse(past);
    const std::string body =
        place.channel == Trades
            ? json_list(past, [this](const MarketEvent& trade) { return trade_row(trade); })
        : place.channel == Status ? status(symbol, market_.now_ms())
                                  : ticker(symbol);
    hub_.publish_to(client, id, frame(client, id, body));
}

HttpReply Server::history(const std::string& native, const HttpRequest& request) const {
    const auto symbol = find_native(native);
    if (!symbol) {
        return {.status = 500, .body = R"(["error",10020,"symbol: invalid"])"};
    }
    const auto start_ms = whole_parameter(request, "start", 0);
    const auto end_ms = whole_parameter(request, "end", INT64_MAX);
    const auto limit = std::clamp<std::int64_t>(whole_parameter(request, "limit", 125), 1, 10'000);
    auto rows = latest_trades(*symbol, Market::kTradesKept, [&](const MarketEvent& trade) {
        return trade.ts_ms >= start_ms && trade.ts_ms <= end_ms;
    });
    if (request.parameter("sort") != "1") {
        std::ranges::reverse(rows);
    }
    rows.resize(std::min<std::size_t>(rows.size(), static_cast<std::size_t>(limit)));
    return {.body = json_list(rows, [this](const MarketEvent& trade) { return trade_row(trade); })};
}

HttpReply Server::rest(const HttpRequest& request) {
    if (request.path == "/v2/conf/pub:list:pair:futures") {
        return {.body = join('[',
                             json_list(listed(),
                                       [this](std::size_t symbol) {
                                           return join('"', listing(symbol).native.substr(1), '"');
                                       }),
                             ']')};
    }
    if (request.path == "/v2/liquidations/hist") {
        const auto start_ms = whole_parameter(request, "start", 0);
        const auto end_ms = whole_parameter(request, "end", INT64_MAX);
        std::vector<MarketEvent> rows;
        std::ranges::copy_if(past_, std::back_inserter(rows), [&](const MarketEvent& order) {
            return order.ts_ms >= start_ms && order.ts_ms <= end_ms;
        });
        return {.body = json_list(rows, [this](const MarketEvent& order) {
                    return join('[', liquidation_row(order, false), ']');
                })};
    }
    const auto parts = split(request.path, '/');
    return parts.size() == 4 && parts[0] == "v2" && parts[1] == "trades" && parts[3] == "hist"
               ? history(parts[2], request)
               : not_served();
}

}  // namespace
}  // namespace petrel::sim::bitfinex

namespace petrel::sim {
std::unique_ptr<VenueServer> make_bitfinex(Market& market, Hub& hub) {
    return std::make_unique<bitfinex::Server>(market, hub);
}
}  // namespace petrel::sim
