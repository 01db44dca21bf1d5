// Decodes frames: what channel a frame is of, and what it says.
//
// Owned by the adapter, one an instance, on its data path. A frame is read with simdjson on demand,
// once, with one reused parser; nothing is allocated once the buffers have grown.
#pragma once

#include <memory>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bitget {

// The longest message the venue sends is far below; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20U;

class Decoder {
public:
    Decoder();
    ~Decoder();

    Decoded decode(const Frame& frame, DecodeOut& out);

    ContractTable& contracts() { return contracts_; }

private:
    struct State;

    ContractTable contracts_;
    std::unique_ptr<State> state_;
};

}  // namespace petrel::bitget
