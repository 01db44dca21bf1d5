// Decodes frames: channels of data into events, answers into notices.
//
// Owned by the adapter, one an instance, on its data path. Trades in the venue's own layout are
// read byte by byte (parse_fast.hpp), anything else and any surprise with simdjson. Allocates
// nothing for a frame of data once its buffers have grown.
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
    // The same without the fast way; tests hold the two against each other.
    Decoded decode_general(const Frame& frame, DecodeOut& out);
    // Frames that took the fast way.
    [[nodiscard]] std::uint64_t fast_count() const { return fast_count_; }

    // A connection was opened anew: trades over it begin with history.
    void forget(std::uint32_t connection);

    ContractTable& contracts() { return contracts_; }

private:
    struct Reader;  // keeps simdjson out of this header

    ContractTable contracts_;
    std::uint64_t fast_count_ = 0;
    std::unique_ptr<Reader> reader_;
};

}  // namespace petrel::hyperliquid
