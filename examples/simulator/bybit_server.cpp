// Topics and requests of the simulated Bybit v5 linear.
#include "bybit_server.hpp"

#include <algorithm>

#include "text.hpp"

namespace petrel::sim {

BybitServer::BybitServer(Market& market, Hub& hub) : VenueServer(market, hub), rest_(market) {
    for (const auto& symbol : market.symbols()) {
        SymbolState state;
        state.trades_stream = intern("publicTrade", symbol.name);
        state.liquidations_stream = intern("allLiquidation", symbol.name);
        state.ticker_stream = intern("tickers", symbol.name);
        state.book_stream = intern("orderbook.1", symbol.name);
        states_.push_back(std::move(state));
    }
}

Hub::StreamId BybitServer::intern(std::string_view channel, const std::string& symbol) {
    return hub_.stream({join(channel, '.', symbol), symbol, std::string(channel)}).value();
}

void BybitServer::on_event(const MarketEvent& event) {
    auto& state = states_[event.symbol];
    switch (event.kind) {
        case EventKind::Trade:
            state.trades.push_back(event);
            break;
        case EventKind::Liquidation:
            state.liquidations.push_back(event);
            break;
        case EventKind::Book:
            publish_book(state, event.symbol, event.ts_ms, {.events{&event, 1}});
            break;
        case EventKind::Mark:
            state.marks.push_back(event);  // the ticker shows it
            break;
    }
}

void BybitServer::on_tick(std::int64_t now_ms) {
    const bool batch_over = now_ms / kLiquidationBatch_ms != last_batch_;
    const auto ticker_every_ms = std::max(kTickerEvery_ms, states_every_ms_);
    const bool ticker_due = now_ms / ticker_every_ms != last_ticker_;
    last_batch_ = now_ms / kLiquidationBatch_ms;
    last_ticker_ = now_ms / ticker_every_ms;
    for (std::size_t symbol = 0; symbol < states_.size(); ++symbol) {
        auto& state = states_[symbol];
        if (market_.listing(Venue::Bybit, symbol) == nullptr) {
            continue;
        }
        flush_trades(state, symbol, now_ms);
        if (batch_over) {
            flush_liquidations(state, symbol, now_ms);
        }
        if (source_ == Source::Recording) {
            continue;
        }
        if (ticker_due) {
            publish_ticker(state, symbol, now_ms);
        }
        if (now_ms - state.book_sent_ms >= kBookResend_ms) {
            publish_book(state, symbol, now_ms);
        }
    }
}

void BybitServer::publish_ticker(SymbolState& state, std::size_t symbol, std::int64_t now_ms) {
    Fate fate;
    if (hub_.wanted(state.ticker_stream)) {
        if (const auto text =
                state.ticker.delta(spec(symbol), market_.quote(Venue::Bybit, symbol), now_ms)) {
            fate = hub_.publish(state.ticker_stream, *text);
        }
    }
    hub_.note({.events = state.marks}, fate);
    state.marks.clear();
}

void BybitServer::flush_trades(SymbolState& state, std::size_t symbol, std::int64_t now_ms) {
    const std::span<const MarketEvent> all(state.trades);
    for (std::size_t begin = 0; begin < all.size(); begin += bybit::kTradesPerFrame) {
        const auto part = all.subspan(begin, std::min(bybit::kTradesPerFrame, all.size() - begin));
        hub_.tell(state.trades_stream, {.events = part},
                  [&] { return bybit::public_trade(spec(symbol), part, now_ms); });
    }
    state.trades.clear();
}

void BybitServer::flush_liquidations(SymbolState& state, std::size_t symbol, std::int64_t now_ms) {
    if (!state.liquidations.empty()) {
        hub_.tell(state.liquidations_stream, {.events = state.liquidations},
                  [&] { return bybit::all_liquidation(spec(symbol), state.liquidations, now_ms); });
    }
    state.liquidations.clear();
}

void BybitServer::publish_book(SymbolState& state, std::size_t symbol, std::int64_t now_ms,
                               const Cargo& cargo) {
    state.book_sent_ms = now_ms;
    hub_.tell(state.book_stream, cargo, [&] {
        return bybit::orderbook(spec(symbol), market_.quote(Venue::Bybit, symbol), now_ms);
    });
}

std::optional<HttpReply> BybitServer::refuse_path(const HttpRequest& request) {
    if (request.path == "/v5/public/linear") {
        return std::nullopt;
    }
    return HttpReply{.status = 404, .body = R"({"retCode":404,"retMsg":"no such path"})"};
}

void BybitServer::on_open(Client& client) {
    peers_[&client].connection_id =
        join("c0ffee00-0000-4000-8000-", 100'000'000'000 + next_connection_++);
    hub_.open(client, Hub::Form::Bare);
}

void BybitServer::on_close(Client& client) {
    peers_.erase(&client);
    VenueServer::on_close(client);
}

void BybitServer::on_message(Client& client, std::string_view text) {
    hub_.count_message();
    auto& peer = peers_[&client];
    bybit::Reply reply{.connection_id = peer.connection_id};
    const auto request = bybit::parse_control(text);
    if (!request.ok()) {
        reply.success = false;
        reply.message = request.message();
        hub_.answer(client, bybit::reply(reply));
        return;
    }
    const auto& [operation, args, request_id] = request.value();
    reply.request_id = request_id;
    if (operation == bybit::Operation::Ping) {
        reply.message = "pong";
        reply.operation = "ping";  // linear says pong in the message and ping in the operation
        hub_.answer(client, bybit::reply(reply));
        return;
    }
    if (operation == bybit::Operation::Unsubscribe) {
        for (const auto& topic : args) {
            if (const auto id = hub_.find(topic)) {
                hub_.unsubscribe(client, *id);
                peer.args_characters -= std::min(peer.args_characters, topic.size() + 3);
            }
        }
        reply.operation = "unsubscribe";
        hub_.answer(client, bybit::reply(reply));
        return;
    }
    reply.operation = "subscribe";
    const std::string refusal = subscribe(client, peer, args);
    reply.success = refusal.empty();
    reply.message = refusal;
    hub_.answer(client, bybit::reply(reply));
    if (reply.success && source_ == Source::Market) {
        for (const auto& name : args) {
            const auto topic = bybit::parse_topic(name);
            if (const auto symbol =
                    topic ? market_.find(Venue::Bybit, topic->symbol) : std::nullopt) {
                send_first(client, *topic, *symbol);
            }
        }
    }
}

// One bad topic fails the whole request. Returns the sentence for the refusal, or nothing.
std::string BybitServer::subscribe(Client& client, Peer& peer,
                                   const std::vector<std::string>& args) {
    std::size_t characters = 0;
    for (const auto& name : args) {
        characters += name.size() + 3;
        const auto topic = bybit::parse_topic(name);
        const bool served = topic && market_.find(Venue::Bybit, topic->symbol);
        // A recording may hold topics that the market has not.
        const bool recorded = source_ == Source::Recording && name.find('.') != std::string::npos &&
                              hub_.stream({name, topic ? topic->symbol : "", name});
        if (!served && !recorded) {
            return join("Invalid topic :[", name, "]");
        }
    }
    if (peer.args_characters + characters > kArgsCharactersMax) {
        return join("args size >", kArgsCharactersMax);
    }
    peer.args_characters += characters;
    for (const auto& name : args) {
        hub_.subscribe(client, hub_.find(name).value());
    }
    return {};
}

// Tickers and books begin with their state; trades and liquidations with the next event.
void BybitServer::send_first(Client& client, const bybit::Topic& topic, std::size_t symbol) {
    const auto& quote = market_.quote(Venue::Bybit, symbol);
    auto& state = states_[symbol];
    if (topic.channel == "tickers") {
        hub_.publish_to(client, state.ticker_stream,
                        bybit::TickerDelta::snapshot(spec(symbol), quote, market_.now_ms()));
    } else if (topic.channel == "orderbook.1") {
        hub_.publish_to(client, state.book_stream,
                        bybit::orderbook(spec(symbol), quote, market_.now_ms()));
    }
}

}  // namespace petrel::sim
