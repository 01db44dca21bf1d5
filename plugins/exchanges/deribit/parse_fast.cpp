// The one layout, as literals in the order in which the venue writes them. A key out of its place,
// an escape, a blank, a value out of bounds: every surprise answers false. So does a liquidation.
#include "parse_fast.hpp"

#include "kit/walk.hpp"

namespace petrel::deribit {
namespace {

[[gnu::always_inline]] inline bool read_front(kit::Walk& walk, Trade& trade) {
    return walk.eat("{\"trade_seq\":") && walk.whole(trade.sequence) &&
           walk.eat(",\"trade_id\":\"") && walk.skip_text() && walk.eat(",\"timestamp\":") &&
           walk.milliseconds(trade.time_ms) && walk.eat(",\"tick_direction\":") &&
           walk.skip_whole() && walk.eat(",\"price\":") && walk.decimal(trade.price) &&
           walk.eat(",\"mark_price\":") && walk.skip_decimal() &&
           walk.eat(",\"instrument_name\":\"");
}

[[gnu::always_inline]] inline bool read_back(kit::Walk& walk, Trade& trade) {
    bool buy = false;
    if (!walk.eat(",\"index_price\":") || !walk.skip_decimal() || !walk.eat(",\"direction\":\"") ||
        !walk.eat_either({"buy\"", 3}, {"sell", 4}, buy) || !walk.eat("\",\"")) {
        return false;
    }
    trade.side = buy ? Side::Buy : Side::Sell;
    if (walk.eat("contracts\":") && !(walk.skip_decimal() && walk.eat(",\""))) {
        return false;
    }
    return walk.eat("amount\":") && walk.decimal(trade.amount) && walk.eat("}") &&
           check_trade(trade).empty();
}

}  // namespace

bool read_trades_fast(std::string_view frame, ContractTable& contracts,
                      std::vector<Trade>& trades) {
    kit::Walk walk(frame);
    if (!walk.eat("{\"jsonrpc\":\"2.0\",") || !walk.eat("\"method\":\"subscription\",") ||
        !walk.eat("\"params\":{\"channel\":\"trades.") || !walk.skip_long_text() ||
        !walk.eat(",\"data\":[")) {
        return false;
    }
    const Contract* contract = nullptr;
    const char* place = nullptr;
    unsigned length = 0;
    do {
        if (trades.size() == kTradesMax) {
            return false;
        }
        Trade& trade = trades.emplace_back();
        if (!read_front(walk, trade)) {
            return false;
        }
        if (contract == nullptr) {
            Name name;
            place = walk.place();
            contract = walk.name(name, length) ? contracts.find(name) : nullptr;
        } else if (!walk.name_again(place, length)) {
            return false;
        }
        trade.contract = contract;
        if (contract == nullptr || !read_back(walk, trade)) {
            return false;
        }
    } while (walk.eat(","));
    return walk.eat("]}}") && walk.at_end();
}

}  // namespace petrel::deribit
