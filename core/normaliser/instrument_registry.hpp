// Every instrument the adapters announced, and the venue-free symbol each belongs to.
//
// Between stages 2 and 3: handles and symbol ids are dense numbers, given in the order of
// announcement. One thread adds (the feed thread); any thread may read an entry whose id it was
// handed, because storage never moves. Full tables refuse and count, so a stranger's names cannot
// grow memory.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/abi/exchange.h"

namespace petrel::core {

using SymbolId = std::uint32_t;
using InstrumentId = std::uint32_t;
using VenueId = std::uint16_t;

struct VenueEntry {
    std::string name;
    std::vector<std::string> aliases;
    std::uint32_t sampled_kinds = 0;  // bits of PETREL_KIND_BIT whose feed is a sample
    // By kind: the sample shows at most one event in so long; 0 where no rule is known.
    std::array<std::uint16_t, 16> sample_interval_ms{};
};

struct SymbolEntry {
    std::string name;        // "BTC-USDT-PERP"
    std::string short_name;  // "BTCUSDT"
    std::uint32_t group = 0;
};

struct InstrumentEntry {
    VenueId venue = 0;
    SymbolId symbol = 0;
    std::uint32_t type = PETREL_INSTRUMENT_PERPETUAL;
    std::string native;  // the venue's own name
    std::string base;
    std::string quote;
    double price_divisor = 1.0;
    std::int64_t expiry_ns = 0;
};

// The instrument's canonical symbol: BASE-QUOTE-PERP, BASE-QUOTE-YYMMDD or BASE-QUOTE.
std::string symbol_name(const petrel_instrument& instrument);

class InstrumentRegistry {
public:
    static constexpr std::size_t kInstrumentsMax = 65'536;
    static constexpr std::size_t kVenuesMax = 64;
    using GroupOf = std::function<std::uint32_t(const SymbolEntry&)>;

    // `group_of` maps a new symbol to the index of its group.
    explicit InstrumentRegistry(GroupOf group_of);

    // Adds a venue or finds it again by name. Feed thread.
    VenueId add_venue(const VenueEntry& venue);

    // Adds an instrument or finds it again; PETREL_NO_INSTRUMENT when the table is full or a name
    // holds characters outside [A-Z0-9._:-]. Feed thread.
    InstrumentId add(VenueId venue, const petrel_instrument& instrument);

    [[nodiscard]] const InstrumentEntry& instrument(InstrumentId id) const {
        return instruments_.data()[id];
    }
    [[nodiscard]] const SymbolEntry& symbol(SymbolId id) const { return symbols_.data()[id]; }
    [[nodiscard]] const VenueEntry& venue(VenueId id) const { return venues_.data()[id]; }
    [[nodiscard]] std::size_t instrument_count() const { return instruments_.size(); }
    [[nodiscard]] std::size_t symbol_count() const { return symbols_.size(); }
    [[nodiscard]] std::size_t venue_count() const { return venues_.size(); }
    [[nodiscard]] std::uint64_t refused() const { return refused_; }

    // The venue of that name or alias, or kVenuesMax when there is none. Feed thread.
    [[nodiscard]] std::size_t find_venue(std::string_view name_or_alias) const;

private:
    SymbolId intern_symbol(const petrel_instrument& instrument);

    GroupOf group_of_;
    std::vector<VenueEntry> venues_;
    std::vector<InstrumentEntry> instruments_;
    std::vector<SymbolEntry> symbols_;
    std::map<std::string, InstrumentId, std::less<>> by_native_;  // "venue/native"
    std::map<std::string, SymbolId, std::less<>> by_symbol_;
    std::uint64_t refused_ = 0;
};

}  // namespace petrel::core
