// The one layout, as literals in the order in which the venue writes them. A key out of its place,
// an escape, a blank, a value out of bounds: every surprise answers false.
#include "parse_fast.hpp"

#include "kit/walk.hpp"

namespace petrel::hyperliquid {
namespace {

// Buyer and seller, and the brace of the row.
[[gnu::always_inline]] inline bool skip_users(kit::Walk& walk) {
    if (walk.eat(",\"users\":[\"")) {
        if (!walk.skip_long_text() || !walk.eat(",\"") || !walk.skip_long_text() ||
            !walk.eat("]")) {
            return false;
        }
    }
    return walk.eat("}");
}

[[gnu::always_inline]] inline bool read_row_fast(kit::Walk& walk, Trade& trade) {
    bool sell = false;
    if (!walk.eat(",\"side\":\"") || !walk.eat_either({"A\",\"", 4}, {"B\",\"", 4}, sell) ||
        !walk.eat("px\":\"") || !walk.quoted_decimal(trade.price) || !walk.eat(",\"sz\":\"") ||
        !walk.quoted_decimal(trade.quantity) || !walk.eat(",\"time\":") ||
        !walk.milliseconds(trade.time_ms) || !walk.eat(",\"hash\":\"") || !walk.skip_long_text() ||
        !walk.eat(",\"tid\":") || !walk.whole(trade.id)) {
        return false;
    }
    trade.side = sell ? Side::Sell : Side::Buy;
    return skip_users(walk) && check_trade(trade).empty();
}

}  // namespace

bool read_trades_fast(std::string_view frame, ContractTable& contracts,
                      std::vector<Trade>& trades) {
    kit::Walk walk(frame);
    if (!walk.eat("{\"channel\":\"trades\",\"data\":[")) {
        return false;
    }
    Contract* contract = nullptr;
    const char* place = nullptr;
    unsigned length = 0;
    do {
        if (trades.size() == kTradesMax || !walk.eat("{\"coin\":\"")) {
            return false;
        }
        if (contract == nullptr) {
            Name name;
            place = walk.place();
            contract = walk.name(name, length) ? contracts.find(name) : nullptr;
        } else if (!walk.name_again(place, length)) {
            return false;
        }
        Trade& trade = trades.emplace_back();
        trade.contract = contract;
        if (contract == nullptr || !read_row_fast(walk, trade)) {
            return false;
        }
    } while (walk.eat(","));
    put_oldest_first(trades);
    return walk.eat("]}") && walk.at_end();
}

}  // namespace petrel::hyperliquid
