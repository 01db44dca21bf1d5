// What the rows of each channel say. Only .cpp files include this header, which brings simdjson
// with it. Each function adds to `into` and gives the reason when a row is bad.
#pragma once

#include "contracts.hpp"
#include "kit/events.hpp"
#include "kit/json.hpp"

namespace petrel::bitget {

// What one row of trades says.
struct TradeRow {
    std::uint64_t id = 0;
    std::uint64_t time_ms = 0;
    double price = 0;
    double size = 0;
    Side side = Side::None;
};

inline constexpr Reason kBadTime = "time of a row lies outside 2009..2100 in milliseconds";

// Adds the row's event when all of it makes sense.
[[gnu::always_inline]] inline Reason add_trade(const TradeRow& row, const Contract& contract,
                                               kit::Events& into) {
    if (!time_fits(row.time_ms)) {
        return kBadTime;
    }
    if (row.id == 0) {
        return "id of a trade is no whole number in a text";
    }
    const Figures figures = figures_of(contract, row.price, row.size);
    if (!figures.fit()) {
        return "price or size of a trade is out of bounds";
    }
    MarketEvent& e = add_event(into, EventKind::Trade, contract, row.time_ms);
    e.side = static_cast<std::uint8_t>(row.side);
    e.id = row.id;
    set_figures(e, contract, figures);
    return {};
}

struct Rows {
    ondemand::array list;
    const char* end;  // of the frame
};

Reason read_trades(Rows rows, const Contract& contract, kit::Events& into);
Reason read_ticker(Rows rows, const Contract& contract, kit::Events& into);
Reason read_best_prices(Rows rows, const Contract& contract, kit::Events& into);

// The contract of that name, announced on the way when it was not met before.
const Contract* contract_named(std::string_view native, ContractTable& contracts, DecodeOut& out);

// In what the amount of a liquidation is counted.
enum class Amount : std::uint8_t { Quote, Base };

// Rows name their contracts; `unknown` counts those whose name says nothing.
Reason read_liquidations(Rows rows, ContractTable& contracts, DecodeOut& out, kit::Events& into,
                         std::size_t& unknown, Amount unit = Amount::Quote);

}  // namespace petrel::bitget
