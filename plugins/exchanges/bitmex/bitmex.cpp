// Exchange adapter for the public market data of BitMEX: joins planning, discovery,
// decoding and backfill to the plugin boundary. Owned by the host, on the instance's data path.
#include <array>

#include "history.hpp"
#include "instruments.hpp"
#include "parse.hpp"
#include "petrel/exchange.hpp"
#include "subscribe.hpp"

namespace petrel::bitmex {

class Bitmex final : public Exchange {
public:
    Bitmex(Host host, Config config) {
        (void)host;
        (void)config;
    }

    static PluginInfo describe() {
        return {"bitmex", "1.0.0", "petrel", "BitMEX perpetuals and futures, public data", {}};
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
        if (reply.purpose == PETREL_REQUEST_BACKFILL) {
            return history_.on_reply(reply, decoder_.contracts(), out);
        }
        return reply.purpose == PETREL_REQUEST_DISCOVERY
                   ? read_instruments(reply, decoder_.contracts(), out)
                   : Decoded::ignored();
    }
    void on_open(std::uint32_t connection) override { decoder_.rows().forget(connection); }
    Status backfill(const Gap& gap, DecodeOut& out) override {
        return history_.fill(gap, decoder_.contracts(), out);
    }

private:
    Decoder decoder_;
    History history_;
};

const petrel_exchange_info* Bitmex::info() {
    static constexpr std::array<petrel_text, 2> kWs{text_of("wss://ws.bitmex.com"),
                                                    text_of("wss://www.bitmex.com")};
    static constexpr std::array<petrel_text, 1> kRest{text_of("https://www.bitmex.com")};
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
        i.completeness[PETREL_EVENT_LIQUIDATION] = PETREL_COMPLETE;
        // States: the venue does not say that each change of them is sent.
        for (const int kind :
             {PETREL_EVENT_MARK_PRICE, PETREL_EVENT_FUNDING, PETREL_EVENT_OPEN_INTEREST,
              PETREL_EVENT_BEST_BID, PETREL_EVENT_BEST_ASK}) {
            i.completeness[kind] = PETREL_SAMPLED;
        }
        return i;
    }();
    return &value;
}

}  // namespace petrel::bitmex

PETREL_PLUGIN(petrel::bitmex::Bitmex);
