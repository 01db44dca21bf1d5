// The floors of the other venues: see floors.hpp. Each takes what its adapter needs of a trade.
#pragma once

#include <string_view>

namespace petrel::bench {

double bare_okx(std::string_view frame);
double bare_gate(std::string_view frame);
double bare_bitget(std::string_view frame);
double bare_deribit(std::string_view frame);
double bare_kraken(std::string_view frame);
double bare_bitmex(std::string_view frame);
double bare_bitfinex(std::string_view frame);
double bare_hyperliquid(std::string_view frame);
double bare_coinbase(std::string_view frame);

}  // namespace petrel::bench
