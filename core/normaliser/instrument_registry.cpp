// Storage is reserved once at its full size (untouched pages cost nothing), so entries never move
// and readers on other threads need no lock.
#include "normaliser/instrument_registry.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

bool plain_name(std::string_view name) {
    constexpr std::size_t longest = 64;
    if (name.empty() || name.size() > longest) {
        return false;
    }
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               c == '.' || c == '_' || c == ':' || c == '-';
    });
}

std::string expiry_suffix(std::int64_t expiry_ns) {
    const std::time_t seconds = expiry_ns / kNsPerSecond;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::snprintf(text, sizeof(text), "-%02d%02d%02d", parts.tm_year % 100, parts.tm_mon + 1,
                  parts.tm_mday);
    return text;
}

}  // namespace

std::string symbol_name(const petrel_instrument& instrument) {
    std::string name = string_of(instrument.base) + "-" + string_of(instrument.quote);
    if (instrument.type == PETREL_INSTRUMENT_PERPETUAL) {
        name += "-PERP";
    } else if (instrument.type == PETREL_INSTRUMENT_FUTURE) {
        name += expiry_suffix(instrument.expiry_ns);
    }
    return name;
}

InstrumentRegistry::InstrumentRegistry(GroupOf group_of) : group_of_(std::move(group_of)) {
    venues_.reserve(kVenuesMax);
    instruments_.reserve(kInstrumentsMax);
    symbols_.reserve(kInstrumentsMax);
}

VenueId InstrumentRegistry::add_venue(const VenueEntry& venue) {
    for (std::size_t i = 0; i < venues_.size(); ++i) {
        if (venues_[i].name == venue.name) {
            return static_cast<VenueId>(i);
        }
    }
    if (venues_.size() == kVenuesMax) {
        ++refused_;
        return static_cast<VenueId>(kVenuesMax - 1);
    }
    venues_.push_back(venue);
    return static_cast<VenueId>(venues_.size() - 1);
}

InstrumentId InstrumentRegistry::add(VenueId venue, const petrel_instrument& instrument) {
    const std::string_view native = view_of(instrument.native);
    std::string key = std::to_string(venue);
    key.append("/").append(native);
    if (const auto known = by_native_.find(key); known != by_native_.end()) {
        return known->second;
    }
    if (instruments_.size() == kInstrumentsMax || !plain_name(native) ||
        !plain_name(view_of(instrument.base)) || !plain_name(view_of(instrument.quote))) {
        ++refused_;
        return PETREL_NO_INSTRUMENT;
    }
    InstrumentEntry entry;
    entry.venue = venue;
    entry.symbol = intern_symbol(instrument);
    entry.type = instrument.type;
    entry.native = native;
    entry.base = string_of(instrument.base);
    entry.quote = string_of(instrument.quote);
    entry.price_divisor = instrument.price_divisor;
    entry.expiry_ns = instrument.expiry_ns;
    instruments_.push_back(std::move(entry));
    const auto id = static_cast<InstrumentId>(instruments_.size() - 1);
    by_native_.emplace(std::move(key), id);
    return id;
}

SymbolId InstrumentRegistry::intern_symbol(const petrel_instrument& instrument) {
    std::string name = symbol_name(instrument);
    if (const auto known = by_symbol_.find(name); known != by_symbol_.end()) {
        return known->second;
    }
    SymbolEntry entry;
    entry.name = name;
    entry.short_name = string_of(instrument.base) + string_of(instrument.quote);
    if (instrument.type == PETREL_INSTRUMENT_FUTURE) {
        entry.short_name += expiry_suffix(instrument.expiry_ns);
    }
    entry.group = group_of_(entry);
    symbols_.push_back(std::move(entry));
    const auto id = static_cast<SymbolId>(symbols_.size() - 1);
    by_symbol_.emplace(std::move(name), id);
    return id;
}

std::size_t InstrumentRegistry::find_venue(std::string_view name_or_alias) const {
    for (std::size_t i = 0; i < venues_.size(); ++i) {
        const VenueEntry& venue = venues_[i];
        if (venue.name == name_or_alias || std::find(venue.aliases.begin(), venue.aliases.end(),
                                                     name_or_alias) != venue.aliases.end()) {
            return i;
        }
    }
    return kVenuesMax;
}

}  // namespace petrel::core
