// Exchange adapter for the public market data of Hyperliquid's perpetuals: joins planning,
// discovery, decoding and history to the plugin boundary. Owned by the host, on the instance's data
// path.
#include <array>

#include "info_api.hpp"
#include "parse.hpp"
#include "petrel/exchange.hpp"
#include "subscribe.hpp"

namespace petrel::hyperliquid {

class Hyperliquid final : public Exchange {
public:
    Hyperliquid(Host host, Config config) {
        (void)host;
        (void)config;
    }

    static PluginInfo describe() {
        return {"hyperliquid", "1.0.0", "petrel", "Hyperliquid perpetuals, public data", {}};
    }
    static const petrel_exchange_info* info();

    Status discover(DecodeOut& out) override {
        request_instruments(out);
        return {};
    }
    Status plan(std::span<const petrel_subscription> wanted, petrel_plan_out& out) override {
        return plan_connections(wanted, out);
    }
    Decoded on_frame(const Frame& frame, DecodeOut& out) override {
        return decoder_.decode(frame, out);
    }
    Decoded on_reply(const Reply& reply, DecodeOut& out) override {
        if (reply.purpose == PETREL_REQUEST_DISCOVERY) {
            return read_instruments(reply, decoder_.contracts(), out);
        }
        return reply.purpose == PETREL_REQUEST_BACKFILL
                   ? history_.read(reply, decoder_.contracts(), out)
                   : Decoded::ignored();
    }
    void on_open(std::uint32_t connection) override { decoder_.forget(connection); }
    Status backfill(const Gap& gap, DecodeOut& out) override { return history_.request(gap, out); }

private:
    Decoder decoder_;
    History history_;
};

const petrel_exchange_info* Hyperliquid::info() {
    static constexpr std::array<petrel_text, 1> kWs{text_of("wss://api.hyperliquid.xyz")};
    static constexpr std::array<petrel_text, 1> kRest{text_of("https://api.hyperliquid.xyz")};
    static const petrel_exchange_info value = [] {
        petrel_exchange_info i{};
        i.size = sizeof(i);
        i.channels = offered_channels();
        i.message_bytes_max = kFrameBytesMax;
        i.ws_endpoints = kWs.data();
        i.ws_endpoint_count = kWs.size();
        i.rest_endpoints = kRest.data();
        i.rest_endpoint_count = kRest.size();
        i.completeness[PETREL_EVENT_TRADE] = PETREL_COMPLETE;
        // Liquidations are not told to the public: completeness 0.
        // States that the venue pushes as often as it likes: what lies between is not seen.
        for (const int kind :
             {PETREL_EVENT_MARK_PRICE, PETREL_EVENT_FUNDING, PETREL_EVENT_OPEN_INTEREST,
              PETREL_EVENT_BEST_BID, PETREL_EVENT_BEST_ASK}) {
            i.completeness[kind] = PETREL_SAMPLED;
        }
        return i;
    }();
    return &value;
}

}  // namespace petrel::hyperliquid

PETREL_PLUGIN(petrel::hyperliquid::Hyperliquid);
