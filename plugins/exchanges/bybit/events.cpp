// Checks and writes events; see events.hpp.
#include "events.hpp"

#include <cmath>

#include "bounds.hpp"

namespace petrel::bybit {
namespace {

std::int64_t ns_of(std::uint64_t ms) { return static_cast<std::int64_t>(ms) * kNsPerMs; }

// A price and size of the venue as those of one unit of base currency.
struct Figures {
    double price = 0;
    double quantity = 0;
    double notional_usd = 0;
};

Figures figures_of(const Contract& contract, double price, double quantity) {
    const bool plain = contract.price_divisor == 1.0;  // spares the division where it says nothing
    return {plain ? price : price / contract.price_divisor, quantity * contract.base_per_unit,
            price * quantity * contract.usd_per_quote};
}

// The caller sets the time and the figures.
inline MarketEvent& push(DecodeOut& out, const Content& content, const Frame& frame,
                         EventKind kind) {
    MarketEvent& e = out.push();
    e.kind = static_cast<std::uint8_t>(kind);
    e.instrument = content.contract->handle;
    e.receive_ts_ns = frame.receive_ts_ns;
    return e;
}

Decoded write_entries(const Content& content, const Frame& frame, DecodeOut& out) {
    if (!content.times_fit) {
        return Decoded::rejected("time of an entry lies outside 2009..2100 in milliseconds");
    }
    if (!content.figures_fit) {
        return Decoded::rejected("price or size of an entry is out of bounds");
    }
    const bool trades = content.channel == Channel::Trade;
    const EventKind kind = trades ? EventKind::Trade : EventKind::Liquidation;
    for (const Entry& entry : content.entries) {
        const Figures f = figures_of(*content.contract, entry.price, entry.quantity);
        MarketEvent& e = push(out, content, frame, kind);
        e.side = static_cast<std::uint8_t>(entry.side);
        e.flags = static_cast<std::uint16_t>(trades ? PETREL_FLAG_ID_HASHED : 0U);
        e.exchange_ts_ns = ns_of(entry.time_ms);
        e.price = f.price;
        e.quantity = f.quantity;
        e.notional_usd = f.notional_usd;
        e.id = entry.id;
    }
    return Decoded::done();
}

bool ticker_fits(const TickerFields& t) {
    using enum TickerField;
    const auto ok = [&t](TickerField field, double low, double high) {
        return !t.has(field) || within(t[field], low, high);
    };
    const double next = t[NextFundingTime];
    const bool whole_time =
        next == 0.0 || (next == std::floor(next) && within(next, static_cast<double>(kTimeMsMin),
                                                           static_cast<double>(kTimeMsMax)));
    return (!t.has(MarkPrice) || t[MarkPrice] > 0.0) && ok(MarkPrice, 0.0, kPriceMax) &&
           ok(IndexPrice, 0.0, kPriceMax) && ok(FundingRate, -1.0, 1.0) &&
           ok(FundingIntervalHour, 0.0, 8'760.0) && (!t.has(NextFundingTime) || whole_time) &&
           ok(OpenInterest, 0.0, kQuantityMax) && ok(SingleOpenInterest, 0.0, kQuantityMax) &&
           ok(OpenInterestValue, 0.0, kOpenInterestUsdMax) &&
           ok(SingleOpenInterestValue, 0.0, kOpenInterestUsdMax);
}

// The venue adds both sides up in openInterest; newer frames also bring one side alone.
void merge_open_interest(const TickerFields& t, TickerState& state) {
    using enum TickerField;
    if (t.has(SingleOpenInterest) || t.has(OpenInterest)) {
        state.open_interest =
            t.has(SingleOpenInterest) ? t[SingleOpenInterest] : t[OpenInterest] / 2;
        state.has_open_interest = true;
    }
    if (t.has(SingleOpenInterestValue) || t.has(OpenInterestValue)) {
        state.open_interest_value =
            t.has(SingleOpenInterestValue) ? t[SingleOpenInterestValue] : t[OpenInterestValue] / 2;
        state.has_open_interest_value = true;
    }
}

void merge(const TickerFields& t, TickerState& state) {
    using enum TickerField;
    const auto take = [&t](TickerField field, double& into) {
        into = t.has(field) ? t[field] : into;
    };
    take(MarkPrice, state.mark);
    take(IndexPrice, state.index);
    take(FundingRate, state.funding_rate);
    take(FundingIntervalHour, state.funding_hours);
    take(NextFundingTime, state.next_funding_ms);
    state.has_funding_rate = state.has_funding_rate || t.has(FundingRate);
    merge_open_interest(t, state);
}

void write_open_interest(const Content& content, const TickerState& state, const Frame& frame,
                         DecodeOut& out) {
    const Contract& contract = *content.contract;
    MarketEvent& e = push(out, content, frame, EventKind::OpenInterest);
    e.exchange_ts_ns = ns_of(content.time_ms);
    e.quantity = state.open_interest * contract.base_per_unit;
    if (state.has_open_interest_value) {
        e.notional_usd = state.open_interest_value * contract.usd_per_quote;
    } else if (state.mark > 0.0) {
        e.price = state.mark / contract.price_divisor;
        e.notional_usd = state.open_interest * state.mark * contract.usd_per_quote;
    }
}

Decoded write_ticker(Content& content, ContractTable& contracts, const Frame& frame,
                     DecodeOut& out) {
    using enum TickerField;
    const TickerFields& t = content.ticker;
    if (!time_fits(content.time_ms)) {
        return Decoded::rejected("time of the ticker lies outside 2009..2100 in milliseconds");
    }
    if (!ticker_fits(t)) {
        return Decoded::rejected("a figure of the ticker is out of bounds");
    }
    const Contract& contract = *content.contract;
    TickerState& state = contracts.ticker(frame.connection, contract);
    TickerState next = content.update == Update::Snapshot ? TickerState() : state;
    merge(t, next);
    if (!(next.open_interest * next.mark <= kOpenInterestUsdMax)) {
        return Decoded::rejected("open interest times mark price is out of bounds");
    }
    state = next;
    if (t.empty()) {
        return Decoded::ignored();  // only figures changed that other channels bring
    }
    if ((t.has(MarkPrice) || t.has(IndexPrice)) && state.mark > 0.0) {
        MarketEvent& e = push(out, content, frame, EventKind::MarkPrice);
        e.exchange_ts_ns = ns_of(content.time_ms);
        e.price = state.mark / contract.price_divisor;
        e.quantity = state.index / contract.price_divisor;
    }
    const bool funding = t.has(FundingRate) || t.has(FundingIntervalHour) || t.has(NextFundingTime);
    if (funding && state.has_funding_rate) {
        MarketEvent& e = push(out, content, frame, EventKind::Funding);
        e.exchange_ts_ns = ns_of(content.time_ms);
        e.price = state.funding_rate;
        e.quantity = state.funding_hours;
        e.id = static_cast<std::uint64_t>(state.next_funding_ms);
    }
    const bool interest = t.has(OpenInterest) || t.has(SingleOpenInterest) ||
                          t.has(OpenInterestValue) || t.has(SingleOpenInterestValue);
    if (interest && state.has_open_interest) {
        write_open_interest(content, state, frame, out);
    }
    return Decoded::done();
}

void write_level(const Content& content, const Frame& frame, EventKind kind, DecodeOut& out) {
    const bool bid = kind == EventKind::BestBid;
    const Level& level = bid ? content.book.bid : content.book.ask;
    if (level.quantity == 0.0) {
        return;
    }
    const Figures f = figures_of(*content.contract, level.price, level.quantity);
    MarketEvent& e = push(out, content, frame, kind);
    e.exchange_ts_ns = ns_of(content.time_ms);
    e.side = static_cast<std::uint8_t>(bid ? Side::Buy : Side::Sell);
    e.price = f.price;
    e.quantity = f.quantity;
    e.notional_usd = f.notional_usd;
    e.id = content.book.update;
}

// Level 1 comes whole each time, so a restart of the venue's counter (u == 1) needs no reset here.
Decoded write_book(const Content& content, const Frame& frame, DecodeOut& out) {
    if (!time_fits(content.time_ms)) {
        return Decoded::rejected("time of the book lies outside 2009..2100 in milliseconds");
    }
    for (const Level* level : {&content.book.bid, &content.book.ask}) {
        if (level->quantity != 0.0 && !figures_fit(level->price, level->quantity)) {
            return Decoded::rejected("price or size of a best price is out of bounds");
        }
    }
    write_level(content, frame, EventKind::BestBid, out);
    write_level(content, frame, EventKind::BestAsk, out);
    return Decoded::done();
}

}  // namespace

Decoded write_events(Content& content, ContractTable& contracts, const Frame& frame,
                     DecodeOut& out) {
    switch (content.channel) {
        case Channel::Trade:
        case Channel::Liquidation:
            return write_entries(content, frame, out);
        case Channel::Ticker:
            return write_ticker(content, contracts, frame, out);
        case Channel::Book:
            return write_book(content, frame, out);
        case Channel::None:
            break;
    }
    return Decoded::ignored();
}

}  // namespace petrel::bybit
