// The floors: what bare libraries need for the same work, measured in the same run.
#pragma once

#include <cstdint>
#include <string_view>

namespace petrel::bench {

// The fields of a frame that matter, as bare values.
struct BareFields {
    std::string_view symbol;
    double price = 0;
    double quantity = 0;
    double third = 0;  // index price, average price
    std::int64_t time_ms = 0;
    std::uint64_t id = 0;
    bool sell = false;
};

// Extracts the fields with simdjson on-demand and nothing else; returns a sum of them, so that no
// compiler can leave the work out.
double bare_binance(std::string_view frame);
double bare_bybit(std::string_view frame);

}  // namespace petrel::bench
