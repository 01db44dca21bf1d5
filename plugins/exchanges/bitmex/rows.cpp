// Reads, checks and writes rows; see rows.hpp.
#include "rows.hpp"

#include "kit/iso_time.hpp"
#include "parse_fast.hpp"
#include "petrel/text_id.hpp"

namespace petrel::bitmex {
namespace {

using RowTokens = kit::Tokens<RowField>;

constexpr RowTokens::Names kRowFields{"timestamp",      "symbol",      "side",
                                      "size",           "price",       "trdMatchID",
                                      "homeNotional",   "orderID",     "leavesQty",
                                      "bidSize",        "bidPrice",    "askPrice",
                                      "askSize",        "markPrice",   "indicativeSettlePrice",
                                      "openInterest",   "fundingRate", "fundingTimestamp",
                                      "fundingInterval"};

constexpr Reason kOutOfBounds = "price, size or value of a row is out of bounds";

// A figure that may be absent, then it stays 0.
bool optional_figure(const RowTokens& tokens, RowField field, double high, double& into) {
    return !tokens.has(field) || (tokens.number(field, into) && within(into, 0.0, high));
}

Reason check_value(const kit::SizedContract& contract, double price, double size) {
    const bool fits = price > 0.0 && price <= kPriceMax && size > 0.0 && size <= kQuantityMax;
    if (!fits) {
        return kOutOfBounds;
    }
    const Figures f = figures_of(contract, price, size);
    return f.price > 0.0 && f.quantity <= kQuantityMax && f.notional <= kNotionalMax ? Reason()
                                                                                     : kOutOfBounds;
}

// Figures of a trade or a liquidation. `home` is the quantity in base currency.
Reason check_flow(Flow& row, Table table, double home) {
    if (table != Table::Trade || !row.contract->by_ratio) {
        return check_value(*row.contract, row.price, row.size);
    }
    if (!(row.size > 0.0) || !within(home, 0.0, kQuantityMax)) {
        return "homeNotional is missing, and the size of the contract is not known without it";
    }
    kit::SizedContract sized = *row.contract;
    sized.base_per_unit = home / row.size * sized.price_divisor;
    row.base_per_unit = sized.base_per_unit;
    return check_value(sized, row.price, row.size);
}

bool read_side(const RowTokens& tokens, Table table, Side& side) {
    const std::string_view text = tokens.text(RowField::Side);
    const bool buy = text == "Buy";
    // Of a trade it is the aggressor; of a liquidation the order that closes the position.
    side =
        table == Table::Trade ? (buy ? Side::Buy : Side::Sell) : (buy ? Side::Short : Side::Long);
    return buy || text == "Sell";
}

// Trades and liquidations; both are needed whole.
Reason read_flow(const RowTokens& tokens, Table table, Row& row) {
    const bool trade = table == Table::Trade;
    const std::string_view id = tokens.text(trade ? RowField::MatchId : RowField::OrderId);
    if (!tokens.number(RowField::Price, row.price) ||
        !tokens.number(trade ? RowField::Size : RowField::LeavesQuantity, row.size)) {
        return "price or size of a row is no number";
    }
    if (!read_side(tokens, table, row.side)) {
        return "side of a row is neither Buy nor Sell";
    }
    if (id.empty()) {
        return "id of a row is no text";
    }
    row.id = text_id(id);
    double home = kUntold;
    if (trade && row.contract->by_ratio && !tokens.number(RowField::HomeNotional, home)) {
        home = kUntold;
    }
    return check_flow(row, table, home);
}

Reason read_quote(const RowTokens& tokens, Row& row) {
    if (!optional_figure(tokens, RowField::BidPrice, kPriceMax, row.price) ||
        !optional_figure(tokens, RowField::BidSize, kQuantityMax, row.size) ||
        !optional_figure(tokens, RowField::AskPrice, kPriceMax, row.ask) ||
        !optional_figure(tokens, RowField::AskSize, kQuantityMax, row.ask_size)) {
        return kOutOfBounds;
    }
    Reason bad;
    if (row.price > 0.0 && row.size > 0.0) {
        bad = check_value(*row.contract, row.price, row.size);
    }
    if (bad.empty() && row.ask > 0.0 && row.ask_size > 0.0) {
        bad = check_value(*row.contract, row.ask, row.ask_size);
    }
    return bad;
}

// The interval is told as a time of day: 2000-01-01T08:00:00.000Z is eight hours.
bool read_interval(const RowTokens& tokens, double& hours) {
    constexpr std::int64_t kYear2000_ns = 946'684'800 * kNsPerSecond;
    const auto at_ns = kit::parse_iso_ns(tokens.text(RowField::FundingInterval));
    hours = static_cast<double>(at_ns.value_or(0) - kYear2000_ns) / (3.6e12);
    return at_ns && within(hours, 0.0, 8'760.0);
}

bool read_next_funding(const RowTokens& tokens, std::uint64_t& ms) {
    const auto at_ns = kit::parse_iso_ns(tokens.text(RowField::FundingTimestamp));
    ms = static_cast<std::uint64_t>(at_ns.value_or(0) / kNsPerMs);
    return at_ns && time_ns_fits(*at_ns);
}

Reason read_instrument(const RowTokens& tokens, InstrumentDelta& d) {
    const auto take = [&](RowField field, std::uint32_t bit) {
        d.present |= tokens.has(field) ? bit : 0U;
        return tokens.has(field);
    };
    bool good = optional_figure(tokens, RowField::MarkPrice, kPriceMax, d.mark) &&
                optional_figure(tokens, RowField::IndexPrice, kPriceMax, d.index) &&
                optional_figure(tokens, RowField::OpenInterest, kQuantityMax, d.open_interest);
    // What is divided by it has to stay finite.
    constexpr double mark_min = 1e-15;
    good = good && (d.mark == 0.0 || d.mark >= mark_min);
    (void)take(RowField::MarkPrice, InstrumentDelta::Mark);
    (void)take(RowField::IndexPrice, InstrumentDelta::Index);
    (void)take(RowField::OpenInterest, InstrumentDelta::Interest);
    if (take(RowField::FundingRate, InstrumentDelta::Rate)) {
        good = good && tokens.number(RowField::FundingRate, d.funding_rate) &&
               within(d.funding_rate, -1.0, 1.0);
    }
    if (take(RowField::FundingInterval, InstrumentDelta::Interval)) {
        good = good && read_interval(tokens, d.funding_hours);
    }
    if (take(RowField::FundingTimestamp, InstrumentDelta::Next)) {
        good = good && read_next_funding(tokens, d.next_funding_ms);
    }
    return good ? Reason() : "a figure of the instrument table is out of bounds or no figure";
}

InstrumentState merged(const InstrumentState& state, const InstrumentDelta& d) {
    InstrumentState next = state;
    const auto take = [&d](std::uint32_t bit, auto value, auto& into) {
        into = (d.present & bit) != 0 ? value : into;
    };
    take(InstrumentDelta::Mark, d.mark, next.mark);
    take(InstrumentDelta::Index, d.index, next.index);
    take(InstrumentDelta::Rate, d.funding_rate, next.funding_rate);
    take(InstrumentDelta::Interval, d.funding_hours, next.funding_hours);
    take(InstrumentDelta::Next, d.next_funding_ms, next.next_funding_ms);
    take(InstrumentDelta::Interest, d.open_interest, next.open_interest);
    next.has_funding_rate = state.has_funding_rate || (d.present & InstrumentDelta::Rate) != 0;
    next.has_open_interest =
        state.has_open_interest || (d.present & InstrumentDelta::Interest) != 0;
    next.known = true;
    return next;
}

MarketEvent& push(DecodeOut& out, const Flow& row, const RowContext& context, EventKind kind) {
    MarketEvent& e = out.push();
    e.kind = static_cast<std::uint8_t>(kind);
    e.instrument = row.contract->handle;
    e.exchange_ts_ns = row.time_ns;
    e.receive_ts_ns = context.receive_ts_ns;
    return e;
}

void set_figures(MarketEvent& e, const Contract& contract, const Figures& f, Side side) {
    e.side = static_cast<std::uint8_t>(side);
    e.price = f.price;
    e.quantity = f.quantity;
    e.notional_usd = f.notional * contract.usd_per_quote;
}

void write_flow(const Flow& row, const RowContext& context, DecodeOut& out) {
    Contract& contract = *row.contract;
    if (row.base_per_unit != 0.0) {
        contract.base_per_unit = row.base_per_unit;
    }
    const bool trade = context.table == Table::Trade;
    MarketEvent& e = push(out, row, context, trade ? EventKind::Trade : EventKind::Liquidation);
    set_figures(e, contract, figures_of(contract, row.price, row.size), row.side);
    e.flags = static_cast<std::uint16_t>(PETREL_FLAG_ID_HASHED | context.flags);
    e.id = row.id;
}

void write_quote(const Row& row, const RowContext& context, DecodeOut& out) {
    const Contract& contract = *row.contract;
    if (row.price > 0.0 && row.size > 0.0) {
        set_figures(push(out, row, context, EventKind::BestBid), contract,
                    figures_of(contract, row.price, row.size), Side::Buy);
    }
    if (row.ask > 0.0 && row.ask_size > 0.0) {
        set_figures(push(out, row, context, EventKind::BestAsk), contract,
                    figures_of(contract, row.ask, row.ask_size), Side::Sell);
    }
}

void write_instrument(const Row& row, InstrumentState& state, const RowContext& context,
                      DecodeOut& out) {
    const Contract& contract = *row.contract;
    const bool whole = context.action != Action::Update;
    if (!whole && !state.known) {
        return;
    }
    state = merged(whole ? InstrumentState() : state, row.delta);
    const InstrumentState& s = state;
    const auto changed = [&row](std::uint32_t bits) { return (row.delta.present & bits) != 0; };
    if (changed(InstrumentDelta::Mark | InstrumentDelta::Index) && s.mark > 0.0) {
        MarketEvent& e = push(out, row, context, EventKind::MarkPrice);
        e.price = s.mark / contract.price_divisor;
        e.quantity = s.index / contract.price_divisor;
    }
    const auto funding = InstrumentDelta::Rate | InstrumentDelta::Interval | InstrumentDelta::Next;
    if (changed(funding) && s.has_funding_rate) {
        MarketEvent& e = push(out, row, context, EventKind::Funding);
        e.price = s.funding_rate;
        e.quantity = s.funding_hours;
        e.id = s.next_funding_ms;
    }
    const bool sized = contract.base_per_unit != 0.0 || contract.quote_per_unit != 0.0;
    if (changed(InstrumentDelta::Interest) && s.has_open_interest && s.mark > 0.0 && sized) {
        // Whatever it is worth: a sum that is absurd is refused behind the boundary, and counted.
        set_figures(push(out, row, context, EventKind::OpenInterest), contract,
                    figures_of(contract, s.mark, s.open_interest), Side::None);
    }
}

}  // namespace

Reason RowReader::read(ondemand::object object, const RowContext& context, ContractTable& contracts,
                       DecodeOut& out) {
    if (const Reason bad = tokens_.read(object, kRowFields); !bad.empty()) {
        return bad;
    }
    if (rows_.size() == kRowsMax) {
        return "frame has more than 16384 rows";
    }
    Row& row = rows_.emplace_back();
    row.contract = contracts.find_or_announce(tokens_.text(RowField::Symbol), out);
    if (row.contract == nullptr) {
        return "symbol of a row is that of no contract";
    }
    row.number = contracts.number_of(*row.contract);
    // Liquidations have no time of their own, and updates need not bring one.
    row.time_ns = context.receive_ts_ns;
    const bool timed = context.table == Table::Trade || context.table == Table::Quote;
    if (timed || tokens_.has(RowField::Timestamp)) {
        const auto time_ns = kit::parse_iso_ns(tokens_.text(RowField::Timestamp));
        if (!time_ns || !time_ns_fits(*time_ns)) {
            return "timestamp of a row is no time of 2009..2100";
        }
        row.time_ns = *time_ns;
    }
    if (context.table == Table::Quote) {
        return read_quote(tokens_, row);
    }
    return context.table == Table::Instrument ? read_instrument(tokens_, row.delta)
                                              : read_flow(tokens_, context.table, row);
}

bool RowReader::read_trades_fast(std::string_view frame, ContractTable& contracts) {
    TradeFrame trades(frame);
    if (!trades.begins()) {
        return false;
    }
    TradeFields fields;
    do {
        if (trades_.size() == kRowsMax || !trades.read(fields)) {
            return false;
        }
        Contract* contract = contracts.find(fields.symbol);
        if (contract == nullptr || !time_ns_fits(fields.time_ns)) {
            return false;
        }
        Flow& trade = trades_.emplace_back(Flow{contract, fields.time_ns, text_id(fields.match_id),
                                                fields.side, fields.price, fields.size, 0});
        if (!check_flow(trade, Table::Trade, fields.home).empty()) {
            return false;
        }
    } while (trades.goes_on());
    return trades.ends();
}

void RowReader::write(const RowContext& context, DecodeOut& out) {
    for (const Flow& trade : trades_) {
        write_flow(trade, context, out);
    }
    for (const Row& row : rows_) {
        if (context.table == Table::Quote) {
            write_quote(row, context, out);
        } else if (context.table == Table::Instrument) {
            write_instrument(row, states_.at(context.connection, row.number), context, out);
        } else {
            write_flow(row, context, out);
        }
    }
}

}  // namespace petrel::bitmex
