// Decodes frames: what channel a frame is of, and what it says.
//
// Owned by the adapter, one an instance, on its data path. Trades in the venue's own layout are
// read byte by byte (parse_fast.hpp); any other frame, and any surprise, with simdjson on demand,
// with one reused parser. Nothing is allocated once the buffers have grown.
#pragma once

#include <memory>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::okx {

// The longest message the venue sends is far below; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20U;

class Decoder {
public:
    Decoder();
    ~Decoder();

    Decoded decode(const Frame& frame, DecodeOut& out);
    // The same without the fast way; tests hold the two against each other.
    Decoded decode_general(const Frame& frame, DecodeOut& out);
    // Frames that took the fast way.
    [[nodiscard]] std::uint64_t fast_count() const { return fast_count_; }

    // The next push of liquidations over that connection is history again.
    void forget(std::uint32_t connection);

    ContractTable& contracts() { return contracts_; }

private:
    struct State;

    ContractTable contracts_;
    std::uint64_t fast_count_ = 0;
    std::unique_ptr<State> state_;
};

}  // namespace petrel::okx
