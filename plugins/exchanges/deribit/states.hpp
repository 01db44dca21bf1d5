// Tickers and best prices: what a contract is worth just now. Each frame brings the whole state, so
// nothing is kept between frames. Only .cpp files include this header, which brings simdjson.
#pragma once

#include "contracts.hpp"
#include "kit/json.hpp"
#include "petrel/exchange.hpp"

namespace petrel::deribit {

enum class StateKind : std::uint8_t { Ticker, Quote };

// A figure the frame does not bring, or brings as null, is 0; funding has a mark of its own, as 0
// is a rate.
struct State {
    StateKind kind = StateKind::Ticker;
    std::string_view name;
    std::uint64_t time_ms = 0;
    double mark = 0;
    double index = 0;
    double open_interest = 0;
    double funding_8h = 0;
    double bid = 0, bid_amount = 0;
    double ask = 0, ask_amount = 0;
    bool has_funding = false;
    bool has_open_interest = false;
};

Reason read_state(ondemand::object fields, StateKind kind, State& state);

// Whether the figures are what a contract can have.
Reason check_state(const State& state, const Contract& contract);

void write_state(const State& state, const Contract& contract, std::int64_t receive_ts_ns,
                 DecodeOut& out);

}  // namespace petrel::deribit
