// Fills holes in the trades of a contract from GET /api/v1/trade, which lists them oldest first, a
// thousand a page. Its rows are those of the trade table. Off the hot path, on the instance's data
// path.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contracts.hpp"
#include "petrel/exchange.hpp"
#include "rows.hpp"

namespace petrel::bitmex {

class History {
public:
    static constexpr std::size_t kJobsMax = 16;  // holes at work; more push out the oldest
    static constexpr std::uint32_t kRowsPerPage = 1'000;
    static constexpr std::uint32_t kPagesMax = 20;

    Status fill(const Gap& gap, ContractTable& contracts, DecodeOut& out);
    Decoded on_reply(const Reply& reply, ContractTable& contracts, DecodeOut& out);

private:
    struct Job {
        std::uint64_t tag = 0;
        std::string target;  // but for the row to start from
        std::uint32_t pages = 0;
    };

    static void ask(const Job& job, std::uint32_t instrument, DecodeOut& out);
    Reason read_rows(const Reply& reply, ContractTable& contracts, DecodeOut& out);

    std::uint64_t next_tag_ = 1;
    std::vector<Job> jobs_;
    RowReader rows_;
};

}  // namespace petrel::bitmex
