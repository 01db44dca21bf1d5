// Fills holes over REST: pages of trades, newest first, or windows of time with all liquidations in
// them, gathered until the hole is covered and then written oldest first.
//
// Owned by the adapter, on the instance's data path, off the hot path. What it keeps is bounded: so
// many holes at a time (the oldest gives way), so many pages a hole.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "contracts.hpp"
#include "kit/events.hpp"
#include "liquidation_ids.hpp"
#include "petrel/exchange.hpp"

namespace petrel::gate {

inline constexpr std::size_t kHolesMax = 64;
inline constexpr std::size_t kTradesPerPage = 1000;
inline constexpr std::size_t kBackfillPagesMax = 10;
inline constexpr std::size_t kLiquidationsPerWindow = 1000;  // most that the venue gives
inline constexpr std::size_t kWindowsMax = 24;
inline constexpr std::int64_t kWindow_s = 3'600;  // with both ends; the venue takes none longer
// Asked for beyond the end of a hole: what the socket has told since shows that history is current.
inline constexpr std::int64_t kBeyond_s = 5;

class Backfill {
public:
    // Asks for the newest page of the hole.
    Status begin(const Gap& gap, ContractTable& contracts, DecodeOut& out);
    // Takes a page: asks for the one before it, or writes what was found.
    Decoded read(const Reply& reply, ContractTable& contracts, DecodeOut& out);

private:
    struct Window {
        std::int64_t from_s;
        std::int64_t to_s;
    };
    struct Hole {
        std::uint64_t tag = 0;
        std::string native;
        const Contract* contract = nullptr;
        std::uint64_t first_id = 0;  // 0: unknown
        std::uint64_t last_id = 0;   // 0: unknown
        std::int64_t from_ns = 0;
        std::int64_t to_ns = 0;
        std::size_t pages = 0;
        kit::Events found;            // newest first
        std::vector<Window> windows;  // of liquidations, still to be read; the last is asked for
        bool of_liquidations = false;
        bool whole = true;  // no window was left out or longer than an answer
    };
    using Holes = std::vector<Hole>;

    static void split_span(Hole& hole);
    static void request_window(const Hole& hole, DecodeOut& out);
    Decoded read_trade_page(Holes::iterator hole, const Reply& reply, ContractTable& contracts,
                            DecodeOut& out);
    Decoded read_window(Holes::iterator hole, const Reply& reply, ContractTable& contracts,
                        DecodeOut& out);
    void finish(Holes::iterator hole, const Reply& reply, DecodeOut& out);
    void order_liquidations(Hole& hole);

    Holes holes_;
    LiquidationIds ids_;
    std::uint64_t next_tag_ = 1;
};

}  // namespace petrel::gate
