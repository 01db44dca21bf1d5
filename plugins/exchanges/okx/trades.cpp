// Reads trades; see trades.hpp.
#include "trades.hpp"

namespace petrel::okx {
namespace {

Reason read_trade(kit::Row row, const Contract& contract, kit::Events& into) {
    TradeRow trade;
    std::string_view instrument;
    std::string_view side;
    if (!row.text("instId", instrument) || Name::in_frame(instrument) != contract.name) {
        return "a trade is of another instrument than its channel";
    }
    if (!row.whole("tradeId", trade.id)) {
        return "id of a trade is no whole number in a text";
    }
    if (!row.decimal("px", trade.price) || !row.decimal("sz", trade.contracts)) {
        return "price or size of a trade is no decimal in a text";
    }
    if (!row.text("side", side) || (side != "buy" && side != "sell")) {
        return "side of a trade is neither buy nor sell";
    }
    trade.side = side == "buy" ? Side::Buy : Side::Sell;
    if (!row.whole("ts", trade.time_ms)) {
        return "time of a trade lies outside 2009..2100 in milliseconds";
    }
    if (!row.whole_or_none("count", trade.count)) {
        return "count of a trade is out of bounds";
    }
    return add_trade(trade, contract, into);
}

}  // namespace

Reason read_trades(ondemand::array rows, const char* end, const Contract& contract,
                   kit::Events& into) {
    for (auto item : rows) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return "a trade is no object";
        }
        const Reason bad = read_trade({object, end}, contract, into);
        if (!bad.empty()) {
            return bad;
        }
    }
    return {};
}

}  // namespace petrel::okx
