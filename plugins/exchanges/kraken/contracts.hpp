// The contracts the adapter has met: their handle, their factors, and where their trades stand.
//
// Owned by the decoder, on the instance's data path. Contracts are only added, never removed;
// pointers to them stay valid.
#pragma once

#include <array>

#include "kit/contracts.hpp"

namespace petrel::kraken {

using kit::Figures;
using kit::figures_of;
using kit::kNotionalMax;
using kit::kOpenInterestMax;
using kit::kPriceMax;
using kit::Name;
using kit::ns_of;
using kit::Reason;
using kit::time_fits;
using kit::within;

inline constexpr double kQuantityMax = 1e18;  // some coins are worth next to nothing

// A trade whose place in the sequence is known, so that rows of REST, which bring none, find
// theirs.
struct Anchor {
    std::uint64_t seq = 0;  // 0: none
    std::uint64_t uid = 0;
    std::uint64_t time_ms = 0;
};

struct Contract : kit::SizedContract {
    std::uint64_t last_seq = 0;      // of the latest trade
    std::array<Anchor, 4> behind{};  // the first trade behind each of the latest holes
    std::uint32_t holes = 0;
};

class ContractTable : public kit::ContractTable<Contract> {
public:
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. Null for a bad name, when the table is full, or the host takes no
    // more.
    Contract* announce(const Instrument& instrument, DecodeOut& out);
    // find(), and what was never announced is announced as far as its name tells.
    Contract* find_or_announce(std::string_view native, DecodeOut& out);
};

}  // namespace petrel::kraken
