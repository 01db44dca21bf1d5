// Fills holes in the trades over REST: pages, newest first, gathered until the
// hole is covered and then written oldest first.
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

namespace petrel::gate {

inline constexpr std::size_t kHolesMax = 64;
inline constexpr std::size_t kTradesPerPage = 1000;
inline constexpr std::size_t kBackfillPagesMax = 10;

class Backfill {
public:
    // Asks for the newest page of the hole.
    Status begin(const Gap& gap, ContractTable& contracts, DecodeOut& out);
    // Takes a page: asks for the one before it, or writes what was found.
    Decoded read(const Reply& reply, ContractTable& contracts, DecodeOut& out);

private:
    struct Hole {
        std::uint64_t tag = 0;
        std::string native;
        const Contract* contract = nullptr;
        std::uint64_t first_id = 0;  // 0: unknown
        std::uint64_t last_id = 0;   // 0: unknown
        std::int64_t from_ns = 0;
        std::int64_t to_ns = 0;
        std::size_t pages = 0;
        kit::Events found;  // newest first
    };

    void finish(std::vector<Hole>::iterator hole, const Reply& reply, DecodeOut& out);

    std::vector<Hole> holes_;
    std::uint64_t next_tag_ = 1;
};

}  // namespace petrel::gate
