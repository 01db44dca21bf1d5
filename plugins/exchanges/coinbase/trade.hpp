// A trade of the venue and the event it becomes. Frames and REST replies both end here, so that
// sides, units and ids are decided once.
#pragma once

#include <cstdint>
#include <string_view>

#include "kit/iso_time.hpp"
#include "kit/tokens.hpp"
#include "products.hpp"

namespace petrel::coinbase {

struct Trade {
    std::uint64_t id = 0;
    std::int64_t time_ns = 0;
    double price = 0;
    double size = 0;
    Side side = Side::None;  // the aggressor's
};

// The venue names the side of the order that was resting: `sell` means that the taker bought.
inline bool read_aggressor(std::string_view maker, Side& side) {
    side = maker == "sell" ? Side::Buy : Side::Sell;
    return maker == "sell" || maker == "buy";
}

// Empty when price, size, value and time are plausible.
inline Reason check_trade(const Trade& trade) {
    const bool fits = trade.price > 0.0 && trade.price <= kPriceMax && trade.size > 0.0 &&
                      trade.size <= kQuantityMax && trade.price * trade.size <= kNotionalMax;
    if (!fits) {
        return "price, size or value of a trade is out of bounds";
    }
    return time_ns_fits(trade.time_ns) ? Reason() : "time of a trade is no time of 2009..2100";
}

// Of any object whose fields are named as in a match.
template <typename Field>
Reason read_trade(const kit::Tokens<Field>& tokens, Trade& trade) {
    if (!tokens.whole(Field::TradeId, trade.id) || trade.id == 0) {
        return "trade_id is no whole number above 0";
    }
    if (!read_aggressor(tokens.text(Field::Side), trade.side)) {
        return "side of a trade is neither buy nor sell";
    }
    if (!tokens.decimal(Field::Price, trade.price) || !tokens.decimal(Field::Size, trade.size)) {
        return "price or size of a trade is no decimal in a text";
    }
    const auto time_ns = kit::parse_iso_ns(tokens.text(Field::Time));
    trade.time_ns = time_ns.value_or(0);
    return check_trade(trade);
}

// Where and how a trade is written.
struct TradeSink {
    DecodeOut& out;
    std::int64_t receive_ts_ns;
    std::uint16_t flags;  // PETREL_FLAG_LATE or none
};

inline void write_trade(const Product& product, const Trade& trade, const TradeSink& sink) {
    MarketEvent& e = sink.out.push();
    e.kind = PETREL_EVENT_TRADE;
    e.side = static_cast<std::uint8_t>(trade.side);
    e.flags = static_cast<std::uint16_t>(PETREL_FLAG_ID_SEQUENCE | sink.flags);
    e.instrument = product.handle;
    e.exchange_ts_ns = trade.time_ns;
    e.receive_ts_ns = sink.receive_ts_ns;
    e.price = trade.price;
    e.quantity = trade.size;
    e.notional_usd = trade.price * trade.size * product.usd_per_quote;
    e.id = trade.id;
}

}  // namespace petrel::coinbase
