// The one layout, as literals in the order in which the venue writes them. A key out of its place,
// an escape, a blank, a value out of bounds: every surprise answers false.
#include "parse_fast.hpp"

#include "kit/walk.hpp"
#include "trades.hpp"

namespace petrel::okx {
namespace {

// What says nothing to us at the end of a row, and its brace.
[[gnu::always_inline]] inline bool skip_tail(kit::Walk& walk) {
    if (walk.eat(",\"source\":\"") && !walk.skip_text()) {
        return false;
    }
    if (walk.eat(",\"seqId\":") && !walk.skip_whole()) {
        return false;
    }
    return walk.eat("}");
}

struct FastContract {
    const Contract& contract;
    const char* name;
    unsigned length;
};

[[gnu::always_inline]] inline bool read_row_fast(kit::Walk& walk, const FastContract& of,
                                                 kit::Events& into) {
    TradeRow row;
    bool buy = false;
    if (!walk.eat("{\"instId\":\"") || !walk.name_again(of.name, of.length) ||
        !walk.eat(",\"tradeId\":\"") || !walk.whole(row.id) || !walk.eat("\",\"px\":\"") ||
        !walk.quoted_decimal(row.price) || !walk.eat(",\"sz\":\"") ||
        !walk.quoted_decimal(row.contracts) || !walk.eat(",\"side\":\"") ||
        !walk.eat_either({"buy\"", 3}, {"sell", 4}, buy) || !walk.eat("\",\"ts\":\"") ||
        !walk.milliseconds(row.time_ms) || !walk.eat("\"")) {
        return false;
    }
    if (walk.eat(",\"count\":\"") && !(walk.whole(row.count) && walk.eat("\""))) {
        return false;
    }
    row.side = buy ? Side::Buy : Side::Sell;
    return skip_tail(walk) && add_trade(row, of.contract, into).empty();
}

}  // namespace

bool read_trades_fast(std::string_view frame, const ContractTable& contracts, kit::Events& into) {
    kit::Walk walk(frame);
    Name name;
    unsigned length = 0;
    if (!walk.eat("{\"arg\":{\"channel\":\"trades\",") || !walk.eat("\"instId\":\"")) {
        return false;
    }
    const char* place = walk.place();
    if (!walk.name(name, length) || !walk.eat("},\"data\":[")) {
        return false;
    }
    const Contract* contract = contracts.find(name);
    if (contract == nullptr) {
        return false;
    }
    const FastContract of{*contract, place, length};
    do {
        if (!read_row_fast(walk, of, into)) {
            return false;
        }
    } while (walk.eat(","));
    return walk.eat("]}") && walk.at_end();
}

}  // namespace petrel::okx
