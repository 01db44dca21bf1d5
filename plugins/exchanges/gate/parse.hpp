// Decodes frames: what channel a frame is of, and what it says.
//
// Owned by the adapter, one an instance, on its data path. Trades in the venue's own layout are
// read byte by byte (parse_fast.hpp); any other frame, and any surprise, with simdjson on demand,
// with one reused parser. Nothing is allocated once the buffers have grown.
#pragma once

#include <memory>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::gate {

// The longest message the venue sends is far below; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20U;

// Whose size a liquidation is signed with. The venue does not say; see README.md.
enum class LiquidationSign : std::uint8_t { Position, Order };

class Decoder {
public:
    explicit Decoder(LiquidationSign sign);
    ~Decoder();

    Decoded decode(const Frame& frame, DecodeOut& out);
    // The same without the fast way; tests hold the two against each other.
    Decoded decode_general(const Frame& frame, DecodeOut& out);
    // Frames that took the fast way.
    [[nodiscard]] std::uint64_t fast_count() const { return fast_count_; }

    // A connection was opened anew.
    void forget(std::uint32_t connection) { left_out_.forget(connection); }

    ContractTable& contracts() { return contracts_; }

private:
    struct State;

    LiquidationSign sign_;
    ContractTable contracts_;
    LeftOuts left_out_;
    std::uint64_t fast_count_ = 0;
    std::unique_ptr<State> state_;
};

}  // namespace petrel::gate
