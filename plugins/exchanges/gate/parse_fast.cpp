// The one layout, as literals in the order in which the venue writes them. A key out of its place,
// an escape, a blank, a value out of bounds: every surprise answers false.
#include "parse_fast.hpp"

#include "channels.hpp"
#include "kit/walk.hpp"

namespace petrel::gate {
namespace {

// A number of contracts with a sign, as text or, in older layouts, as a whole number.
[[gnu::always_inline]] inline bool read_size(kit::Walk& walk, double& size) {
    const bool quoted = walk.eat("\"");
    const bool negative = walk.eat("-");
    std::uint64_t contracts = 0;
    const bool read = quoted ? !walk.sees('-') && walk.quoted_decimal(size) : walk.whole(contracts);
    size = quoted ? size : static_cast<double>(contracts);
    size = negative ? -size : size;
    return read;
}

[[gnu::always_inline]] inline bool read_row_fast(kit::Walk& walk, TradeRow& row) {
    std::uint64_t time_ms = 0;
    const bool read = walk.eat("{\"size\":") && read_size(walk, row.size) && walk.eat(",\"id\":") &&
                      walk.whole(row.id) && walk.eat(",\"create_time\":") && walk.skip_whole() &&
                      walk.eat(",\"create_time_ms\":") && walk.milliseconds(time_ms) &&
                      walk.eat(",\"price\":\"") && walk.quoted_decimal(row.price) &&
                      walk.eat(",\"contract\":\"");
    row.time = static_cast<double>(time_ms);
    return read && row.id != 0 && row.size != 0.0;  // one without an event is remembered
}

}  // namespace

bool read_trades_fast(const Frame& frame, ContractTable& contracts, LeftOuts& left_outs,
                      kit::Events& into) {
    kit::Walk walk(frame.text);
    if (!walk.eat("{\"time\":") || !walk.skip_whole() || !walk.eat(",\"time_ms\":") ||
        !walk.skip_whole() || !walk.eat(",\"channel\":\"futures.trades\",") ||
        !walk.eat("\"event\":\"update\",\"result\":[")) {
        return false;
    }
    const Contract* contract = nullptr;
    LeftOut* left_out = nullptr;
    const char* place = nullptr;
    unsigned length = 0;
    do {
        TradeRow row;
        if (!read_row_fast(walk, row)) {
            return false;
        }
        if (contract == nullptr) {
            Name name;
            place = walk.place();
            contract = walk.name(name, length) ? contracts.find(name) : nullptr;
            left_out = contract != nullptr
                           ? &left_outs.at(frame.connection, contracts.number_of(*contract))
                           : nullptr;
        } else if (!walk.name_again(place, length)) {
            return false;
        }
        if (contract == nullptr || !walk.eat("}") ||
            !add_trade(row, *contract, left_out, into).empty()) {
            return false;
        }
    } while (walk.eat(","));
    return walk.eat("]}") && walk.at_end();
}

}  // namespace petrel::gate
