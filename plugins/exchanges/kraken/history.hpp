// Fills holes in the trades of a contract from GET /derivatives/api/v3/history.
//
// Rows of that list have no sequence number, but the list is whole: the place of one row tells that
// of all. That row is the first trade behind the hole, which the decoder took note of. The list
// comes newest first, 100 a page, so rows are kept until the hole is spanned and then written
// oldest first. Off the hot path, on the instance's data path.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contracts.hpp"
#include "petrel/exchange.hpp"
#include "trade.hpp"

namespace petrel::kraken {

class History {
public:
    static constexpr std::size_t kJobsMax = 16;  // holes at work; more push out the oldest
    static constexpr std::uint32_t kPagesMax = 50;

    Status fill(const Gap& gap, ContractTable& contracts, DecodeOut& out);
    Decoded on_reply(const Reply& reply, DecodeOut& out);

private:
    struct Job {
        std::uint64_t tag = 0;
        const Contract* contract = nullptr;
        std::string native;
        std::uint64_t first_seq = 0;
        std::uint64_t last_seq = 0;
        Anchor anchor;  // the oldest row whose place is known
        std::uint32_t pages = 0;
        std::vector<Trade> found;  // newest first
    };

    void ask(const Job& job, std::uint32_t instrument, DecodeOut& out);
    Decoded give_up(std::uint64_t tag, Reason reason);
    Reason place_rows(Job& job);

    std::uint64_t next_tag_ = 1;
    std::vector<Job> jobs_;
    std::vector<Trade> rows_;
};

}  // namespace petrel::kraken
