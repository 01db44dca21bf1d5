// What holds for every event of every adapter, whatever the frame was. Pure.
//
// The normaliser refuses what breaks these rules, too; here an adapter's author learns which and
// why before the adapter meets it.
#pragma once

#include <cstdint>
#include <string>

#include "normaliser/instrument_registry.hpp"
#include "petrel/types.hpp"

namespace petrel::core {

// Whether a price in this currency is a price in US dollars for every adapter.
bool counts_as_dollars(const std::string& quote);

// What is wrong with the event, in words, or "". `receive_ts_ns` is that of its frame.
std::string event_fault(const MarketEvent& event, const InstrumentRegistry& registry,
                        std::int64_t receive_ts_ns);

// One line of its figures, for messages.
std::string event_text(const MarketEvent& event, const InstrumentRegistry& registry);

// Whether two events say the same; the value of one in another currency is left aside, because it
// depends on the rate known at that moment.
bool same_event(const MarketEvent& a, const MarketEvent& b, const InstrumentRegistry& registry);

}  // namespace petrel::core
