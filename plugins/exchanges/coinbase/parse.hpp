// Decodes frames of the Exchange feed: one pass over the flat object with simdjson, in any order of
// keys; then what its type asks for is checked, and only then written.
//
// Owned by the adapter, one an instance, on its data path; keeps what was learned of products.
// Allocates nothing for a frame once its buffers have grown, messages of control excepted.
#pragma once

#include "petrel/exchange.hpp"
#include "products.hpp"
#include "tokens.hpp"

namespace petrel::coinbase {

// The longest message of the channels asked for is far below; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20U;

// Fields of all frames of interest: those of a match in their order, then the others by type.
enum class FrameField : std::uint8_t {
    Type,
    TradeId,
    Side,
    Size,
    Price,
    ProductId,
    Sequence,
    Time,
    BestBid,
    BestBidSize,
    BestAsk,
    BestAskSize,
    LastTradeId,
    Message,
    Detail,
    Count_,
};

class Decoder {
public:
    Decoded decode(const Frame& frame, DecodeOut& out);

    ProductTable& products() { return products_; }

private:
    Decoded take_match(const Frame& frame, std::uint16_t flags, DecodeOut& out);
    Decoded take_ticker(const Frame& frame, DecodeOut& out);
    Decoded take_heartbeat(const Frame& frame, DecodeOut& out);
    Decoded take_subscriptions(simdjson::ondemand::document& document, DecodeOut& out);

    simdjson::ondemand::parser parser_;
    Tokens<FrameField> tokens_;
    ProductTable products_;
};

}  // namespace petrel::coinbase
