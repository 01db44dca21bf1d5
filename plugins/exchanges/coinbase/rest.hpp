// What is asked for over REST: the list of products, and trades that fill a hole. Off the hot path,
// on the instance's data path.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "petrel/exchange.hpp"
#include "products.hpp"
#include "trade.hpp"

namespace petrel::coinbase {

// GET /products lists all pairs in one reply.
void request_products(DecodeOut& out);

// Announces every pair of the reply that is traded.
Decoded read_products(const Reply& reply, ProductTable& products, DecodeOut& out);

// GET /products/<id>/trades lists trades newest first, a thousand below a given id. As ids are
// consecutive, pages are asked for from the oldest on, so that trades come out oldest first.
class History {
public:
    static constexpr std::size_t kJobsMax = 16;  // holes at work; more push out the oldest
    static constexpr std::uint64_t kTradesPerPage = 1'000;
    static constexpr std::uint64_t kPagesMax = 50;  // of a longer hole the latest part is filled

    Status fill(const Gap& gap, ProductTable& products, DecodeOut& out);
    Decoded on_reply(const Reply& reply, DecodeOut& out);

private:
    struct Job {
        std::uint64_t tag = 0;
        const Product* product = nullptr;
        std::string native;
        std::uint64_t next_id = 0;  // the oldest that is still missing
        std::uint64_t last_id = 0;
    };

    static void ask(const Job& job, std::uint32_t instrument, DecodeOut& out);
    Reason read_page(const Reply& reply, const Job& job);

    std::uint64_t next_tag_ = 1;
    std::vector<Job> jobs_;
    std::vector<Trade> trades_;
};

}  // namespace petrel::coinbase
