// Bybit v5 public linear as its clients meet it: subscriptions, pings, topics in their batches.
//
// REST answers are in bybit_rest.cpp. Owned by the simulator, on its thread.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bybit_frames.hpp"
#include "bybit_rest.hpp"
#include "venue_server.hpp"

namespace petrel::sim {

class BybitServer final : public VenueServer {
public:
    static constexpr std::size_t kArgsCharactersMax = 21'000;
    static constexpr std::int64_t kLiquidationBatch_ms = 500;
    static constexpr std::int64_t kTickerEvery_ms = 100;
    static constexpr std::int64_t kBookResend_ms = 3000;

    BybitServer(Market& market, Hub& hub);

    void on_event(const MarketEvent& event) override;
    void on_tick(std::int64_t now_ms) override;
    void on_open(Client& client) override;
    void on_message(Client& client, std::string_view text) override;
    void on_close(Client& client) override;

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override;
    HttpReply rest(const HttpRequest& request) override { return rest_.answer(request); }

private:
    struct SymbolState {
        Hub::StreamId trades_stream = 0;
        Hub::StreamId liquidations_stream = 0;
        Hub::StreamId ticker_stream = 0;
        Hub::StreamId book_stream = 0;
        std::vector<MarketEvent> trades;  // of the step being handled
        std::vector<MarketEvent> liquidations;
        std::vector<MarketEvent> marks;  // since the last ticker
        bybit::TickerDelta ticker;
        std::int64_t book_sent_ms = 0;
    };
    struct Peer {
        std::string connection_id;
        std::size_t args_characters = 0;
    };

    Hub::StreamId intern(std::string_view channel, const std::string& symbol);
    void publish_ticker(SymbolState& state, std::size_t symbol, std::int64_t now_ms);
    void flush_trades(SymbolState& state, std::size_t symbol, std::int64_t now_ms);
    void flush_liquidations(SymbolState& state, std::size_t symbol, std::int64_t now_ms);
    void publish_book(SymbolState& state, std::size_t symbol, std::int64_t now_ms,
                      const Cargo& cargo = {});
    std::string subscribe(Client& client, Peer& peer, const std::vector<std::string>& args);
    void send_first(Client& client, const bybit::Topic& topic, std::size_t symbol);

    std::vector<SymbolState> states_;
    bybit::Rest rest_;
    std::unordered_map<Client*, Peer> peers_;
    std::uint64_t next_connection_ = 1;
    std::int64_t last_batch_ = 0;
    std::int64_t last_ticker_ = 0;
};

}  // namespace petrel::sim
