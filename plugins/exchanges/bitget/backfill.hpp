// Fills holes over REST: pages of trades (v2) or liquidations (v3), newest first, gathered until
// the hole is covered and then written oldest first.
//
// Owned by the adapter, on the instance's data path, off the hot path. What it keeps is bounded: so
// many holes at a time (the oldest gives way), so many pages a hole.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "channels.hpp"
#include "contracts.hpp"
#include "kit/events.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bitget {

inline constexpr std::size_t kHolesMax = 64;
inline constexpr std::size_t kTradesPerPage = 1000;
inline constexpr std::size_t kBackfillPagesMax = 10;
inline constexpr std::size_t kLiquidationsPerPage = 100;
inline constexpr std::size_t kLiquidationPagesMax = 20;
// The venue takes five requests a second for them, and half of that is ours: of the ten a second
// that the host spends at most.
inline constexpr std::uint32_t kLiquidationWeight = 4;

class Backfill {
public:
    // `unit` is that of liquidations in the history; the venue does not state it.
    explicit Backfill(Amount unit) : unit_(unit) {}

    // Asks for the newest page of the hole.
    Status begin(const Gap& gap, const ContractTable& contracts, DecodeOut& out);
    // Takes a page: asks for the one before it, or writes what was found.
    Decoded read(const Reply& reply, ContractTable& contracts, DecodeOut& out);

private:
    struct Hole {
        std::uint64_t tag = 0;
        std::string native;
        const Contract* contract = nullptr;
        bool of_liquidations = false;
        std::int64_t from_ns = 0;
        std::int64_t to_ns = 0;
        std::size_t pages = 0;
        std::string cursor;  // of liquidations: where the page begins that is asked for
        kit::Events found;   // newest first
    };
    using Holes = std::vector<Hole>;

    Decoded read_trade_page(Holes::iterator hole, const Reply& reply, DecodeOut& out);
    Decoded read_liquidation_page(Holes::iterator hole, const Reply& reply,
                                  ContractTable& contracts, DecodeOut& out);
    void finish(Holes::iterator hole, const Reply& reply, DecodeOut& out);

    Amount unit_;
    Holes holes_;
    std::uint64_t next_tag_ = 1;
};

}  // namespace petrel::bitget
