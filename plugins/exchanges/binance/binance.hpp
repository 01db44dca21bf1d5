// Exchange adapter for the public market data of Binance USD-M futures: joins planning, discovery
// and decoding to the plugin boundary. Owned by the host, on the instance's data path.
#pragma once

#include "history.hpp"
#include "parse.hpp"
#include "petrel/exchange.hpp"

namespace petrel::binance {

class Binance final : public Exchange {
public:
    Binance(Host host, Config config);

    static PluginInfo describe();
    static const petrel_exchange_info* info();

    Status discover(DecodeOut& out) override;
    Status plan(std::span<const petrel_subscription> wanted, petrel_plan_out& out) override;
    Decoded on_frame(const Frame& frame, DecodeOut& out) override {
        return decoder_.decode(frame, out);
    }
    Decoded on_reply(const Reply& reply, DecodeOut& out) override;
    Status backfill(const Gap& gap, DecodeOut& out) override { return history_.ask(gap, out); }

private:
    Host host_;
    Decoder decoder_;
    History history_;
};

}  // namespace petrel::binance
