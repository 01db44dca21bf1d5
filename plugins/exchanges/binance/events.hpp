// The slow decoder's knowledge of the venue's event objects: members in, events or a reason out.
#pragma once

#include "contracts.hpp"
#include "fields.hpp"
#include "petrel/exchange.hpp"
#include "sinks.hpp"

namespace petrel::binance {

struct EventContext {
    Contracts& contracts;
    StagedSink& sink;
    DecodeOut& out;
};

// One event object ("e" names its kind); `order` holds the members of its "o". PETREL_OK when it
// was understood, PETREL_IGNORED when nothing in it is for us, PETREL_E_REJECTED when it is bad,
// PETREL_E_UNSUPPORTED when it is well formed but its contract cannot be carried.
Decoded read_event(const Fields& fields, const Fields& order, EventContext& context);

// The answer to a poll of open interest; `instrument` is what was asked for.
Decoded read_interest(const Fields& fields, std::uint32_t instrument, EventContext& context);

}  // namespace petrel::binance
