// Exchange adapter for the public market data of Bybit's linear contracts (v5): joins planning,
// discovery and decoding to the plugin boundary. Owned by the host, on the instance's data path.
#include <array>

#include "history.hpp"
#include "instruments.hpp"
#include "parse.hpp"
#include "petrel/exchange.hpp"
#include "subscribe.hpp"

namespace petrel::bybit {

class Bybit final : public Exchange {
public:
    Bybit(Host host, Config config) {
        (void)host;
        (void)config;
    }

    static PluginInfo describe() {
        return {
            "bybit", "1.0.0", "petrel", "Bybit v5 linear perpetuals and futures, public data", {}};
    }
    static const petrel_exchange_info* info();

    Status discover(DecodeOut& out) override {
        request_page(0, {}, out);
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
                return read_history(reply, decoder_.contracts(), out);
            default:
                return Decoded::ignored();
        }
    }
    Status backfill(const Gap& gap, DecodeOut& out) override { return request_history(gap, out); }
    void on_open(std::uint32_t connection) override {
        decoder_.contracts().forget_tickers(connection);
    }

private:
    Decoder decoder_;
};

const petrel_exchange_info* Bybit::info() {
    static constexpr std::array<petrel_text, 1> kAliases{text_of("bybit_linear")};
    static constexpr std::array<petrel_text, 1> kWs{text_of("wss://stream.bybit.com")};
    static constexpr std::array<petrel_text, 2> kRest{text_of("https://api.bybit.com"),
                                                      text_of("https://api.bytick.com")};
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
        i.rest_weight_per_minute = kRequestsPerMinute;
        i.completeness[PETREL_EVENT_TRADE] = PETREL_COMPLETE;
        i.completeness[PETREL_EVENT_LIQUIDATION] = PETREL_COMPLETE;
        // States that the venue pushes every 100 ms (book: 10 ms): what lies between is not seen.
        for (const int kind :
             {PETREL_EVENT_MARK_PRICE, PETREL_EVENT_FUNDING, PETREL_EVENT_OPEN_INTEREST,
              PETREL_EVENT_BEST_BID, PETREL_EVENT_BEST_ASK}) {
            i.completeness[kind] = PETREL_SAMPLED;
        }
        return i;
    }();
    return &value;
}

}  // namespace petrel::bybit

PETREL_PLUGIN(petrel::bybit::Bybit);
