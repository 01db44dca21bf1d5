// Decodes frames: trades in the venue's own layout byte by byte, anything else and any surprise in
// one pass over the flat object with simdjson, in any order of keys; then what its feed asks for is
// checked, and only then written. A frame is believed whole or not at all.
//
// Owned by the adapter, one an instance, on its data path; keeps what was learned of contracts.
// Allocates nothing for a frame once its buffers have grown, messages of control excepted.
#pragma once

#include <vector>

#include "contracts.hpp"
#include "kit/tokens.hpp"
#include "petrel/exchange.hpp"
#include "trade.hpp"

namespace petrel::kraken {

// The longest message the venue sends is far below; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20U;

// Fields of all frames of interest: those of a trade in their order, then those of a ticker.
enum class FrameField : std::uint8_t {
    Feed,
    Product,
    Uid,
    Side,
    Type,
    Seq,
    Time,
    Quantity,
    Price,
    FundingRate,
    NextFunding,
    Bid,
    Ask,
    BidSize,
    AskSize,
    Index,
    OpenInterest,
    MarkPrice,
    Trades,
    Event,
    Message,
    Products,
    Count_,
};

class Decoder {
public:
    Decoder();

    Decoded decode(const Frame& frame, DecodeOut& out);
    // The same without the fast way; tests hold the two against each other.
    Decoded decode_general(const Frame& frame, DecodeOut& out);
    // Frames that took the fast way.
    [[nodiscard]] std::uint64_t fast_count() const { return fast_count_; }

    ContractTable& contracts() { return contracts_; }

private:
    using FrameTokens = kit::Tokens<FrameField>;

    Decoded take_trade(const Frame& frame, DecodeOut& out);
    Decoded take_snapshot(const Frame& frame, DecodeOut& out);
    Decoded take_control(const Frame& frame, DecodeOut& out);

    kit::JsonReader json_;
    FrameTokens tokens_;
    FrameTokens row_;
    std::vector<Trade> trades_;
    ContractTable contracts_;
    std::uint64_t fast_count_ = 0;
};

// The state events of a ticker; see ticker.cpp.
Decoded write_ticker(const kit::Tokens<FrameField>& tokens, const Contract& contract,
                     std::int64_t receive_ts_ns, DecodeOut& out);

}  // namespace petrel::kraken
