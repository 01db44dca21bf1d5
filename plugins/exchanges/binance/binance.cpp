// The plugin boundary of the Binance adapter; see binance.hpp.
#include "binance.hpp"

#include <array>

#include "discovery.hpp"
#include "subscribe.hpp"

namespace petrel::binance {

Binance::Binance(Host host, Config config) : host_(host) { (void)config; }

PluginInfo Binance::describe() {
    return {"binance", "1.0.0", "petrel", "Binance USD-M perpetuals and futures, public data", {}};
}

Status Binance::discover(DecodeOut& out) {
    request_contracts(out);
    return {};
}

Status Binance::plan(std::span<const petrel_subscription> wanted, petrel_plan_out& out) {
    return plan_connections(wanted, decoder_.contracts(), out);
}

Decoded Binance::on_reply(const Reply& reply, DecodeOut& out) {
    switch (reply.purpose) {
        case PETREL_REQUEST_DISCOVERY:
            return read_contracts(reply, decoder_.contracts(), out, host_);
        case PETREL_REQUEST_POLL:
            return decoder_.decode_interest(reply, out);
        case PETREL_REQUEST_BACKFILL:
            return history_.read(reply, decoder_.contracts(), out);
        default:
            return Decoded::ignored();
    }
}

const petrel_exchange_info* Binance::info() {
    static constexpr std::array<petrel_text, 1> kAliases{text_of("binance_usdm")};
    static constexpr std::array<petrel_text, 1> kWs{text_of("wss://fstream.binance.com")};
    static constexpr std::array<petrel_text, 1> kRest{text_of("https://fapi.binance.com")};
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
        i.rest_weight_per_minute = 2 * kPollWeightPerMinute;
        for (const int kind : {PETREL_EVENT_TRADE, PETREL_EVENT_MARK_PRICE, PETREL_EVENT_FUNDING,
                               PETREL_EVENT_BEST_BID, PETREL_EVENT_BEST_ASK}) {
            i.completeness[kind] = PETREL_COMPLETE;
        }
        // At most one order of a symbol and second is shown.
        i.completeness[PETREL_EVENT_LIQUIDATION] = PETREL_SAMPLED;
        i.sample_interval_ms[PETREL_EVENT_LIQUIDATION] = 1'000;
        i.completeness[PETREL_EVENT_OPEN_INTEREST] = PETREL_POLLED;
        return i;
    }();
    return &value;
}

}  // namespace petrel::binance

PETREL_PLUGIN(petrel::binance::Binance);
