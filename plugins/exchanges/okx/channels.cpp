// Reads and writes liquidations and states; see channels.hpp.
#include "channels.hpp"

#include "kit/best_prices.hpp"

namespace petrel::okx {
namespace {

constexpr Reason kBadTime = "time of a row lies outside 2009..2100 in milliseconds";
constexpr double kMsPerHour = 3'600'000.0;

Reason read_detail(kit::Row row, const Contract& contract, kit::Events& into) {
    std::string_view side;
    std::uint64_t time_ms = 0;
    double price = 0;
    double contracts = 0;
    if (!row.decimal("bkPx", price) || !row.decimal("sz", contracts)) {
        return "price or size of a liquidation is no decimal in a text";
    }
    // The side of the order: a long is closed by a sell. posSide says "net" for some accounts.
    if (!row.text("side", side) || (side != "buy" && side != "sell")) {
        return "side of a liquidation is neither buy nor sell";
    }
    if (!row.whole("ts", time_ms) || !time_fits(time_ms)) {
        return kBadTime;
    }
    const Figures figures = figures_of(contract, price, contracts);
    if (!figures.fit()) {
        return "price or size of a liquidation is out of bounds";
    }
    MarketEvent& e = add_event(into, EventKind::Liquidation, contract, time_ms);
    e.side = static_cast<std::uint8_t>(side == "sell" ? Side::Long : Side::Short);
    set_figures(e, contract, figures);
    return {};
}

Reason read_mark(kit::Row row, const StateFrame& frame, kit::Events& into) {
    double mark = 0;
    std::uint64_t time_ms = 0;
    if (!row.decimal("markPx", mark) || !(mark > 0.0 && mark <= kPriceMax)) {
        return "mark price is no decimal in a text or out of bounds";
    }
    if (!row.whole("ts", time_ms) || !time_fits(time_ms)) {
        return kBadTime;
    }
    add_event(into, EventKind::MarkPrice, frame.contract, time_ms).price =
        mark / frame.contract.price_divisor;
    return {};
}

Reason read_funding(kit::Row row, const StateFrame& frame, kit::Events& into) {
    constexpr double kNone = 2.0;  // no rate: rates lie within -1 and 1
    double rate = kNone;
    std::uint64_t due_ms = 0;
    std::uint64_t after_ms = 0;
    std::uint64_t time_ms = 0;
    if (!row.decimal_or_none("fundingRate", rate) || !row.whole_or_none("fundingTime", due_ms) ||
        !row.whole_or_none("nextFundingTime", after_ms)) {
        return "a figure of the funding rate is no number in a text";
    }
    if (!row.whole("ts", time_ms) || !time_fits(time_ms) || (due_ms != 0 && !time_fits(due_ms)) ||
        (after_ms != 0 && !time_fits(after_ms))) {
        return kBadTime;
    }
    if (rate == kNone) {
        return {};  // the venue has no figure yet
    }
    const bool has_interval = due_ms != 0 && after_ms > due_ms;
    const double hours = has_interval ? static_cast<double>(after_ms - due_ms) / kMsPerHour : 0.0;
    if (!within(rate, -1.0, 1.0) || !within(hours, 0.0, 8'760.0)) {
        return "funding rate or its interval is out of bounds";
    }
    MarketEvent& e = add_event(into, EventKind::Funding, frame.contract, time_ms);
    e.price = rate;
    e.quantity = hours;
    e.id = due_ms;
    return {};
}

Reason read_open_interest(kit::Row row, const StateFrame& frame, kit::Events& into) {
    const Contract& contract = frame.contract;
    double contracts = 0;
    double coins = -1.0;  // absent
    double value_usd = -1.0;
    std::uint64_t time_ms = 0;
    if (!row.decimal("oi", contracts) || !row.decimal_or_none("oiCcy", coins) ||
        !row.decimal_or_none("oiUsd", value_usd)) {
        return "a figure of the open interest is no decimal in a text";
    }
    if (!row.whole("ts", time_ms) || !time_fits(time_ms)) {
        return kBadTime;
    }
    // The venue counts each pair of a long and a short once.
    const double base =
        coins >= 0.0 ? coins * contract.price_divisor : contracts * contract.base_per_unit;
    const double value =
        value_usd >= 0.0 ? value_usd : contracts * contract.quote_per_unit * contract.usd_per_quote;
    if (!within(contracts, 0.0, kQuantityMax) || !within(base, 0.0, kQuantityMax) ||
        !within(value, 0.0, kOpenInterestMax)) {
        return "a figure of the open interest is out of bounds";
    }
    MarketEvent& e = add_event(into, EventKind::OpenInterest, contract, time_ms);
    e.quantity = base;
    e.notional_usd = value;
    return {};
}

Reason read_best_prices(kit::Row row, ondemand::object& object, const StateFrame& frame,
                        kit::Events& into) {
    kit::BestPrices best;
    Reason bad = kit::read_level(row, "asks", frame.contract, best.ask);
    bad = bad.empty() ? kit::read_level(row, "bids", frame.contract, best.bid) : bad;
    if (!bad.empty()) {
        return bad;
    }
    if (!row.whole("ts", best.time_ms) || !time_fits(best.time_ms)) {
        return kBadTime;
    }
    if (object["seqId"].get_uint64().get(best.update) != simdjson::SUCCESS) {
        return "the book has no seqId";
    }
    kit::add_best_prices(best, frame.contract, into);
    return {};
}

}  // namespace

Reason read_liquidations(ondemand::array rows, const char* end, const ContractTable& contracts,
                         kit::Events& into, std::size_t& unlisted) {
    for (auto item : rows) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return "a row of liquidations is no object";
        }
        kit::Row row(object, end);
        std::string_view native;
        if (!row.text("instId", native)) {
            return "a liquidation names no instrument";
        }
        const Contract* contract = contracts.find(Name::in_frame(native));
        if (contract == nullptr) {
            ++unlisted;
            continue;
        }
        ondemand::array details;
        if (!row.list("details", details)) {
            return "a row of liquidations has no details";
        }
        for (auto part : details) {
            ondemand::object detail;
            if (part.get_object().get(detail) != simdjson::SUCCESS) {
                return "a detail of a liquidation is no object";
            }
            const Reason bad = read_detail({detail, end}, *contract, into);
            if (!bad.empty()) {
                return bad;
            }
        }
    }
    return {};
}

Reason read_states(ondemand::array rows, const StateFrame& frame, kit::Events& into) {
    for (auto item : rows) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return "a row of the frame is no object";
        }
        kit::Row row(object, frame.end);
        std::string_view native;
        Reason bad;
        if (frame.channel == StateChannel::BestPrices) {  // its rows name no instrument
            bad = read_best_prices(row, object, frame, into);
        } else if (!row.text("instId", native) || native != frame.native) {
            bad = "a row is of another instrument than its channel";
        } else if (frame.channel == StateChannel::MarkPrice) {
            bad = read_mark(row, frame, into);
        } else if (frame.channel == StateChannel::Funding) {
            bad = read_funding(row, frame, into);
        } else {
            bad = read_open_interest(row, frame, into);
        }
        if (!bad.empty()) {
            return bad;
        }
    }
    return {};
}

}  // namespace petrel::okx
