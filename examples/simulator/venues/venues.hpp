// The makers of the nine venues that are built on ChannelServer: one file each, beside this one.
//
// Called once at start, for each venue that is served; the market and the hub outlive what is made.
#pragma once

#include <memory>

#include "venue_server.hpp"

namespace petrel::sim {

using MakeVenue = std::unique_ptr<VenueServer>(Market& market, Hub& hub);

MakeVenue make_okx, make_bitget, make_gate, make_deribit, make_bitfinex, make_kraken, make_bitmex,
    make_hyperliquid, make_coinbase;

}  // namespace petrel::sim
