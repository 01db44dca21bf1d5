// Reads trades; see trades.hpp.
#include "trades.hpp"

namespace petrel::okx {
namespace {

Reason read_trade(Row row, const Contract& contract, Events& into) {
    std::string_view instrument;
    std::string_view side;
    double price = 0;
    double contracts = 0;
    std::uint64_t id = 0;
    std::uint64_t time_ms = 0;
    std::uint64_t count = 0;
    if (!row.text("instId", instrument) || Name::in_frame(instrument).words != contract.name) {
        return "a trade is of another instrument than its channel";
    }
    if (!row.whole("tradeId", id) || id == 0) {
        return "id of a trade is no whole number in a text";
    }
    if (!row.decimal("px", price) || !row.decimal("sz", contracts)) {
        return "price or size of a trade is no decimal in a text";
    }
    if (!row.text("side", side) || (side != "buy" && side != "sell")) {
        return "side of a trade is neither buy nor sell";
    }
    if (!row.whole("ts", time_ms) || !time_fits(time_ms)) {
        return "time of a trade lies outside 2009..2100 in milliseconds";
    }
    if (!row.whole_or_none("count", count) || count > kCountMax || count > id) {
        return "count of a trade is out of bounds";
    }
    const Figures figures = figures_of(contract, price, contracts);
    if (!figures.fit()) {
        return "price or size of a trade is out of bounds";
    }
    MarketEvent& e = add_event(into, EventKind::Trade, contract, time_ms);
    e.side = static_cast<std::uint8_t>(side == "buy" ? Side::Buy : Side::Sell);
    e.id = id;
    set_figures(e, contract, figures);
    if (count != 0) {  // without a count nobody can tell which id is due next
        e.count = static_cast<std::uint32_t>(count);
        e.flags = PETREL_FLAG_ID_SEQUENCE;
    }
    return {};
}

}  // namespace

Reason read_trades(ondemand::array rows, const char* end, const Contract& contract, Events& into) {
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
