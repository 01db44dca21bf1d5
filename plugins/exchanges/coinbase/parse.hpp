// Decodes frames of the Exchange feed: matches in the venue's own layout byte by byte, anything
// else and any surprise in one pass over the flat object with simdjson, in any order of keys; then
// what its type asks for is checked, and only then written.
//
// Owned by the adapter, one an instance, on its data path; keeps what was learned of products.
// Allocates nothing for a frame once its buffers have grown, messages of control excepted.
#pragma once

#include "kit/tokens.hpp"
#include "petrel/exchange.hpp"
#include "products.hpp"
#include "trade.hpp"

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
    // The same without the fast way; tests hold the two against each other.
    Decoded decode_general(const Frame& frame, DecodeOut& out);
    // Frames that took the fast way.
    [[nodiscard]] std::uint64_t fast_count() const { return fast_count_; }

    // A connection was opened anew: where its trades stood says nothing any more.
    void forget(std::uint32_t connection) { standings_.forget(connection); }

    ProductTable& products() { return products_; }

private:
    void take(const Product& product, const Trade& trade, const Frame& frame, std::uint16_t flags,
              DecodeOut& out);
    Decoded take_match(const Frame& frame, std::uint16_t flags, DecodeOut& out);
    Decoded take_ticker(const Frame& frame, DecodeOut& out);
    Decoded take_heartbeat(const Frame& frame, DecodeOut& out);
    Decoded take_subscriptions(const Frame& frame, DecodeOut& out);

    kit::JsonReader json_;
    kit::Tokens<FrameField> tokens_;
    ProductTable products_;
    kit::PerConnection<Standing> standings_;
    std::uint64_t fast_count_ = 0;
};

}  // namespace petrel::coinbase
