// The one layout, as literals in the order in which the venue writes them. A key out of its place,
// an escape, a blank: every surprise answers false.
#include "parse_fast.hpp"

#include "kit/walk.hpp"

namespace petrel::kraken {

bool read_trade_fast(std::string_view frame, Name& product, Trade& trade) {
    kit::Walk walk(frame);
    std::string_view type;
    bool buy = false;
    if (!walk.eat("{\"feed\":\"trade\",\"product_id\":\"") || !walk.name(product) ||
        !walk.eat(",\"uid\":\"") || !walk.text(trade.uid) || !walk.eat(",\"side\":\"") ||
        !walk.eat_either({"buy\"", 3}, {"sell", 4}, buy) || !walk.eat("\",\"type\":\"") ||
        !walk.text(type) || !walk.eat(",\"seq\":") || !walk.whole(trade.seq) ||
        !walk.eat(",\"time\":") || !walk.milliseconds(trade.time_ms) || !walk.eat(",\"qty\":") ||
        !walk.decimal(trade.quantity) || !walk.eat(",\"price\":") || !walk.decimal(trade.price) ||
        !walk.eat("}")) {
        return false;
    }
    trade.side = buy ? Side::Buy : Side::Sell;
    trade.liquidation = type == "liquidation";
    return trade.seq != 0 && !trade.uid.empty() && !type.empty() && walk.at_end();
}

}  // namespace petrel::kraken
