// Frames of trades as the other venues send them, with what an adapter must be told before.
//
// A hundred symbols each; a frame brings one trade where the venue tells each match by itself, else
// one to five, as with Bybit.
#pragma once

#include <string>
#include <vector>

#include "frames.hpp"

namespace petrel::bench {

struct VenueFrames {
    std::string listing;               // reply to the first request of discovery
    std::vector<std::string> opening;  // frames that come before any trade
    Frames frames;
};

const VenueFrames& okx_frames();
const VenueFrames& gate_frames();
const VenueFrames& bitget_frames();
const VenueFrames& deribit_frames();
const VenueFrames& kraken_frames();
const VenueFrames& bitmex_frames();
const VenueFrames& bitfinex_frames();
const VenueFrames& hyperliquid_frames();
const VenueFrames& coinbase_frames();

}  // namespace petrel::bench
