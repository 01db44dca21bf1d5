// Turns a frame of Binance USD-M futures into events: a walk of the known layouts first, and
// simdjson for every frame that differs from them in anything.
//
// The two agree by construction: the fast walk either understands a whole frame, to its last byte
// and within bounds, or says that it does not and has changed nothing. Only the slow decoder
// refuses, ignores, registers instruments or writes notices. One Decoder an instance; it keeps its
// buffers, so that frames in steady state allocate nothing.
#pragma once

#include <memory>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::binance {

// Longest frame the adapter looks at; the venue's own stay below it (all mark prices: 120 KiB).
inline constexpr std::uint32_t kFrameBytesMax = 1U << 20U;

class SlowDecoder;

class Decoder {
public:
    Decoder();
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    Decoded decode(const Frame& frame, DecodeOut& out);

    // The same answer by the general way alone; the measure of the fast walk in tests.
    Decoded decode_slow(const Frame& frame, DecodeOut& out);

    // The answer to a poll of open interest.
    Decoded decode_interest(const Reply& reply, DecodeOut& out);

    // Frames that the fast walk understood, of all that were given to decode().
    [[nodiscard]] std::uint64_t fast_count() const { return fast_count_; }

    Contracts& contracts() { return contracts_; }

private:
    Contracts contracts_;
    std::unique_ptr<SlowDecoder> slow_;
    std::uint64_t fast_count_ = 0;
};

}  // namespace petrel::binance
