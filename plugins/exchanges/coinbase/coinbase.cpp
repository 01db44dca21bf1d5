// Exchange adapter for the public Exchange feed of Coinbase: joins planning, discovery,
// decoding and backfill to the plugin boundary. Owned by the host, on the instance's data path.
#include <array>

#include "parse.hpp"
#include "petrel/exchange.hpp"
#include "rest.hpp"
#include "subscribe.hpp"

namespace petrel::coinbase {

class Coinbase final : public Exchange {
public:
    Coinbase(Host host, Config config) {
        (void)host;
        (void)config;
    }

    static PluginInfo describe() {
        return {"coinbase", "1.0.0", "petrel", "Coinbase spot, Exchange feed, public data", {}};
    }
    static const petrel_exchange_info* info();

    Status discover(DecodeOut& out) override {
        request_products(out);
        return {};
    }
    Status plan(std::span<const petrel_subscription> wanted, petrel_plan_out& out) override {
        return plan_connections(wanted, out);
    }
    Decoded on_frame(const Frame& frame, DecodeOut& out) override {
        return decoder_.decode(frame, out);
    }
    Decoded on_reply(const Reply& reply, DecodeOut& out) override {
        if (reply.purpose == PETREL_REQUEST_BACKFILL) {
            return history_.on_reply(reply, out);
        }
        return reply.purpose == PETREL_REQUEST_DISCOVERY
                   ? read_products(reply, decoder_.products(), out)
                   : Decoded::ignored();
    }
    void on_open(std::uint32_t connection) override { decoder_.forget(connection); }
    Status backfill(const Gap& gap, DecodeOut& out) override {
        return history_.fill(gap, decoder_.products(), out);
    }

private:
    Decoder decoder_;
    History history_;
};

const petrel_exchange_info* Coinbase::info() {
    static constexpr std::array<petrel_text, 1> kAliases{text_of("coinbase_pro")};
    static constexpr std::array<petrel_text, 1> kWs{text_of("wss://ws-feed.exchange.coinbase.com")};
    static constexpr std::array<petrel_text, 1> kRest{text_of("https://api.exchange.coinbase.com")};
    static const petrel_exchange_info value = [] {
        petrel_exchange_info i{};
        i.size = sizeof(i);
        i.channels = offered_channels();
        i.aliases = kAliases.data();
        i.alias_count = kAliases.size();
        i.message_bytes_max = kFrameBytesMax;
        i.ws_endpoints = kWs.data();
        i.ws_endpoint_count = kWs.size();
        i.rest_endpoints = kRest.data();
        i.rest_endpoint_count = kRest.size();
        i.completeness[PETREL_EVENT_TRADE] = PETREL_COMPLETE;
        // The ticker comes with trades: what the book does in between is not seen.
        i.completeness[PETREL_EVENT_BEST_BID] = PETREL_SAMPLED;
        i.completeness[PETREL_EVENT_BEST_ASK] = PETREL_SAMPLED;
        return i;
    }();
    return &value;
}

}  // namespace petrel::coinbase

PETREL_PLUGIN(petrel::coinbase::Coinbase);
