// The products the adapter has met: their handle and what their quote is worth.
//
// Owned by the decoder, on the instance's data path. Products are only added, never removed;
// pointers to them stay valid.
#pragma once

#include "kit/contracts.hpp"
#include "kit/per_connection.hpp"

namespace petrel::coinbase {

using kit::kNotionalMax;
using kit::kPriceMax;
using kit::Name;
using kit::Reason;
using kit::time_ns_fits;
using kit::within;

inline constexpr double kQuantityMax = 1e18;  // some coins are worth next to nothing

using Product = kit::Contract;

// Where the trades of a product stand over one connection.
struct Standing {
    std::uint64_t last_id = 0;     // of the latest trade; 0: none yet
    std::uint64_t awaited_id = 0;  // told by a heartbeat and not seen by then; 0: none
};

class ProductTable : public kit::ContractTable<Product> {
public:
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. Null for a bad name, when the table is full, or the host takes no
    // more.
    Product* announce(const Instrument& instrument, DecodeOut& out);
    // find(), and what was never announced is announced as far as its name tells.
    Product* find_or_announce(std::string_view native, DecodeOut& out);
};

}  // namespace petrel::coinbase
