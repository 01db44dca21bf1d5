// Trades of one frame or page. Shared by the live feed and by backfill. Only .cpp files include
// this header, which brings simdjson with it.
#pragma once

#include "events.hpp"
#include "json.hpp"

namespace petrel::okx {

// Adds the rows to `into`; each must be of that contract.
Reason read_trades(ondemand::array rows, const char* end, const Contract& contract, Events& into);

}  // namespace petrel::okx
