// Exchange adapter for the public market data of OKX swaps (v5): joins planning, discovery,
// decoding and backfill to the plugin boundary. Owned by the host, on the instance's data path.
#include <array>

#include "backfill.hpp"
#include "instruments.hpp"
#include "parse.hpp"
#include "petrel/exchange.hpp"
#include "subscribe.hpp"

namespace petrel::okx {

class Okx final : public Exchange {
public:
    Okx(Host host, Config config) {
        (void)host;
        (void)config;
    }

    static PluginInfo describe() {
        return {"okx", "1.0.0", "petrel", "OKX v5 perpetual swaps, public data", {}};
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
        switch (reply.purpose) {
            case PETREL_REQUEST_DISCOVERY:
                return read_instruments(reply, decoder_.contracts(), out);
            case PETREL_REQUEST_BACKFILL:
                return backfill_.read(reply, decoder_.contracts(), out);
            default:
                return Decoded::ignored();
        }
    }
    void on_open(std::uint32_t connection) override { decoder_.forget(connection); }
    Status backfill(const Gap& gap, DecodeOut& out) override {
        return backfill_.begin(gap, decoder_.contracts(), out);
    }

private:
    Decoder decoder_;
    Backfill backfill_;
};

const petrel_exchange_info* Okx::info() {
    static constexpr std::array<petrel_text, 1> kAliases{text_of("okex")};
    static constexpr std::array<petrel_text, 1> kWs{text_of("wss://ws.okx.com")};
    static constexpr std::array<petrel_text, 1> kRest{text_of("https://www.okx.com")};
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
        // At most one liquidation of a contract a second; states at the venue's own pace.
        for (const int kind :
             {PETREL_EVENT_LIQUIDATION, PETREL_EVENT_MARK_PRICE, PETREL_EVENT_FUNDING,
              PETREL_EVENT_OPEN_INTEREST, PETREL_EVENT_BEST_BID, PETREL_EVENT_BEST_ASK}) {
            i.completeness[kind] = PETREL_SAMPLED;
        }
        i.sample_interval_ms[PETREL_EVENT_LIQUIDATION] = 1'000;
        return i;
    }();
    return &value;
}

}  // namespace petrel::okx

PETREL_PLUGIN(petrel::okx::Okx);
