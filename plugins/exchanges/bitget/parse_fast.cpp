// The one layout, as literals in the order in which the venue writes them. A key out of its place,
// an escape, a blank, a value out of bounds: every surprise answers false.
#include "parse_fast.hpp"

#include "channels.hpp"
#include "kit/walk.hpp"

namespace petrel::bitget {
namespace {

[[gnu::always_inline]] inline bool read_row_fast(kit::Walk& walk, const Contract& contract,
                                                 kit::Events& into) {
    TradeRow row;
    bool buy = false;
    if (!walk.eat("{\"ts\":\"") || !walk.milliseconds(row.time_ms) ||
        !walk.eat("\",\"price\":\"") || !walk.quoted_decimal(row.price) ||
        !walk.eat(",\"size\":\"") || !walk.quoted_decimal(row.size) || !walk.eat(",\"side\":\"") ||
        !walk.eat_either({"buy\"", 3}, {"sell", 4}, buy) || !walk.eat("\",\"tradeId\":\"") ||
        !walk.whole(row.id) || !walk.eat("\"}")) {
        return false;
    }
    row.side = buy ? Side::Buy : Side::Sell;
    return add_trade(row, contract, into).empty();
}

}  // namespace

bool read_trades_fast(std::string_view frame, ContractTable& contracts, kit::Events& into) {
    kit::Walk walk(frame);
    Name name;
    if (!walk.eat("{\"action\":\"update\",\"arg\":{") || !walk.eat("\"instType\":\"") ||
        !walk.skip_text() || !walk.eat(",\"channel\":\"trade\",") || !walk.eat("\"instId\":\"") ||
        !walk.name(name) || !walk.eat("},\"data\":[")) {
        return false;
    }
    const Contract* contract = contracts.find(name);
    if (contract == nullptr) {
        return false;
    }
    do {
        if (!read_row_fast(walk, *contract, into)) {
            return false;
        }
    } while (walk.eat(","));
    return walk.eat("],\"ts\":") && walk.skip_whole() && walk.eat("}") && walk.at_end();
}

}  // namespace petrel::bitget
