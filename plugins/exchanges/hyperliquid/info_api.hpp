// What is asked of POST /info: the list of perpetuals, and the latest trades of one.
//
// Off the hot path, on the instance's data path. The venue tells its newest trades only: a hole
// that is older cannot be filled, which is said. Requests for history are remembered up to a limit;
// the oldest is forgotten then and its reply refused.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::hyperliquid {

void request_instruments(DecodeOut& out);

// Announces every perpetual of the reply that is not delisted.
Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out);

class History {
public:
    Status request(const Gap& gap, DecodeOut& out);
    Decoded read(const Reply& reply, ContractTable& contracts, DecodeOut& out);

private:
    struct Task {
        std::uint64_t tag = 0;  // 0: none
        std::string native;
        std::int64_t from_ns = 0;
        std::int64_t to_ns = 0;
    };
    static constexpr std::size_t kTasksMax = 64;

    std::array<Task, kTasksMax> tasks_;
    std::uint64_t last_tag_ = 0;
};

}  // namespace petrel::hyperliquid
