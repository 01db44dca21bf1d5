// Binance USD-M futures as its clients meet it: routes, subscriptions, limits, market streams.
//
// REST answers are in binance_rest.cpp. Owned by the simulator, on its thread.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "binance_rest.hpp"
#include "binance_sampler.hpp"
#include "binance_streams.hpp"
#include "venue_server.hpp"

namespace petrel::sim {

class BinanceServer final : public VenueServer {
public:
    static constexpr std::size_t kMessagesPerSecondMax = 10;
    static constexpr std::size_t kStreamsPerClientMax = 1024;
    static constexpr std::int64_t kPingEvery_ms = 180'000;

    BinanceServer(Market& market, Hub& hub);

    void on_event(const MarketEvent& event) override;
    void on_tick(std::int64_t now_ms) override;
    void on_open(Client& client) override;
    void on_message(Client& client, std::string_view text) override;
    void on_control_frame(Client& client) override { (void)within_budget(client); }
    void on_close(Client& client) override;

    static Hub::Wrap framing();

protected:
    std::optional<HttpReply> refuse_path(const HttpRequest& request) override;
    HttpReply rest(const HttpRequest& request) override { return rest_.answer(request); }

private:
    struct SymbolStreams {
        Hub::StreamId trade = 0;
        Hub::StreamId liquidation = 0;
        Hub::StreamId mark_1s = 0;
        Hub::StreamId mark_3s = 0;
        Hub::StreamId book = 0;
    };
    struct Peer {
        binance::Endpoint endpoint;
        std::vector<std::string> listed;  // all that was asked for, mute streams too
        std::deque<double> message_times_s;
    };

    Hub::StreamId intern(const std::string& name, const std::string& symbol,
                         const std::string& channel);
    bool within_budget(Client& client);
    void subscribe(Client& client, Peer& peer, const std::string& name);
    void unsubscribe(Client& client, Peer& peer, const std::string& name);
    void publish_liquidation(const MarketEvent& event, std::int64_t now_ms);
    void publish_all_marks(std::int64_t now_ms);

    std::vector<SymbolStreams> streams_;
    Hub::StreamId all_liquidations_ = 0;
    Hub::StreamId all_marks_1s_ = 0;
    Hub::StreamId all_marks_3s_ = 0;
    binance::LiquidationSampler sampler_;
    binance::Rest rest_;
    std::unordered_map<Client*, Peer> peers_;
    std::int64_t last_second_ = 0;
    std::int64_t next_ping_ms_ = 0;
};

}  // namespace petrel::sim
