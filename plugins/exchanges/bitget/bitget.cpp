// Exchange adapter for the public market data of Bitget futures (v2, liquidations v3): joins
// planning, discovery, decoding and backfill to the plugin boundary. Owned by the host, on the
// instance's data path.
#include <array>

#include "backfill.hpp"
#include "instruments.hpp"
#include "parse.hpp"
#include "petrel/exchange.hpp"
#include "subscribe.hpp"

namespace petrel::bitget {

constexpr std::string_view kHistoryInBase = "liquidation_history_in_base";

class Bitget final : public Exchange {
public:
    Bitget(Host host, Config config)
        : backfill_(config.flag(kHistoryInBase) ? Amount::Base : Amount::Quote) {
        (void)host;
    }

    static PluginInfo describe() {
        return {"bitget",
                "1.0.0",
                "petrel",
                "Bitget USDT, USDC and coin-settled futures, public data",
                {parameter(PETREL_PARAMETER_BOOLEAN, kHistoryInBase, "",
                           "amounts in the history of liquidations are base currency, not quote "
                           "currency as over the socket")}};
    }
    static const petrel_exchange_info* info();

    Status discover(DecodeOut& out) override {
        request_instruments(out);
        return {};
    }
    Status plan(std::span<const petrel_subscription> wanted, petrel_plan_out& out) override {
        return plan_connections(wanted, decoder_.contracts(), out);
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
    Status backfill(const Gap& gap, DecodeOut& out) override {
        return backfill_.begin(gap, decoder_.contracts(), out);
    }

private:
    Decoder decoder_;
    Backfill backfill_;
};

const petrel_exchange_info* Bitget::info() {
    static constexpr std::array<petrel_text, 1> kAliases{text_of("bitget_futures")};
    static constexpr std::array<petrel_text, 1> kWs{text_of("wss://ws.bitget.com")};
    static constexpr std::array<petrel_text, 1> kRest{text_of("https://api.bitget.com")};
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
        // Whether the liquidations are all of them is not certain; states come at the venue's pace.
        for (const int kind :
             {PETREL_EVENT_LIQUIDATION, PETREL_EVENT_MARK_PRICE, PETREL_EVENT_FUNDING,
              PETREL_EVENT_OPEN_INTEREST, PETREL_EVENT_BEST_BID, PETREL_EVENT_BEST_ASK}) {
            i.completeness[kind] = PETREL_SAMPLED;
        }
        return i;
    }();
    return &value;
}

}  // namespace petrel::bitget

PETREL_PLUGIN(petrel::bitget::Bitget);
