// The REST calls of Binance USD-M futures that a market-data client makes, with their weights.
//
// Reads the market, remembers the weight used in the current minute. Owned by the server.
#pragma once

#include <cstdint>
#include <string_view>

#include "market.hpp"
#include "session.hpp"

namespace petrel::sim::binance {

class Rest {
public:
    static constexpr int kWeightPerMinuteMax = 2400;

    explicit Rest(const Market& market) : market_(market) {}
    HttpReply answer(const HttpRequest& request);

private:
    HttpReply dispatch(const HttpRequest& request) const;
    [[nodiscard]] HttpReply exchange_info() const;
    [[nodiscard]] HttpReply open_interest(const HttpRequest& request) const;
    [[nodiscard]] HttpReply aggregate_trades(const HttpRequest& request) const;
    [[nodiscard]] HttpReply premium_index(const HttpRequest& request) const;

    const Market& market_;
    std::int64_t minute_ = 0;
    int weight_used_ = 0;
};

}  // namespace petrel::sim::binance
