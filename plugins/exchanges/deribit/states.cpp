// Reads, checks and writes states; see states.hpp.
#include "states.hpp"

#include <array>
#include <utility>

#include "kit/bounds.hpp"

namespace petrel::deribit {
namespace {

constexpr double kFundingHours = 8.0;  // funding_8h is the rate of eight hours

struct Figure {
    std::string_view key;
    double State::* into;
    bool State::* mark;  // set when the figure is there; may be null
};
constexpr std::array<Figure, 4> kTickerFigures{
    {{"mark_price", &State::mark, nullptr},
     {"index_price", &State::index, nullptr},
     {"open_interest", &State::open_interest, &State::has_open_interest},
     {"funding_8h", &State::funding_8h, &State::has_funding}}};
constexpr std::array<Figure, 4> kQuoteFigures{{{"best_bid_price", &State::bid, nullptr},
                                               {"best_bid_amount", &State::bid_amount, nullptr},
                                               {"best_ask_price", &State::ask, nullptr},
                                               {"best_ask_amount", &State::ask_amount, nullptr}}};

Reason read_field(ondemand::field& field, State& state, unsigned& seen) {
    const auto key = field.key();
    if (key == "timestamp") {
        seen |= 1U;
        return kit::read_unsigned(kit::token_of(field.value()), state.time_ms)
                   ? Reason()
                   : Reason("time of a ticker or quote is no whole number");
    }
    if (key == "instrument_name") {
        seen |= 2U;
        return kit::read_text(kit::token_of(field.value()), state.name) ? Reason()
                                                                        : kit::kWrongType;
    }
    for (const Figure& figure : state.kind == StateKind::Ticker ? kTickerFigures : kQuoteFigures) {
        if (!(key == figure.key)) {
            continue;
        }
        const std::string_view token = kit::token_of(field.value());
        if (token == "null") {
            return {};
        }
        if (!kit::read_decimal(token, state.*figure.into)) {
            return "a figure of a ticker or quote is no number";
        }
        if (figure.mark != nullptr) {
            state.*figure.mark = true;
        }
        return {};
    }
    return {};
}

bool level_fits(double price, double amount, const Contract& contract) {
    if (amount == 0.0) {
        return true;  // nobody bids or asks
    }
    const double value = contract.is_inverse ? amount : amount * price;
    return price > 0.0 && price <= kPriceMax && amount > 0.0 && amount <= kAmountMax &&
           value <= kNotionalMax && amount / price <= kAmountMax;
}

// Value of the open interest in quote currency, and its quantity in base currency.
double interest_value(const State& state, const Contract& contract) {
    return contract.is_inverse ? state.open_interest : state.open_interest * state.mark;
}
double interest_quantity(const State& state, const Contract& contract) {
    if (!contract.is_inverse) {
        return state.open_interest;
    }
    return state.mark > 0.0 ? state.open_interest / state.mark : 0.0;
}

MarketEvent& push(const State& state, const Contract& contract, std::int64_t receive_ts_ns,
                  DecodeOut& out) {
    MarketEvent& e = out.push();
    e.instrument = contract.handle;
    e.exchange_ts_ns = static_cast<std::int64_t>(state.time_ms) * kNsPerMs;
    e.receive_ts_ns = receive_ts_ns;
    return e;
}

void write_level(MarketEvent& e, EventKind kind, double price, double amount,
                 const Contract& contract) {
    e.kind = static_cast<std::uint8_t>(kind);
    e.side = static_cast<std::uint8_t>(kind == EventKind::BestBid ? Side::Buy : Side::Sell);
    e.price = price;
    e.quantity = contract.is_inverse ? amount / price : amount;
    e.notional_usd = contract.is_inverse ? amount : amount * price * contract.usd_per_quote;
}

void write_ticker(const State& state, const Contract& contract, std::int64_t receive_ts_ns,
                  DecodeOut& out) {
    if (state.mark > 0.0) {
        MarketEvent& e = push(state, contract, receive_ts_ns, out);
        e.kind = PETREL_EVENT_MARK_PRICE;
        e.price = state.mark;
        e.quantity = state.index;
    }
    if (state.has_funding) {
        MarketEvent& e = push(state, contract, receive_ts_ns, out);
        e.kind = PETREL_EVENT_FUNDING;
        e.price = state.funding_8h;
        e.quantity = kFundingHours;
    }
    if (state.has_open_interest) {
        MarketEvent& e = push(state, contract, receive_ts_ns, out);
        e.kind = PETREL_EVENT_OPEN_INTEREST;
        e.price = state.mark;
        e.quantity = interest_quantity(state, contract);
        e.notional_usd = interest_value(state, contract) * contract.usd_per_quote;
    }
}

}  // namespace

Reason read_state(ondemand::object fields, StateKind kind, State& state) {
    state = {};
    state.kind = kind;
    unsigned seen = 0;
    for (auto result : fields) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return kit::kNotJson;
        }
        if (const Reason bad = read_field(field, state, seen); !bad.empty()) {
            return bad;
        }
    }
    return seen == 3U ? Reason() : "a ticker or quote lacks its name or time";
}

Reason check_state(const State& state, const Contract& contract) {
    if (!time_fits(state.time_ms)) {
        return "time of a ticker or quote lies outside 2009..2100 in milliseconds";
    }
    const bool fit = within(state.mark, 0.0, kPriceMax) && within(state.index, 0.0, kPriceMax) &&
                     within(state.funding_8h, -1.0, 1.0) &&
                     within(state.open_interest, 0.0, kAmountMax) &&
                     within(interest_value(state, contract), 0.0, kOpenInterestMax) &&
                     within(interest_quantity(state, contract), 0.0, kAmountMax) &&
                     level_fits(state.bid, state.bid_amount, contract) &&
                     level_fits(state.ask, state.ask_amount, contract);
    return fit ? Reason() : "a figure of a ticker or quote is out of bounds";
}

void write_state(const State& state, const Contract& contract, std::int64_t receive_ts_ns,
                 DecodeOut& out) {
    if (state.kind == StateKind::Ticker) {
        write_ticker(state, contract, receive_ts_ns, out);
        return;
    }
    if (state.bid_amount > 0.0) {
        write_level(push(state, contract, receive_ts_ns, out), EventKind::BestBid, state.bid,
                    state.bid_amount, contract);
    }
    if (state.ask_amount > 0.0) {
        write_level(push(state, contract, receive_ts_ns, out), EventKind::BestAsk, state.ask,
                    state.ask_amount, contract);
    }
}

}  // namespace petrel::deribit
