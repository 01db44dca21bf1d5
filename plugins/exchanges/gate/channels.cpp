// Reads trades, tickers, best prices and liquidations; see channels.hpp.
#include "channels.hpp"

#include <cmath>

#include "kit/best_prices.hpp"

namespace petrel::gate {
namespace {

constexpr Reason kBadTime = "time of a row lies outside 2009..2100";
constexpr Reason kUnlisted = "contract of a row is none that discovery has listed";
constexpr Reason kNoObject = "a row of the frame is no object";
constexpr double kAbsent = -1e300;

// A trade that gives no event: the next one stands for it, too, so that no id seems to be missing.
void leave_out(LeftOut& left_out, std::uint64_t id) {
    left_out.count = left_out.id + 1 == id ? left_out.count + 1 : 1;
    left_out.id = id;
}

Reason read_row(ondemand::object& object, const Rows& rows, TradeRow& trade) {
    kit::Row row(object, rows.end);
    if (!row.number("size", trade.size)) {
        return "size of a trade is no number";
    }
    if (!row.id("id", trade.id) || trade.id == 0) {
        return "id of a trade is no whole number";
    }
    // REST pages may bring seconds alone.
    if (!row.number("create_time_ms", trade.time) && !row.number("create_time", trade.time)) {
        return "time of a trade is no number";
    }
    if (!row.number("price", trade.price)) {
        return "price of a trade is no number";
    }
    if (!row.text("contract", trade.native)) {
        return "a trade names no contract";
    }
    if (rows.has_internal) {
        const auto error = object["is_internal"].get_bool().get(trade.internal);
        if (error != simdjson::SUCCESS && error != simdjson::NO_SUCH_FIELD) {
            return "is_internal of a trade is neither true nor false";
        }
    }
    return {};
}

LeftOut* left_out_of(const Stream* stream, const Rows& rows, const Contract& contract) {
    return stream == nullptr
               ? nullptr
               : &stream->left_out.at(stream->connection, rows.contracts.number_of(contract));
}

struct Ticker {
    double mark = kAbsent;
    double index = kAbsent;
    double rate = kAbsent;
    double interest = kAbsent;  // contracts
    double time = kAbsent;
};

Reason check(const Ticker& t, const Contract& contract, std::uint64_t time_ms) {
    const auto ok = [](double value, double low, double high) {
        return value == kAbsent || within(value, low, high);
    };
    if (!time_fits(time_ms)) {
        return kBadTime;
    }
    const double base = contract.base_per_unit;
    const bool fits = ok(t.mark, 0.0, kPriceMax) && ok(t.index, 0.0, kPriceMax) &&
                      ok(t.rate, -1.0, 1.0) && ok(t.interest, 0.0, kQuantityMax) &&
                      (t.interest == kAbsent || within(t.interest * base, 0.0, kQuantityMax));
    return fits ? Reason() : "a figure of the ticker is out of bounds";
}

// The first time after `time_ms` at which funding is due, 0 when the venue did not say.
std::uint64_t next_funding_ms(const Contract& contract, std::uint64_t time_ms) {
    const std::uint64_t interval_ms = contract.funding_interval_s * 1'000;
    std::uint64_t next_ms = contract.funding_next_s * 1'000;
    if (interval_ms == 0 || next_ms == 0) {
        return 0;
    }
    if (next_ms <= time_ms) {
        next_ms += ((time_ms - next_ms) / interval_ms + 1) * interval_ms;
    }
    return next_ms;
}

Reason add_ticker(const Ticker& t, const Contract& contract, std::uint64_t time_ms,
                  kit::Events& into) {
    constexpr double kSecondsPerHour = 3'600;
    if (t.mark > 0.0) {
        MarketEvent& e = add_event(into, EventKind::MarkPrice, contract, time_ms);
        e.price = t.mark / contract.price_divisor;
        e.quantity = t.index > 0.0 ? t.index / contract.price_divisor : 0.0;
    }
    if (t.rate != kAbsent) {
        MarketEvent& e = add_event(into, EventKind::Funding, contract, time_ms);
        e.price = t.rate;
        e.quantity = static_cast<double>(contract.funding_interval_s) / kSecondsPerHour;
        e.id = next_funding_ms(contract, time_ms);
    }
    if (t.interest != kAbsent && t.mark > 0.0) {
        const Figures figures = figures_of(contract, t.mark, t.interest);
        if (!within(figures.quantity, 0.0, kQuantityMax) ||
            !within(figures.notional, 0.0, kOpenInterestMax)) {
            return "open interest of the ticker is out of bounds";
        }
        set_figures(add_event(into, EventKind::OpenInterest, contract, time_ms), contract, figures);
    }
    return {};
}

Reason read_past_liquidation(kit::Row row, ContractTable& contracts, kit::Events& into) {
    double time = 0;
    double position = 0;
    double order = 0;
    double price = 0;
    std::string_view native;
    if (!row.number("time", time) || !row.text("contract", native)) {
        return "time or contract of a past liquidation is missing or of another type";
    }
    if (!row.number("size", position) || !row.number("order_size", order) ||
        !row.number("order_price", price)) {
        return "price or size of a past liquidation is no number";
    }
    const std::uint64_t time_ms = ms_of(time);
    if (time_ms == 0) {
        return kBadTime;
    }
    const Contract* contract = contracts.find(native);
    if (contract == nullptr) {
        return kUnlisted;
    }
    if (order == 0.0) {
        return {};  // a part of a contract, rounded down
    }
    if (position * order > 0.0) {
        return "position and order of a past liquidation have the same sign";
    }
    const Figures figures = figures_of(*contract, price, std::fabs(order));
    if (!figures.fit()) {
        return "price or size of a past liquidation is out of bounds";
    }
    MarketEvent& e = add_event(into, EventKind::Liquidation, *contract, time_ms);
    e.side = static_cast<std::uint8_t>(order < 0.0 ? Side::Long : Side::Short);
    set_figures(e, *contract, figures);
    return {};
}

// One side of the best prices: an empty text as price says that there is none.
Reason read_side(kit::Row& row, std::string_view price_key, std::string_view size_key,
                 const Contract& contract, Figures& level) {
    double price = kAbsent;
    double size = kAbsent;
    if (!row.number_or_none(price_key, price) || !row.number_or_none(size_key, size)) {
        return "price or size of a best price is no number";
    }
    if (price == kAbsent || size == kAbsent || size == 0.0) {
        return {};
    }
    level = figures_of(contract, price, size);
    return level.fit() ? Reason() : "price or size of a best price is out of bounds";
}

}  // namespace

Reason add_trade(const TradeRow& trade, const Contract& contract, LeftOut* left_out,
                 kit::Events& into) {
    const std::uint64_t time_ms = ms_of(trade.time);
    if (time_ms == 0) {
        return kBadTime;
    }
    // Internal: taken over by the venue, off the book. Size 0: a part of a contract, rounded down.
    if (trade.internal || trade.size == 0.0) {
        if (left_out != nullptr) {
            leave_out(*left_out, trade.id);
        }
        return {};
    }
    const Figures figures = figures_of(contract, trade.price, std::fabs(trade.size));
    if (!figures.fit()) {
        return "price or size of a trade is out of bounds";
    }
    MarketEvent& e = add_event(into, EventKind::Trade, contract, time_ms);
    e.side = static_cast<std::uint8_t>(trade.size > 0.0 ? Side::Buy : Side::Sell);
    e.id = trade.id;
    set_figures(e, contract, figures);
    if (left_out != nullptr) {
        e.flags = PETREL_FLAG_ID_SEQUENCE;
        e.count += left_out->id + 1 == trade.id ? left_out->count : 0U;
    }
    return {};
}

Reason read_trades(Rows rows, const Stream* stream, kit::Events& into) {
    std::string_view last;
    Contract* contract = nullptr;
    for (auto item : rows.list) {
        ondemand::object object;
        TradeRow trade;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return kNoObject;
        }
        if (const Reason bad = read_row(object, rows, trade); !bad.empty()) {
            return bad;
        }
        if (rows.seen != nullptr) {
            ++*rows.seen;
        }
        if (contract == nullptr || trade.native != last) {
            last = trade.native;
            contract = rows.contracts.find(last);
        }
        if (contract == nullptr) {
            return kUnlisted;
        }
        if (const Reason bad =
                add_trade(trade, *contract, left_out_of(stream, rows, *contract), into);
            !bad.empty()) {
            return bad;
        }
    }
    return {};
}

