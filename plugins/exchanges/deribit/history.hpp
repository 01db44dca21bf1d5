// Filling holes: trades by sequence number or by time, page by page, oldest first. Liquidations are
// flagged trades, so the same pages bring them.
//
// Owned by the adapter, on the instance's data path. Remembers what it asked for, up to a limit;
// the oldest request is forgotten then and its reply refused.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::deribit {

inline constexpr std::uint32_t kHistoryPagesMax = 20;
inline constexpr std::uint32_t kHistoryRows = 1000;  // most that the venue gives in one reply

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
        bool by_sequence = false;
        std::uint64_t from = 0;  // sequence number, or time in ms
        std::uint64_t to = 0;
    };
    static constexpr std::size_t kTasksMax = 64;

    static void ask(const Task& task, DecodeOut& out);

    std::array<Task, kTasksMax> tasks_;
    std::uint64_t last_tag_ = 0;
};

}  // namespace petrel::deribit
