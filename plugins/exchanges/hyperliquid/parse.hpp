// Decodes frames: channels of data into events, answers into notices.
//
// Owned by the adapter, one an instance, on its data path. Allocates nothing for a frame of data
// once its buffers have grown.
#pragma once

#include <memory>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::hyperliquid {

// The longest message the venue sends is far below; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20U;

class Decoder {
public:
    Decoder();
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    Decoded decode(const Frame& frame, DecodeOut& out);

    ContractTable& contracts() { return contracts_; }

private:
    struct Reader;  // keeps simdjson out of this header

    ContractTable contracts_;
    std::unique_ptr<Reader> reader_;
};

}  // namespace petrel::hyperliquid
