// Filling holes by time: trades of one contract page by page, liquidations of all in one reply.
//
// Owned by the adapter, on the instance's data path. Remembers what it asked for, up to a limit;
// the oldest request is forgotten then and its reply refused.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bitfinex {

inline constexpr std::uint32_t kHistoryPagesMax = 5;
inline constexpr std::size_t kTradeRows = 10'000;     // most that the venue gives in one reply
inline constexpr std::size_t kLiquidationRows = 500;  // likewise

class History {
public:
    Status request(const Gap& gap, DecodeOut& out);
    Decoded read(const Reply& reply, ContractTable& contracts, DecodeOut& out);

private:
    struct Task {
        std::uint64_t tag = 0;  // 0: none
        std::uint32_t instrument = PETREL_NO_INSTRUMENT;
        std::uint32_t pages = 0;
        std::string native;
        bool is_trades = true;
        std::uint64_t from_ms = 0;
        std::uint64_t to_ms = 0;
    };
    static constexpr std::size_t kTasksMax = 64;

    static void ask(const Task& task, DecodeOut& out);
    Decoded read_trade_page(Task task, const Reply& reply, ContractTable& contracts,
                            DecodeOut& out);

    std::array<Task, kTasksMax> tasks_;
    std::uint64_t last_tag_ = 0;
};

}  // namespace petrel::bitfinex
