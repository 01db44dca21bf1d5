// The general way: any frame of the venue, in any order of its members, through simdjson.
//
// Also the only way that refuses, ignores, answers control frames and meets new symbols. Holds the
// parser and the events of the frame at hand; owned by the Decoder.
#pragma once

#include <memory>
#include <vector>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::binance {

class SlowDecoder {
public:
    SlowDecoder();
    ~SlowDecoder();
    SlowDecoder(const SlowDecoder&) = delete;
    SlowDecoder& operator=(const SlowDecoder&) = delete;

    Decoded decode(const Frame& frame, Contracts& contracts, DecodeOut& out);
    Decoded decode_interest(const Reply& reply, Contracts& contracts, DecodeOut& out);

private:
    struct Parser;  // keeps simdjson out of this header
    std::unique_ptr<Parser> parser_;
    std::vector<MarketEvent> staged_;
};

}  // namespace petrel::binance
