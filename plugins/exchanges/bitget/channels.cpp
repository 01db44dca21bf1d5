// Reads trades, tickers, best prices and liquidations; see channels.hpp.
#include "channels.hpp"

#include "kit/best_prices.hpp"

namespace petrel::bitget {
namespace {

constexpr Reason kNoObject = "a row of the frame is no object";
constexpr double kAbsent = -1e300;

// The REST pages write Buy and Sell, the socket buy and sell.
Side side_of(std::string_view text) {
    return text == "buy" || text == "Buy"     ? Side::Buy
           : text == "sell" || text == "Sell" ? Side::Sell
                                              : Side::None;
}

Reason read_trade(kit::Row row, const Contract& contract, kit::Events& into) {
    TradeRow trade;
    std::string_view side;
    if (!row.whole("ts", trade.time_ms) || !time_fits(trade.time_ms)) {
        return kBadTime;
    }
    if (!row.decimal("price", trade.price) || !row.decimal("size", trade.size)) {
        return "price or size of a trade is no decimal in a text";
    }
    trade.side = row.text("side", side) ? side_of(side) : Side::None;
    if (trade.side == Side::None) {
        return "side of a trade is neither buy nor sell";
    }
    if (!row.whole("tradeId", trade.id)) {
        return "id of a trade is no whole number in a text";
    }
    return add_trade(trade, contract, into);
}

struct Ticker {
    double mark = kAbsent;
    double index = kAbsent;
    double rate = kAbsent;
    double interest = kAbsent;  // base currency
    std::uint64_t due_ms = 0;
    std::uint64_t time_ms = 0;
};

Reason check(const Ticker& t, const Contract& contract) {
    const auto ok = [](double value, double low, double high) {
        return value == kAbsent || within(value, low, high);
    };
    if (!time_fits(t.time_ms) || (t.due_ms != 0 && !time_fits(t.due_ms))) {
        return kBadTime;
    }
    const bool fits = ok(t.mark, 0.0, kPriceMax) && ok(t.index, 0.0, kPriceMax) &&
                      ok(t.rate, -1.0, 1.0) && ok(t.interest, 0.0, kQuantityMax / contract.units) &&
                      (t.interest == kAbsent || t.mark == kAbsent ||
                       within(t.interest * t.mark, 0.0, kOpenInterestMax));
    return fits ? Reason() : "a figure of the ticker is out of bounds";
}

void add_ticker(const Ticker& t, const Contract& contract, kit::Events& into) {
    if (t.mark > 0.0) {
        MarketEvent& e = add_event(into, EventKind::MarkPrice, contract, t.time_ms);
        e.price = t.mark / contract.units;
        e.quantity = t.index > 0.0 ? t.index / contract.units : 0.0;
    }
    if (t.rate != kAbsent && t.due_ms != 0) {  // dated contracts have none
        MarketEvent& e = add_event(into, EventKind::Funding, contract, t.time_ms);
        e.price = t.rate;
        e.quantity = contract.funding_hours;
        e.id = t.due_ms;
    }
    if (t.interest != kAbsent) {
        MarketEvent& e = add_event(into, EventKind::OpenInterest, contract, t.time_ms);
        e.quantity = t.interest * contract.units;
        if (t.mark > 0.0) {
            e.price = t.mark / contract.units;
            e.notional_usd = t.interest * t.mark * contract.usd_per_quote;
        }
    }
}

Reason read_book(ondemand::object& object, kit::Row row, const Contract& contract,
                 kit::BestPrices& best) {
    Reason bad = kit::read_level(row, "asks", contract, best.ask);
    bad = bad.empty() ? kit::read_level(row, "bids", contract, best.bid) : bad;
    if (!bad.empty()) {
        return bad;
    }
    if (!row.whole("ts", best.time_ms) || !time_fits(best.time_ms)) {
        return kBadTime;
    }
    const auto error = object["seq"].get_uint64().get(best.update);
    return error == simdjson::SUCCESS || error == simdjson::NO_SUCH_FIELD
               ? Reason()
               : "sequence number of the book is no whole number";
}

Reason read_liquidation(kit::Row row, const Contract& contract, Amount unit, kit::Events& into) {
    std::string_view side;
    double price = 0;
    double amount = 0;
    std::uint64_t time_ms = 0;
    if (!row.text("side", side) || side_of(side) == Side::None) {
        return "side of a liquidation is neither buy nor sell";
    }
    if (!row.decimal("price", price) || !row.decimal("amount", amount)) {
        return "price or amount of a liquidation is no decimal in a text";
    }
    if (!row.whole("ts", time_ms) || !time_fits(time_ms)) {
        return kBadTime;
    }
    const Figures figures = unit == Amount::Quote ? figures_of_amount(contract, price, amount)
                                                  : figures_of(contract, price, amount);
    if (!figures.fit()) {
        return "price or amount of a liquidation is out of bounds";
    }
    MarketEvent& e = add_event(into, EventKind::Liquidation, contract, time_ms);
    // It is the side of the position, not of the order.
    e.side = static_cast<std::uint8_t>(side_of(side) == Side::Buy ? Side::Long : Side::Short);
    set_figures(e, contract, figures);
    return {};
}

}  // namespace

Reason read_trades(Rows rows, const Contract& contract, kit::Events& into) {
    for (auto item : rows.list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return kNoObject;
        }
        if (const Reason bad = read_trade({object, rows.end}, contract, into); !bad.empty()) {
            return bad;
        }
    }
    return {};
}

