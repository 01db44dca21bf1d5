// What the venue remembers of its trades, page by page: which requests fill a hole, and the answers
// as events.
//
// Cold: used after a gap. Owned by the adapter, on the instance's data path. Holes that are being
// filled are few and bounded; of too many the oldest are forgotten, and their answers ignored.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::binance {

inline constexpr std::uint32_t kHistoryWeight = 20;
inline constexpr std::uint64_t kHistoryPage = 1000;
inline constexpr std::uint64_t kHistorySpan_ms = 3'600'000;  // a window by time is shorter

class History {
public:
    static constexpr std::size_t kHolesMax = 64;

    Status ask(const Gap& gap, DecodeOut& out);
    // Trades oldest first; asks for the next page while the hole goes on.
    Decoded read(const Reply& reply, Contracts& contracts, DecodeOut& out);

    [[nodiscard]] std::size_t holes() const { return holes_.size(); }

private:
    struct Hole {
        std::string native;
        std::uint64_t last_id = 0;  // 0: ends by time
        std::uint64_t to_ms = 0;
    };
    struct Page {
        std::uint64_t rows = 0;
        std::uint64_t last_id = 0;
        std::uint64_t last_ms = 0;
    };

    static Decoded read_page(const Reply& reply, Contracts& contracts, Contract& contract,
                             DecodeOut& out, Page& page);

    std::map<std::uint64_t, Hole> holes_;  // by the tag of their requests
    std::uint64_t next_tag_ = 1;
};

}  // namespace petrel::binance
