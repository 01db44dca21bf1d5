// Exchange adapter for the public market data of Deribit's futures (v2): joins planning, discovery,
// decoding and history to the plugin boundary. Owned by the host, on the instance's data path.
#include <array>

#include "history.hpp"
#include "instruments.hpp"
#include "parse.hpp"
#include "petrel/exchange.hpp"
#include "subscribe.hpp"

namespace petrel::deribit {

class Deribit final : public Exchange {
public:
    Deribit(Host host, Config config) {
        (void)host;
        (void)config;
    }

    static PluginInfo describe() {
        return {"deribit",
                "1.0.0",
                "petrel",
                "Deribit v2 inverse and linear perpetuals and futures, public data",
                {}};
    }
    static const petrel_exchange_info* info();

    Status discover(DecodeOut& out) override {
        request_instruments(out);
        return {};
    }
    Status plan(std::span<const petrel_subscription> wanted, petrel_plan_out& out) override {
        return plan_connections(wanted, decoder_.asked(), out);
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
    Status backfill(const Gap& gap, DecodeOut& out) override { return history_.request(gap, out); }

private:
    Decoder decoder_;
    History history_;
};

const petrel_exchange_info* Deribit::info() {
    static constexpr std::array<petrel_text, 2> kWs{text_of("wss://www.deribit.com"),
                                                    text_of("wss://streams.deribit.com")};
    static constexpr std::array<petrel_text, 1> kRest{text_of("https://www.deribit.com")};
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
        // States that the venue pushes every 100 ms, or as often as it likes: what lies between is
        // not seen.
        for (const int kind :
             {PETREL_EVENT_MARK_PRICE, PETREL_EVENT_FUNDING, PETREL_EVENT_OPEN_INTEREST,
              PETREL_EVENT_BEST_BID, PETREL_EVENT_BEST_ASK}) {
            i.completeness[kind] = PETREL_SAMPLED;
        }
        return i;
    }();
    return &value;
}

}  // namespace petrel::deribit

PETREL_PLUGIN(petrel::deribit::Deribit);
