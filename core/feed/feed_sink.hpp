// Where stage 1 hands on to: decoded events, and the instruments that adapters announce.
//
// Implemented by the pipeline; called on the feed thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "coverage/stream_gap.hpp"
#include "petrel/abi/exchange.h"
#include "petrel/types.hpp"

namespace petrel::core {

// The events of one frame, as the adapter wrote them. May be changed in place.
class EventSink {
public:
    virtual ~EventSink() = default;
    // Returns how many were plausible, those seen before among them: a feed that sends nothing
    // else is no healthy one.
    virtual std::size_t on_events(std::uint16_t venue, std::span<MarketEvent> events) = 0;
};

// What stage 2 knows of holes; implemented by the pipeline, called on the feed thread. Gaps that it
// finds come to the supervisor of the feeds.
class GapBook {
public:
    virtual ~GapBook() = default;
    // The connection that carried the stream broke: its next live event brings a gap with
    // after_break set. Returns the exchange time of its latest event; 0: none, no gap will come.
    virtual std::int64_t on_break(std::uint32_t instrument, std::uint8_t kind) = 0;
    // Ids of the gap that have not come since.
    [[nodiscard]] virtual std::uint64_t missing(const StreamGap& gap) const = 0;
};

class InstrumentBook {
public:
    virtual ~InstrumentBook() = default;
    // Registers an instrument; the same native name gives the same handle, a full book
    // PETREL_NO_INSTRUMENT.
    virtual std::uint32_t add(std::uint16_t venue, const petrel_instrument& instrument) = 0;
    // Whether the configuration wants it; asked once discovery is through.
    [[nodiscard]] virtual bool wanted(std::uint16_t venue, std::uint32_t instrument) const = 0;
    [[nodiscard]] virtual std::string_view native(std::uint32_t instrument) const = 0;
    [[nodiscard]] virtual std::size_t count() const = 0;
    // The same number for what is the same symbol at every venue.
    [[nodiscard]] virtual std::uint32_t symbol_of(std::uint32_t instrument) const {
        return instrument;
    }
    // The venue that announced it.
    [[nodiscard]] virtual std::uint16_t venue_of(std::uint32_t instrument) const = 0;
};

}  // namespace petrel::core
