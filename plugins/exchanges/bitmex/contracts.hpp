// The contracts the adapter has met: their handle and their factors.
//
// Owned by the decoder, on the instance's data path. Contracts are only added, never removed;
// pointers to them stay valid.
#pragma once

#include "kit/contracts.hpp"
#include "kit/per_connection.hpp"

namespace petrel::bitmex {

using kit::Figures;
using kit::figures_of;
using kit::kNotionalMax;
using kit::kPriceMax;
using kit::Name;
using kit::Reason;
using kit::time_ns_fits;
using kit::within;

inline constexpr double kQuantityMax = 1e18;  // some coins are worth next to nothing

// Last known figures of the instrument table over one connection; updates bring only what changed.
struct InstrumentState {
    double mark = 0;
    double index = 0;
    double funding_rate = 0;
    double funding_hours = 0;
    double open_interest = 0;  // contracts
    std::uint64_t next_funding_ms = 0;
    bool known = false;  // a partial came; nothing is believed before it
    bool has_funding_rate = false;
    bool has_open_interest = false;
};

// base_per_unit is 0 for inverse contracts and while it is not known.
struct Contract : kit::SizedContract {
    bool by_ratio = false;  // base_per_unit moves: it is that of the latest trade
};

enum class Sizing : std::uint8_t { Fixed, ByRatio };

class ContractTable : public kit::ContractTable<Contract> {
public:
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. One without a fixed size takes it from its trades. Null for a bad
    // name, when the table is full, or the host takes no more.
    Contract* announce(const Instrument& instrument, Sizing sizing, DecodeOut& out);
    // find(), and what was never announced is announced as far as its name tells.
    Contract* find_or_announce(std::string_view native, DecodeOut& out);
};

}  // namespace petrel::bitmex
