// Hyperliquid as clients meet it: one subscription a message, recent trades first, POST /info.
//
// Sizes are base currency, of a thousand where the name begins with k. Funding is hourly. Nobody is
// told of liquidations. Who is silent for a minute is cut. See venues/channel_server.hpp.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "text.hpp"
#include "venues/channel_server.hpp"
#include "venues/venues.hpp"

namespace petrel::sim::hyperliquid {
namespace {

using Json = nlohmann::json;

enum Channel : std::size_t { Trades, Context, Best };
constexpr std::array<std::string_view, 3> kTypes{"trades", "activeAssetCtx", "bbo"};
constexpr std::size_t kHistory = 30;
constexpr std::size_t kRecent = 500;
constexpr std::int64_t kSilenceMax_ms = 60'000;

// Fifty bits, unique, in no order.
std::uint64_t shown_id(const MarketEvent& trade) {
    constexpr std::uint64_t kBits = (1ULL << 50U) - 1;
    constexpr std::uint64_t kOdd = 0x2545F4914F6CDDULL | 1U;  // odd: a permutation of the range
    return (((static_cast<std::uint64_t>(trade.symbol) << 40U) + trade.id) * kOdd) & kBits;
}

class Server final : public ChannelServer {
public:
    Server(Market& market, Hub& hub) : ChannelServer(market, hub, {}) {
        for (const Channel channel : {Trades, Context, Best}) {
            add_channel(channel, kTypes[channel], [channel](std::string_view native) {
                return join(kTypes[channel], ' ', native);
            });
        }
    }

    void on_close(Client& client) override {
        heard_ms_.erase(&client);
        ChannelServer::on_close(client);
    }

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override {
        if (request.path == "/ws") {
            return std::nullopt;
        }
        return HttpReply{.status = 404};
    }
    HttpReply rest(const HttpRequest& request) override;
    void greet(Client& client) override {
        heard_ms_[&client] = market_.now_ms();
        hub_.answer(client, "Websocket connection established.");
    }
    void read(Client& client, std::string_view text) override;
    void tell_trades(std::size_t symbol, Events trades) override;
    void tell_state(std::size_t symbol, Events marks, std::int64_t now_ms) override;
    void tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) override;
    void each_second(std::int64_t now_ms) override;

private:
    [[nodiscard]] std::string price(std::size_t symbol, double value) const {
        return decimal(value, spec(symbol).price_digits);
    }
    [[nodiscard]] static std::string frame(Channel channel, const std::string& data) {
        return join(R"({"channel":")", kTypes[channel], R"(","data":)", data, '}');
    }
    [[nodiscard]] std::string trade_row(const MarketEvent& trade) const;
    [[nodiscard]] std::string context(std::size_t symbol) const;
    [[nodiscard]] std::string best(std::size_t symbol, std::int64_t now_ms) const;
    void send_first(Client& client, const Place& place);

    std::unordered_map<Client*, std::int64_t> heard_ms_;
};

std::string Server::trade_row(const MarketEvent& trade) const {
    return join(R"({"coin":")", listing(trade.symbol).native, R"(","side":")",
                trade.side == Side::Buy ? 'B' : 'A', R"(","px":")",
                price(trade.symbol, trade.price), R"(","sz":")",
                decimal(trade.size, listing(trade.symbol).digits), R"(","time":)", trade.ts_ms,
                R"(,"hash":"0x00000000000000000000000000000000000000000000000000000000000000a1",)",
                R"("tid":)", shown_id(trade), '}');
}

void Server::tell_trades(std::size_t symbol, Events trades) {
    tell(Trades, symbol, trades, [&] {
        return frame(Trades, json_list(trades, [this](const MarketEvent& trade) {
                         return trade_row(trade);
                     }));
    });
}

std::string Server::context(std::size_t symbol) const {
    const Quote& q = quote(symbol);
    return frame(Context, join(R"({"coin":")", listing(symbol).native, R"(","ctx":{"funding":")",
                               decimal(q.funding_rate / 8.0, 10), R"(","openInterest":")",
                               decimal(q.open_interest, 4), R"(","oraclePx":")",
                               price(symbol, q.index), R"(","markPx":")", price(symbol, q.mark),
                               R"(","midPx":")", price(symbol, q.bid), R"("}})"));
}