Reason read_tickers(Rows rows, std::uint64_t time_ms, kit::Events& into) {
    for (auto item : rows.list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return kNoObject;
        }
        kit::Row row(object, rows.end);
        Ticker t;
        std::string_view native;
        if (!row.text("contract", native)) {
            return "a ticker names no contract";
        }
        const Contract* contract = rows.contracts.find(native);
        if (contract == nullptr) {
            return kUnlisted;
        }
        if (!row.number_or_none("funding_rate", t.rate) ||
            !row.number_or_none("mark_price", t.mark) ||
            !row.number_or_none("index_price", t.index) ||
            !row.number_or_none("total_size", t.interest) || !row.number_or_none("t", t.time)) {
            return "a figure of the ticker is no number";
        }
        const std::uint64_t at_ms = t.time == kAbsent ? time_ms : ms_of(t.time);
        Reason bad = check(t, *contract, at_ms);
        bad = bad.empty() ? add_ticker(t, *contract, at_ms, into) : bad;
        if (!bad.empty()) {
            return bad;
        }
    }
    return {};
}

Reason read_liquidation(ondemand::object object, const char* end, ContractTable& contracts,
                        LiquidationSign sign, kit::Events& into) {
    kit::Row row(object, end);
    double price = 0;
    double size = 0;
    double time = kAbsent;
    double old_time = kAbsent;
    std::string_view native;
    if (!row.number("price", price) || !row.number("size", size)) {
        return "price or size of a liquidation is no number";
    }
    if (!row.number_or_none("time", time) || !row.text("contract", native) ||
        !row.number_or_none("time_ms", old_time)) {
        return "time or contract of a liquidation is missing or of another type";
    }
    const std::uint64_t time_ms = ms_of(old_time != kAbsent ? old_time : time);
    if (time_ms == 0) {
        return kBadTime;
    }
    const Contract* contract = contracts.find(native);
    if (contract == nullptr) {
        return kUnlisted;
    }
    if (size == 0.0) {
        return {};  // a part of a contract, rounded down
    }
    const Figures figures = figures_of(*contract, price, std::fabs(size));
    if (!figures.fit()) {
        return "price or size of a liquidation is out of bounds";
    }
    const bool is_long = (size > 0.0) == (sign == LiquidationSign::Position);
    MarketEvent& e = add_event(into, EventKind::Liquidation, *contract, time_ms);
    e.side = static_cast<std::uint8_t>(is_long ? Side::Long : Side::Short);
    set_figures(e, *contract, figures);
    return {};
}

