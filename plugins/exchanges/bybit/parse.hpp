// Decodes frames: the fast reader first, the general one where it gives up, then events.
//
// Owned by the adapter, one an instance, on its data path; keeps what was learned of contracts and
// tickers. Allocates nothing for a frame once its buffers have grown.
#pragma once

#include "content.hpp"
#include "parse_slow.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bybit {

// The longest message the venue sends is far below; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20U;

enum class Readers : std::uint8_t { Both, SlowOnly };  // SlowOnly is the reference of the tests

class Decoder {
public:
    explicit Decoder(Readers readers = Readers::Both) : readers_(readers) {
        content_.entries.reserve(kEntriesUsual);
    }

    Decoded decode(const Frame& frame, DecodeOut& out);

    ContractTable& contracts() { return contracts_; }
    // Frames that only the general reader could read.
    [[nodiscard]] std::uint64_t slow_count() const { return slow_count_; }

private:
    static constexpr std::size_t kEntriesUsual = 1024;

    Readers readers_;
    std::uint64_t slow_count_ = 0;
    ContractTable contracts_;
    Content content_;
    SlowReader slow_;
};

}  // namespace petrel::bybit
