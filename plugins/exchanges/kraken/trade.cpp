// Checks and writes trades; see trade.hpp.
#include "trade.hpp"

#include "petrel/text_id.hpp"

namespace petrel::kraken {

bool read_side(std::string_view text, Side& side) {
    side = text == "buy" ? Side::Buy : Side::Sell;
    return text == "buy" || text == "sell";
}

Reason check_trade(const Contract& contract, const Trade& trade) {
    if (!time_fits(trade.time_ms)) {
        return "time of a trade lies outside 2009..2100 in milliseconds";
    }
    const bool fits = trade.price > 0.0 && trade.price <= kPriceMax && trade.quantity > 0.0 &&
                      trade.quantity <= kQuantityMax;
    if (!fits) {
        return "price or size of a trade is out of bounds";
    }
    const Figures f = figures_of(contract, trade.price, trade.quantity);
    return f.price > 0.0 && f.quantity <= kQuantityMax && f.notional <= kNotionalMax
               ? Reason()
               : "value of a trade is out of bounds";
}

void write_trade(const Contract& contract, const Trade& trade, const TradeSink& sink) {
    const Figures f = figures_of(contract, trade.price, trade.quantity);
    MarketEvent& e = sink.out.push();
    e.kind = PETREL_EVENT_TRADE;
    e.side = static_cast<std::uint8_t>(trade.side);
    e.flags = static_cast<std::uint16_t>(PETREL_FLAG_ID_SEQUENCE | sink.flags);
    e.instrument = contract.handle;
    e.exchange_ts_ns = ns_of(trade.time_ms);
    e.receive_ts_ns = sink.receive_ts_ns;
    e.price = f.price;
    e.quantity = f.quantity;
    e.notional_usd = f.notional * contract.usd_per_quote;
    e.id = trade.seq;
    if (!trade.liquidation) {
        return;
    }
    const MarketEvent traded = e;  // the next push may hand the first one on
    MarketEvent& l = sink.out.push();
    l = traded;
    l.kind = PETREL_EVENT_LIQUIDATION;
    l.side = static_cast<std::uint8_t>(trade.side == Side::Sell ? Side::Long : Side::Short);
    l.flags = static_cast<std::uint16_t>(PETREL_FLAG_ID_HASHED | sink.flags);
    l.id = trade.uid_hash != 0 ? trade.uid_hash : text_id(trade.uid);
}

}  // namespace petrel::kraken
