// The one layout, as literals in the order in which the venue writes them. A key out of its place,
// an escape, a blank: every surprise answers false.
#include "parse_fast.hpp"

#include "kit/walk.hpp"

namespace petrel::coinbase {

bool read_match_fast(std::string_view frame, Name& product, Trade& trade) {
    kit::Walk walk(frame);
    bool buy = false;
    if (!walk.eat("{\"type\":\"match\",\"trade_id\":") || !walk.whole(trade.id) ||
        !walk.eat(",\"maker_order_id\":\"") || !walk.skip_long_text() ||
        !walk.eat(",\"taker_order_id\":\"") || !walk.skip_long_text() ||
        !walk.eat(",\"side\":\"") || !walk.eat_either({"buy\"", 3}, {"sell", 4}, buy) ||
        !walk.eat("\",\"size\":\"") || !walk.quoted_decimal(trade.size) ||
        !walk.eat(",\"price\":\"") || !walk.quoted_decimal(trade.price) ||
        !walk.eat(",\"product_id\":\"") || !walk.name(product) || !walk.eat(",\"sequence\":") ||
        !walk.skip_whole() || !walk.eat(",\"time\":\"") || !walk.iso_time(trade.time_ns) ||
        !walk.eat("}")) {
        return false;
    }
    trade.side = buy ? Side::Sell : Side::Buy;  // told is that of the resting order
    return trade.id != 0 && walk.at_end();
}

}  // namespace petrel::coinbase
