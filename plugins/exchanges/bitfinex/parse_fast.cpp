// The one layout, element by element. A blank, an element more, anything else: every surprise
// answers false.
#include "parse_fast.hpp"

#include "kit/walk.hpp"

namespace petrel::bitfinex {

bool read_trade_array(std::string_view frame, TradeArray& array) {
    kit::Walk walk(frame);
    return walk.eat("[") && walk.whole(array.channel) && walk.eat(",\"") &&
           walk.eat_either({"te\",", 4}, {"tu\",", 4}, array.executed) && walk.eat("[") &&
           walk.whole(array.trade.id) && walk.eat(",") && walk.milliseconds(array.trade.time_ms) &&
           walk.eat(",") && walk.decimal(array.trade.amount) && walk.eat(",") &&
           walk.decimal(array.trade.price) && walk.eat("],") && walk.whole(array.sequence) &&
           walk.eat(",") && walk.milliseconds(array.time_ms) && walk.eat("]") && walk.at_end();
}

}  // namespace petrel::bitfinex
