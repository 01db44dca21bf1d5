// Best bid and ask of a book whose levels are lists of texts, ["price","size",...].
//
// Only .cpp files and headers for them include this one, which brings simdjson with it. On the
// instance's data path.
#pragma once

#include "kit/events.hpp"
#include "kit/json.hpp"

namespace petrel::kit {

struct BestPrices {
    Figures bid;  // no quantity: that side is empty
    Figures ask;
    std::uint64_t time_ms = 0;
    std::uint64_t update = 0;
};

// The first level of the side of that key; an empty side has no quantity.
template <typename Contract>
Reason read_level(Row& row, std::string_view key, const Contract& contract, Figures& best) {
    ondemand::array levels;
    if (!row.list(key, levels)) {
        return "a side of the book is no list";
    }
    for (auto item : levels) {
        ondemand::array level;
        if (item.get_array().get(level) != simdjson::SUCCESS) {
            return "a level of the book is no list";
        }
        double figures[2] = {};
        std::size_t count = 0;
        for (auto figure : level) {
            ondemand::raw_json_string raw;
            if (count < 2 && (figure.get_raw_json_string().get(raw) != simdjson::SUCCESS ||
                              !row.decimal(raw, figures[count]))) {
                return "a level of the book holds no decimals in texts";
            }
            ++count;
        }
        best = figures_of(contract, figures[0], figures[1]);
        return best.fit() ? Reason() : "price or size of a best price is out of bounds";
    }
    return {};
}

// An event for each side that has a level.
template <typename Contract>
void add_best_prices(const BestPrices& best, const Contract& contract, Events& into) {
    for (const Side side : {Side::Buy, Side::Sell}) {
        const Figures& level = side == Side::Buy ? best.bid : best.ask;
        if (level.quantity > 0.0) {
            const EventKind kind = side == Side::Buy ? EventKind::BestBid : EventKind::BestAsk;
            MarketEvent& e = add_event(into, kind, contract, best.time_ms);
            e.side = static_cast<std::uint8_t>(side);
            e.id = best.update;
            set_figures(e, contract, level);
        }
    }
}

}  // namespace petrel::kit
