// The fast way through a frame of trades in the layout of the venue, byte by byte.
//
// One for each frame, on the instance's data path. A step that answers false ends it, and the
// general way has to look. What figures are worth is not looked at.
#pragma once

#include "contracts.hpp"
#include "kit/walk.hpp"

namespace petrel::bitmex {

// What one row says; texts lie in the frame. One for all rows of a frame: to clear it for each
// would cost more than to read some of it.
inline constexpr double kUntold = -1.0;  // of a quantity in base currency

struct TradeFields {
    std::int64_t time_ns = 0;
    Name symbol;
    Side side = Side::None;
    double size = 0;
    double price = 0;
    double home = 0;
    std::string_view match_id;
};

class TradeFrame {
public:
    explicit TradeFrame(std::string_view frame) : walk_(frame) {}

    bool begins() {
        return walk_.eat("{\"table\":\"trade\",") && walk_.eat("\"action\":\"insert\",\"data\":[");
    }
    [[gnu::always_inline]] bool read(TradeFields& row) {
        bool buy = false;
        if (!walk_.eat("{\"timestamp\":\"") || !walk_.iso_time(row.time_ns) ||
            !walk_.eat(",\"symbol\":\"") || !walk_.name(row.symbol) || !walk_.eat(",\"side\":\"") ||
            !walk_.eat_either({"Buy\"", 3}, {"Sell", 4}, buy) || !walk_.eat("\",\"size\":") ||
            !walk_.decimal(row.size) || !walk_.eat(",\"price\":") || !walk_.decimal(row.price) ||
            !walk_.eat(",\"tickDirection\":\"") || !walk_.skip_text() ||
            !walk_.eat(",\"trdMatchID\":\"") || !walk_.text(row.match_id)) {
            return false;
        }
        row.side = buy ? Side::Buy : Side::Sell;
        return !row.match_id.empty() && read_values(row);
    }
    bool goes_on() { return walk_.eat(","); }
    bool ends() { return walk_.eat("]}") && walk_.at_end(); }

private:
    // What follows the id, of which any may be absent.
    [[gnu::always_inline]] bool read_values(TradeFields& row) {
        if (walk_.eat(",\"grossValue\":") && !walk_.skip_whole()) {
            return false;
        }
        row.home = kUntold;
        if (walk_.eat(",\"homeNotional\":") && !walk_.decimal(row.home)) {
            return false;
        }
        if (walk_.eat(",\"foreignNotional\":") && !walk_.skip_decimal()) {
            return false;
        }
        if (walk_.eat(",\"trdType\":\"") && !walk_.skip_text()) {
            return false;
        }
        return walk_.eat("}");
    }

    kit::Walk walk_;
};

}  // namespace petrel::bitmex
