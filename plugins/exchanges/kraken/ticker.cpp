// A ticker: mark price, funding, open interest, best prices. It comes whole each time, so that no
// state is kept; a figure that is absent gives no event.
#include <cmath>

#include "parse.hpp"

namespace petrel::kraken {
namespace {

constexpr double kFundingHours = 1.0;

struct Ticker {
    std::uint64_t time_ms = 0;
    double mark = 0;
    double index = 0;
    double funding_rate = 0;  // relative, per hour
    double next_funding_ms = 0;
    double open_interest = 0;
    double bid = 0;
    double bid_size = 0;
    double ask = 0;
    double ask_size = 0;
};

Reason read_ticker(const kit::Tokens<FrameField>& tokens, Ticker& t) {
    if (!tokens.whole(FrameField::Time, t.time_ms) || !time_fits(t.time_ms)) {
        return "time of a ticker lies outside 2009..2100 in milliseconds";
    }
    const auto read = [&](FrameField field, double& into, double high) {
        return !tokens.has(field) || (tokens.number(field, into) && within(into, 0.0, high));
    };
    const bool plausible =
        read(FrameField::MarkPrice, t.mark, kPriceMax) &&
        read(FrameField::Index, t.index, kPriceMax) &&
        read(FrameField::OpenInterest, t.open_interest, kQuantityMax) &&
        read(FrameField::Bid, t.bid, kPriceMax) && read(FrameField::Ask, t.ask, kPriceMax) &&
        read(FrameField::BidSize, t.bid_size, kQuantityMax) &&
        read(FrameField::AskSize, t.ask_size, kQuantityMax) &&
        read(FrameField::NextFunding, t.next_funding_ms, static_cast<double>(kit::kTimeMsMax));
    if (!plausible) {
        return "a figure of a ticker is no number or out of bounds";
    }
    const bool funded = !tokens.has(FrameField::FundingRate) ||
                        (tokens.number(FrameField::FundingRate, t.funding_rate) &&
                         within(t.funding_rate, -1.0, 1.0));
    const bool timed =
        t.next_funding_ms == 0.0 || (t.next_funding_ms == std::floor(t.next_funding_ms) &&
                                     time_fits(static_cast<std::uint64_t>(t.next_funding_ms)));
    return funded && timed ? Reason() : "funding of a ticker is no number or out of bounds";
}

Reason check_values(const Contract& contract, const Ticker& t) {
    const auto value = [&](double price, double quantity) {
        return price > 0.0 ? figures_of(contract, price, quantity).notional : 0.0;
    };
    const bool fits = value(t.bid, t.bid_size) <= kNotionalMax &&
                      value(t.ask, t.ask_size) <= kNotionalMax &&
                      value(t.mark, t.open_interest) <= kOpenInterestMax;
    return fits ? Reason() : "value of a ticker is out of bounds";
}

}  // namespace

Decoded write_ticker(const kit::Tokens<FrameField>& tokens, const Contract& contract,
                     std::int64_t receive_ts_ns, DecodeOut& out) {
    Ticker t;
    Reason bad = read_ticker(tokens, t);
    if (bad.empty()) {
        bad = check_values(contract, t);
    }
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    const auto push = [&](EventKind kind) -> MarketEvent& {
        MarketEvent& e = out.push();
        e.kind = static_cast<std::uint8_t>(kind);
        e.instrument = contract.handle;
        e.exchange_ts_ns = ns_of(t.time_ms);
        e.receive_ts_ns = receive_ts_ns;
        return e;
    };
    if (t.mark > 0.0) {
        MarketEvent& e = push(EventKind::MarkPrice);
        e.price = t.mark / contract.price_divisor;
        e.quantity = t.index / contract.price_divisor;
    }
    if (tokens.has(FrameField::FundingRate)) {
        MarketEvent& e = push(EventKind::Funding);
        e.price = t.funding_rate;
        e.quantity = kFundingHours;
        e.id = static_cast<std::uint64_t>(t.next_funding_ms);
    }
    const auto push_figures = [&](EventKind kind, Side side, double price, double quantity) {
        const Figures f = figures_of(contract, price, quantity);
        MarketEvent& e = push(kind);
        e.side = static_cast<std::uint8_t>(side);
        e.price = f.price;
        e.quantity = f.quantity;
        e.notional_usd = f.notional * contract.usd_per_quote;
    };
    if (tokens.has(FrameField::OpenInterest) && t.mark > 0.0) {
        push_figures(EventKind::OpenInterest, Side::None, t.mark, t.open_interest);
    }
    if (t.bid > 0.0 && t.bid_size > 0.0) {
        push_figures(EventKind::BestBid, Side::Buy, t.bid, t.bid_size);
    }
    if (t.ask > 0.0 && t.ask_size > 0.0) {
        push_figures(EventKind::BestAsk, Side::Sell, t.ask, t.ask_size);
    }
    return Decoded::done();
}

}  // namespace petrel::kraken
