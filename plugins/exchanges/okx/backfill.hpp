// Fills holes over REST: pages of single matches or of liquidations, newest first, gathered until
// the hole is covered and then written oldest first.
//
// Owned by the adapter, on the instance's data path, off the hot path. What it keeps is bounded: so
// many holes at a time (the oldest gives way), so many pages a hole.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "contracts.hpp"
#include "kit/events.hpp"
#include "petrel/exchange.hpp"

namespace petrel::okx {

inline constexpr std::size_t kHolesMax = 64;
inline constexpr std::size_t kTradesPerPage = 100;
inline constexpr std::size_t kBackfillPagesMax = 20;  // the venue takes 20 requests in two seconds
inline constexpr std::size_t kLiquidationsPerPage = 100;  // at least: the venue often tells more
inline constexpr std::size_t kLiquidationPagesMax = 10;   // 40 requests in two seconds
// The venue tells of the last day, and nobody says to the minute where that begins.
inline constexpr std::int64_t kLiquidationsKept_ns = 20 * 3'600 * kNsPerSecond;

class Backfill {
public:
    // Asks for the newest page of the hole.
    Status begin(const Gap& gap, const ContractTable& contracts, DecodeOut& out);
    // Takes a page: asks for the one before it, or writes what was found.
    Decoded read(const Reply& reply, const ContractTable& contracts, DecodeOut& out);

private:
    struct Hole {
        std::uint64_t tag = 0;
        std::string native;
        const Contract* contract = nullptr;
        bool of_liquidations = false;
        std::uint64_t first_id = 0;  // 0: unknown
        std::uint64_t last_id = 0;   // 0: unknown
        std::int64_t from_ns = 0;
        std::int64_t to_ns = 0;
        std::int64_t before_ns =
            0;  // of liquidations: where the last page ended; 0: there was none
        std::size_t pages = 0;
        kit::Events found;  // newest first
    };
    using Holes = std::vector<Hole>;

    Decoded read_trade_page(Holes::iterator hole, const Reply& reply, DecodeOut& out);
    Decoded read_liquidation_page(Holes::iterator hole, const Reply& reply,
                                  const ContractTable& contracts, DecodeOut& out);
    void finish(Holes::iterator hole, const Reply& reply, DecodeOut& out);

    Holes holes_;
    std::uint64_t next_tag_ = 1;
};

}  // namespace petrel::okx
