// What both venues' servers have in common: a hub for the clients, a market for the data.
//
// The simulator feeds on_event with every event of the venue and on_tick after each step; the
// network calls the Service functions. All on one thread.
#pragma once

#include <vector>

#include "hub.hpp"
#include "market.hpp"
#include "session.hpp"

namespace petrel::sim {

enum class Source : std::uint8_t { Market, Recording };

class VenueServer : public Service {
public:
    VenueServer(Market& market, Hub& hub) : market_(market), hub_(hub) {}

    virtual void on_event(const MarketEvent& event) = 0;
    // The market's time after a step; batches and one-second feeds are sent from here.
    virtual void on_tick(std::int64_t now_ms) = 0;

    bool accepts() override { return !hub_.faults().refuses(hub_.venue(), "", hub_.now_s()); }

    std::optional<HttpReply> refuse_upgrade(const HttpRequest& request) override {
        if (const auto status = hub_.faults().refuses(hub_.venue(), request.path, hub_.now_s())) {
            return HttpReply{.status = static_cast<unsigned>(*status),
                             .body = R"({"msg":"Service Unavailable"})"};
        }
        return refuse_path(request);
    }

    HttpReply on_request(const HttpRequest& request) final {
        if (const auto status = hub_.faults().refuses(hub_.venue(), request.path, hub_.now_s())) {
            return {.status = *status == 0 ? 503U : static_cast<unsigned>(*status),
                    .body = R"({"msg":"Service Unavailable"})"};
        }
        return rest(request);
    }

    // While a recording is played nothing but it (and events asked for) is sent.
    void set_source(Source source) { source_ = source; }

    // States (tickers, marks, funding) are told no oftener than this; 0 = as often as the venue
    // does.
    void slow_states(std::int64_t every_ms) { states_every_ms_ = every_ms; }

    void on_close(Client& client) override { hub_.closed(client); }
    void on_slow_client(Client&) override { hub_.count_slow_client(); }

protected:
    virtual std::optional<HttpReply> refuse_path(const HttpRequest& request) = 0;
    virtual HttpReply rest(const HttpRequest& request) = 0;

    [[nodiscard]] const SymbolSpec& spec(std::size_t symbol) const {
        return market_.symbols()[symbol];
    }

    Market& market_;
    Hub& hub_;
    Source source_ = Source::Market;
    std::int64_t states_every_ms_ = 0;
};

}  // namespace petrel::sim