std::string Server::best(std::size_t symbol, std::int64_t now_ms) const {
    const Quote& q = quote(symbol);
    const auto level = [&](double at, double base) {
        return join(R"({"px":")", price(symbol, at), R"(","sz":")",
                    listing(symbol).size_text(base, at), R"(","n":4})");
    };
    return frame(Best,
                 join(R"({"coin":")", listing(symbol).native, R"(","time":)", now_ms, R"(,"bbo":[)",
                      level(q.bid, q.bid_quantity), ',', level(q.ask, q.ask_quantity), "]}"));
}

void Server::tell_state(std::size_t symbol, Events marks, std::int64_t) {
    tell(Context, symbol, marks, [&] { return context(symbol); });
}

void Server::tell_book(std::size_t symbol, Events changes, std::int64_t now_ms) {
    tell(Best, symbol, changes, [&] { return best(symbol, now_ms); });
}

void Server::each_second(std::int64_t now_ms) {
    for (const auto& [client, heard_ms] : heard_ms_) {
        if (now_ms - heard_ms > kSilenceMax_ms) {
            client->cut();
        }
    }
}

void Server::read(Client& client, std::string_view text) {
    heard_ms_[&client] = market_.now_ms();
    const auto message = Json::parse(text, nullptr, false);
    const std::string method = text_of(message, "method");
    if (method == "ping") {
        hub_.answer(client, R"({"channel":"pong"})");
        return;
    }
    const Json wanted =
        message.is_object() && message.contains("subscription") ? message["subscription"] : Json();
    const std::string topic = join(text_of(wanted, "type"), ' ', text_of(wanted, "coin"));
    const bool done = method == "subscribe"     ? subscribe(client, topic)
                      : method == "unsubscribe" ? unsubscribe(client, topic)
                                                : false;
    const std::string shown = wanted.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (!done) {
        const Json reply{{"channel", "error"}, {"data", join("Invalid subscription ", shown)}};
        hub_.answer(client, reply.dump());
        return;
    }
    hub_.answer(client, join(R"({"channel":"subscriptionResponse","data":{"method":")", method,
                             R"(","subscription":)", shown, "}}"));
    if (method == "subscribe" && source_ == Source::Market) {
        send_first(client, *place_of(topic));
    }
}

void Server::send_first(Client& client, const Place& place) {
    const auto symbol = *place.symbol;
    const std::string first =
        place.channel == Trades
            ? frame(Trades, json_list(latest_trades(symbol, kHistory),
                                      [this](const MarketEvent& t) { return trade_row(t); }))
        : place.channel == Context ? context(symbol)
                                   : best(symbol, market_.now_ms());
    hub_.publish_to(client, stream(place.channel, symbol), first);
}

HttpReply Server::rest(const HttpRequest& request) {
    const auto question = Json::parse(request.body, nullptr, false);
    const std::string type = text_of(question, "type");
    if (request.path != "/info" || request.method != "POST") {
        return not_served();
    }
    if (type == "meta") {
        return {.body = join(R"({"universe":)",
                             json_list(listed(),
                                       [this](std::size_t symbol) {
                                           return join(R"({"name":")", listing(symbol).native,
                                                       R"(","szDecimals":)", listing(symbol).digits,
                                                       R"(,"maxLeverage":40})");
                                       }),
                             '}')};
    }
    const auto symbol = find_native(text_of(question, "coin"));
    if (type == "recentTrades" && symbol) {
        auto rows = latest_trades(*symbol, kRecent);
        std::ranges::reverse(rows);
        return {.body = json_list(rows, [this](const MarketEvent& t) { return trade_row(t); })};
    }
    return {.status = 422, .body = "Failed to deserialize the JSON body into the target type"};
}

}  // namespace
}  // namespace petrel::sim::hyperliquid

namespace petrel::sim {
std::unique_ptr<VenueServer> make_hyperliquid(Market& market, Hub& hub) {
    return std::make_unique<hyperliquid::Server>(market, hub);
}
}  // namespace petrel::sim