Reason read_past_liquidations(Rows rows, kit::Events& into) {
    for (auto item : rows.list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return kNoObject;
        }
        if (const Reason bad = read_past_liquidation({object, rows.end}, rows.contracts, into);
            !bad.empty()) {
            return bad;
        }
        if (rows.seen != nullptr) {
            ++*rows.seen;
        }
    }
    return {};
}

Reason read_best_prices(ondemand::object object, const char* end, ContractTable& contracts,
                        kit::Events& into) {
    kit::Row row(object, end);
    double time = 0;
    std::uint64_t update = 0;
    std::string_view native;
    if (!row.number("t", time) || !row.id("u", update) || !row.text("s", native)) {
        return "a best price lacks one of t, u, s";
    }
    const std::uint64_t time_ms = ms_of(time);
    if (time_ms == 0) {
        return kBadTime;
    }
    const Contract* contract = contracts.find(native);
    if (contract == nullptr) {
        return kUnlisted;
    }
    kit::BestPrices best;
    best.time_ms = time_ms;
    best.update = update;
    Reason bad = read_side(row, "b", "B", *contract, best.bid);
    bad = bad.empty() ? read_side(row, "a", "A", *contract, best.ask) : bad;
    if (!bad.empty()) {
        return bad;
    }
    kit::add_best_prices(best, *contract, into);
    return {};
}

}  // namespace petrel::gate
