// Reads and writes rows; see rows.hpp.
#include "rows.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace petrel::bitfinex {
namespace {

constexpr Reason kNotNumbers = "a row of trades is no list of an id, a time, an amount and a price";

MarketEvent& push_row(const Contract& contract, std::uint64_t time_ms, Stamp stamp,
                      DecodeOut& out) {
    MarketEvent& e = out.push();
    e.instrument = contract.handle;
    e.flags = stamp.flags;
    e.exchange_ts_ns = static_cast<std::int64_t>(time_ms) * kNsPerMs;
    e.receive_ts_ns = stamp.receive_ts_ns;
    return e;
}

// One liquidation row; `counts` is false for the execution that follows a trigger.
Reason read_row(ondemand::array row, Liquidation& l, std::string_view& name, bool& counts) {
    constexpr std::size_t kRowPlaces = 9;
    std::size_t place = 0;
    std::uint64_t is_match = 0;
    bool good = true;
    for (auto item : row) {
        ondemand::value value;
        if (std::move(item).get(value) != simdjson::SUCCESS) {
            return kit::kNotJson;
        }
        const std::string_view token = kit::token_of(value);
        switch (place++) {
            case 0:
                good = token == R"("pos")";
                break;
            case 1:
                good = kit::read_unsigned(token, l.id);
                break;
            case 2:
                good = kit::read_unsigned(token, l.time_ms);
                break;
            case 4:
                good = kit::read_text(token, name);
                break;
            case 5:
                good = kit::read_decimal(token, l.amount);
                break;
            case 6:
                good = kit::read_decimal(token, l.entry_price);
                break;
            case 8:
                good = kit::read_unsigned(token, is_match) && is_match <= 1;
                break;
            default:
                break;
        }
        if (!good) {
            return "a field of a liquidation has the wrong type";
        }
    }
    counts = is_match == 0;
    return place >= kRowPlaces ? Reason() : "a liquidation is too short";
}

Reason take_row(ondemand::array row, ContractTable& contracts,
                std::vector<Liquidation>& liquidations, DecodeOut& out) {
    Liquidation l;
    std::string_view name;
    bool counts = false;
    Reason bad = read_row(row, l, name, counts);
    if (!bad.empty() || !counts) {
        return bad;
    }
    l.contract = contract_of(name, contracts, out, bad);
    if (!bad.empty() || l.contract == nullptr) {
        return bad;
    }
    if (!time_fits(l.time_ms)) {
        return "time of a liquidation lies outside 2009..2100 in milliseconds";
    }
    if (!figures_fit(l.entry_price, std::fabs(l.amount))) {
        return "amount or price of a liquidation is out of bounds";
    }
    liquidations.push_back(l);
    return {};
}

}  // namespace

Contract* contract_of(std::string_view name, ContractTable& contracts, DecodeOut& out,
                      Reason& reason) {
    if (Contract* known = contracts.find(name); known != nullptr) [[likely]] {
        return known;
    }
    const std::optional<Instrument> instrument = instrument_of(name);
    Contract* contract = instrument ? contracts.announce(*instrument, out) : nullptr;
    if (instrument && contract == nullptr) {
        reason = "no room for one more contract";
    }
    return contract;
}

Reason read_trade(ondemand::array row, Trade& trade) {
    std::size_t place = 0;
    for (auto item : row) {
        ondemand::value value;
        if (std::move(item).get(value) != simdjson::SUCCESS) {
            return kit::kNotJson;
        }
        const std::string_view token = kit::token_of(value);
        const bool good = place == 0   ? kit::read_unsigned(token, trade.id)
                          : place == 1 ? kit::read_unsigned(token, trade.time_ms)
                          : place == 2 ? kit::read_decimal(token, trade.amount)
                          : place == 3 ? kit::read_decimal(token, trade.price)
                                       : true;
        if (!good) {
            return kNotNumbers;
        }
        ++place;
    }
    if (place < 4) {
        return kNotNumbers;
    }
    return check_trade(trade);
}

Reason check_trade(const Trade& trade) {
    if (!time_fits(trade.time_ms)) {
        return "time of a trade lies outside 2009..2100 in milliseconds";
    }
    return figures_fit(trade.price, std::fabs(trade.amount))
               ? Reason()
               : "price or amount of a trade is out of bounds";
}

Reason read_trades(ondemand::array list, std::vector<Trade>& trades) {
    for (auto item : list) {
        ondemand::array row;
        if (item.get_array().get(row) != simdjson::SUCCESS) {
            return kNotNumbers;
        }
        if (trades.size() == kRowsMax) {
            return "more than 16384 trades at once";
        }
        if (const Reason bad = read_trade(row, trades.emplace_back()); !bad.empty()) {
            return bad;
        }
    }
    return {};
}

Reason read_liquidations(ondemand::array list, ContractTable& contracts,
                         std::vector<Liquidation>& liquidations, DecodeOut& out) {
    for (auto item : list) {
        ondemand::array row;
        if (item.get_array().get(row) != simdjson::SUCCESS) {
            return "a liquidation is no list";
        }
        if (liquidations.size() == kRowsMax) {
            return "more than 16384 liquidations at once";
        }
        const Reason bad = take_row(row, contracts, liquidations, out);
        if (!bad.empty()) {
            return bad;
        }
    }
    return {};
}

void write_trade(const Trade& trade, Contract& contract, Stamp stamp, DecodeOut& out) {
    MarketEvent& e = push_row(contract, trade.time_ms, stamp, out);
    e.kind = PETREL_EVENT_TRADE;
    e.side = trade.amount > 0.0 ? PETREL_SIDE_BUY : PETREL_SIDE_SELL;
    e.price = trade.price;
    e.quantity = std::fabs(trade.amount);
    e.notional_usd = e.quantity * trade.price * contract.usd_per_quote;
    e.id = trade.id;
    contract.trade = trade.price;
}

void write_liquidations(std::span<const Liquidation> liquidations, Stamp stamp, DecodeOut& out) {
    const bool newest_first =
        !liquidations.empty() && liquidations.front().time_ms > liquidations.back().time_ms;
    for (std::size_t i = 0; i < liquidations.size(); ++i) {
        const Liquidation& l = liquidations[newest_first ? liquidations.size() - 1 - i : i];
        const Contract& contract = *l.contract;
        const double amount = std::fabs(l.amount);
        const double known = contract.mark > 0.0 ? contract.mark : contract.trade;
        MarketEvent& e = push_row(contract, l.time_ms, stamp, out);
        e.kind = PETREL_EVENT_LIQUIDATION;
        e.side = l.amount > 0.0 ? PETREL_SIDE_LONG : PETREL_SIDE_SHORT;
        e.price = figures_fit(known, amount) ? known : l.entry_price;
        e.quantity = amount;
        e.notional_usd = amount * e.price * contract.usd_per_quote;
        e.id = l.id;
    }
}

}  // namespace petrel::bitfinex