Reason read_ticker(Rows rows, const Contract& contract, kit::Events& into) {
    for (auto item : rows.list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return kNoObject;
        }
        kit::Row row(object, rows.end);
        Ticker t;
        if (!row.decimal_or_none("fundingRate", t.rate) ||
            !row.whole_or_none("nextFundingTime", t.due_ms) ||
            !row.decimal_or_none("markPrice", t.mark) ||
            !row.decimal_or_none("indexPrice", t.index) ||
            !row.decimal_or_none("holdingAmount", t.interest) || !row.whole("ts", t.time_ms)) {
            return "a figure of the ticker is no number in a text";
        }
        if (const Reason bad = check(t, contract); !bad.empty()) {
            return bad;
        }
        add_ticker(t, contract, into);
    }
    return {};
}

Reason read_best_prices(Rows rows, const Contract& contract, kit::Events& into) {
    for (auto item : rows.list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return kNoObject;
        }
        kit::BestPrices best;
        if (const Reason bad = read_book(object, {object, rows.end}, contract, best);
            !bad.empty()) {
            return bad;
        }
        kit::add_best_prices(best, contract, into);
    }
    return {};
}

const Contract* contract_named(std::string_view native, ContractTable& contracts, DecodeOut& out) {
    constexpr std::string_view kCoinMargined = "_CM";  // v3 may add it to what v2 calls BTCUSD
    if (native.ends_with(kCoinMargined)) {
        native.remove_suffix(kCoinMargined.size());
    }
    if (const Contract* known = contracts.find(native); known != nullptr) {
        return known;
    }
    const std::optional<Listed> listed = perpetual_of(native);
    return listed ? contracts.announce(*listed, out) : nullptr;
}

Reason read_liquidations(Rows rows, ContractTable& contracts, DecodeOut& out, kit::Events& into,
                         std::size_t& unknown, Amount unit) {
    for (auto item : rows.list) {
        ondemand::object object;
        std::string_view native;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return kNoObject;
        }
        kit::Row row(object, rows.end);
        if (!row.text("symbol", native)) {
            return "a liquidation names no contract";
        }
        const Contract* contract = contract_named(native, contracts, out);
        if (contract == nullptr) {
            ++unknown;
        } else if (const Reason bad = read_liquidation(row, *contract, unit, into); !bad.empty()) {
            return bad;
        }
    }
    return {};
}

}  // namespace petrel::bitget
