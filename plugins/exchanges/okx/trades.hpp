// Trades of one frame or page. Shared by the live feed and by backfill. Only .cpp files include
// this header, which brings simdjson with it.
#pragma once

#include "contracts.hpp"
#include "kit/events.hpp"
#include "kit/json.hpp"

namespace petrel::okx {

// What one row says.
struct TradeRow {
    std::uint64_t id = 0;
    std::uint64_t time_ms = 0;
    std::uint64_t count = 0;
    double price = 0;
    double contracts = 0;
    Side side = Side::None;
};

inline constexpr std::uint64_t kCountMax = 1'000'000;  // matches in one pushed trade

// Adds the row's event when all of it makes sense.
[[gnu::always_inline]] inline Reason add_trade(const TradeRow& row, const Contract& contract,
                                               kit::Events& into) {
    if (row.id == 0) {
        return "id of a trade is no whole number in a text";
    }
    if (!time_fits(row.time_ms)) {
        return "time of a trade lies outside 2009..2100 in milliseconds";
    }
    if (row.count > kCountMax || row.count > row.id) {
        return "count of a trade is out of bounds";
    }
    const Figures figures = figures_of(contract, row.price, row.contracts);
    if (!figures.fit()) {
        return "price or size of a trade is out of bounds";
    }
    MarketEvent& e = add_event(into, EventKind::Trade, contract, row.time_ms);
    e.side = static_cast<std::uint8_t>(row.side);
    e.id = row.id;
    set_figures(e, contract, figures);
    if (row.count != 0) {  // without a count nobody can tell which id is due next
        e.count = static_cast<std::uint32_t>(row.count);
        e.flags = PETREL_FLAG_ID_SEQUENCE;
    }
    return {};
}

// Adds the rows to `into`; each must be of that contract.
Reason read_trades(ondemand::array rows, const char* end, const Contract& contract,
                   kit::Events& into);

}  // namespace petrel::okx
