// The REST calls of Bybit v5 that a market-data client makes.
//
// Reads the market only. Owned by the server.
#pragma once

#include "market.hpp"
#include "session.hpp"

namespace petrel::sim::bybit {

class Rest {
public:
    explicit Rest(const Market& market) : market_(market) {}
    [[nodiscard]] HttpReply answer(const HttpRequest& request) const;

private:
    [[nodiscard]] HttpReply bad_parameter(std::string_view name) const;
    [[nodiscard]] HttpReply instruments(const HttpRequest& request) const;
    [[nodiscard]] HttpReply recent_trades(const HttpRequest& request) const;
    [[nodiscard]] HttpReply tickers(const HttpRequest& request) const;
    [[nodiscard]] HttpReply open_interest(const HttpRequest& request) const;

    const Market& market_;
};

}  // namespace petrel::sim::bybit
