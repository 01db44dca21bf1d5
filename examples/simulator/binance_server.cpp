// Subscriptions and streams of the simulated Binance USD-M futures.
#include "binance_server.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "binance_frames.hpp"
#include "text.hpp"

namespace petrel::sim {
namespace {

constexpr std::uint16_t kPolicyViolation = 1008;
constexpr std::int64_t kMarkEverySeconds = 3;  // of the streams without @1s

}  // namespace

BinanceServer::BinanceServer(Market& market, Hub& hub)
    : VenueServer(market, hub), sampler_(market.symbols().size()), rest_(market) {
    for (const auto& symbol : market.symbols()) {
        const std::string name = lower_case(symbol.name);
        streams_.push_back({intern(name + "@aggTrade", symbol.name, "aggTrade"),
                            intern(name + "@forceOrder", symbol.name, "forceOrder"),
                            intern(name + "@markPrice@1s", symbol.name, "markPrice"),
                            intern(name + "@markPrice", symbol.name, "markPrice"),
                            intern(name + "@bookTicker", symbol.name, "bookTicker")});
    }
    all_liquidations_ = intern("!forceOrder@arr", "", "forceOrder");
    all_marks_1s_ = intern("!markPrice@arr@1s", "", "markPrice");
    all_marks_3s_ = intern("!markPrice@arr", "", "markPrice");
    next_ping_ms_ = market.now_ms() + kPingEvery_ms;
}

Hub::Wrap BinanceServer::framing() {
    return [](std::string_view stream, std::string_view data) {
        return binance::wrapped(stream, data);
    };
}

Hub::StreamId BinanceServer::intern(const std::string& name, const std::string& symbol,
                                    const std::string& channel) {
    return hub_.stream({name, symbol, channel}).value();  // made first, so there is room
}

void BinanceServer::on_event(const MarketEvent& event) {
    const auto& streams = streams_[event.symbol];
    const auto& quote = market_.quote(Venue::Binance, event.symbol);
    const Cargo cargo{.events{&event, 1}};
    switch (event.kind) {
        case EventKind::Trade:
            hub_.tell(streams.trade, cargo,
                      [&] { return binance::agg_trade(spec(event.symbol), event); });
            break;
        case EventKind::Liquidation:
            if (event.exact) {
                publish_liquidation(event, event.ts_ms);
            } else {
                sampler_.offer(event);
            }
            break;
        case EventKind::Book:
            hub_.tell(streams.book, cargo,
                      [&] { return binance::book_ticker(spec(event.symbol), quote, event.ts_ms); });
            break;
        case EventKind::Mark:
            hub_.tell(streams.mark_1s, cargo,
                      [&] { return binance::mark_price(spec(event.symbol), quote, event.ts_ms); });
            if (hub_.wanted(streams.mark_3s) && event.ts_ms / 1000 % kMarkEverySeconds == 0) {
                hub_.publish(streams.mark_3s,
                             binance::mark_price(spec(event.symbol), quote, event.ts_ms));
            }
            break;
    }
}

void BinanceServer::on_tick(std::int64_t now_ms) {
    std::vector<MarketEvent> shown;
    sampler_.collect(now_ms, shown);
    for (const auto& event : shown) {
        publish_liquidation(event, now_ms);
    }
    if (source_ == Source::Market && now_ms / 1000 != last_second_) {
        last_second_ = now_ms / 1000;
        publish_all_marks(now_ms);
    }
    if (now_ms >= next_ping_ms_) {
        next_ping_ms_ += kPingEvery_ms;
        hub_.ping_all();
    }
}

void BinanceServer::publish_liquidation(const MarketEvent& event, std::int64_t now_ms) {
    const auto text = binance::force_order(spec(event.symbol), event, now_ms);
    const Cargo cargo{.events{&event, 1}, .symbol = spec(event.symbol).name};
    const Fate alone = hub_.publish(streams_[event.symbol].liquidation, text, cargo);
    const Fate among_all = hub_.publish(all_liquidations_, text, cargo);
    hub_.note(cargo, alone.sent ? alone : among_all);
}

void BinanceServer::publish_all_marks(std::int64_t now_ms) {
    const bool third = now_ms / 1000 % kMarkEverySeconds == 0;
    if (!hub_.wanted(all_marks_1s_) && !(third && hub_.wanted(all_marks_3s_))) {
        return;
    }
    std::string rows;
    for (std::size_t symbol = 0; symbol < streams_.size(); ++symbol) {
        if (market_.listing(Venue::Binance, symbol) == nullptr) {
            continue;
        }
        rows += rows.empty() ? '[' : ',';
        rows += binance::mark_price(spec(symbol), market_.quote(Venue::Binance, symbol), now_ms);
    }
    rows += ']';
    hub_.publish(all_marks_1s_, rows);
    if (third) {
        hub_.publish(all_marks_3s_, rows);
    }
}

std::optional<HttpReply> BinanceServer::refuse_path(const HttpRequest& request) {
    if (binance::parse_endpoint(request.path, request.raw_query)) {
        return std::nullopt;
    }
    return HttpReply{.status = 404, .body = R"({"code":-1,"msg":"no such WebSocket path"})"};
}

void BinanceServer::on_open(Client& client) {
    auto& peer = peers_[&client];
    peer.endpoint = *binance::parse_endpoint(client.upgrade().path, client.upgrade().raw_query);
    hub_.open(client, peer.endpoint.framing == binance::Framing::Wrapped ? Hub::Form::Wrapped
                                                                         : Hub::Form::Bare);
    for (const auto& name : peer.endpoint.streams) {
        subscribe(client, peer, name);
    }
}

void BinanceServer::on_close(Client& client) {
    peers_.erase(&client);
    VenueServer::on_close(client);
}

// Messages, pings and pongs of the last second all count.
bool BinanceServer::within_budget(Client& client) {
    const auto found = peers_.find(&client);
    if (found == peers_.end()) {
        return false;
    }
    auto& times = found->second.message_times_s;
    times.push_back(hub_.now_s());
    while (!times.empty() && times.front() <= hub_.now_s() - 1.0) {
        times.pop_front();
    }
    if (times.size() <= kMessagesPerSecondMax) {
        return true;
    }
    client.close(kPolicyViolation, "Too many requests");
    return false;
}

void BinanceServer::on_message(Client& client, std::string_view text) {
    hub_.count_message();
    if (!within_budget(client)) {
        return;
    }
    auto& peer = peers_[&client];
    const auto request = binance::parse_control(text);
    if (!request.ok()) {
        hub_.answer(client, request.message());
        return;
    }
    const auto& [method, params, id] = request.value();
    if (method == binance::Method::List) {
        hub_.answer(client, join(R"({"result":)", nlohmann::json(peer.listed).dump(), R"(,"id":)",
                                 id.empty() ? "null" : id, '}'));
        return;
    }
    if (method == binance::Method::Subscribe &&
        peer.listed.size() + params.size() > kStreamsPerClientMax) {
        hub_.answer(client,
                    binance::control_error(2,
                                           join("Invalid request: more than ", kStreamsPerClientMax,
                                                " streams on one connection"),
                                           id));
        return;
    }
    // The venue acknowledges first, whether or not the streams exist.
    hub_.answer(client, join(R"({"result":null,"id":)", id.empty() ? "null" : id, '}'));
    for (const auto& name : params) {
        if (method == binance::Method::Subscribe) {
            subscribe(client, peer, name);
        } else {
            unsubscribe(client, peer, name);
        }
    }
}

void BinanceServer::subscribe(Client& client, Peer& peer, const std::string& name) {
    if (peer.listed.size() >= kStreamsPerClientMax ||
        std::ranges::find(peer.listed, name) != peer.listed.end()) {
        return;
    }
    peer.listed.push_back(name);
    const auto stream = binance::parse_stream(name);
    if (!stream || !binance::served_on(stream->channel, peer.endpoint.route)) {
        return;  // listed, and mute
    }
    if (const auto id = hub_.stream({name, stream->symbol, stream->channel})) {
        hub_.subscribe(client, *id);
    }
}

void BinanceServer::unsubscribe(Client& client, Peer& peer, const std::string& name) {
    std::erase(peer.listed, name);
    if (const auto id = hub_.find(name)) {
        hub_.unsubscribe(client, *id);
    }
}

}  // namespace petrel::sim
