// Decodes frames: arrays of data into events, objects of control into notices.
//
// Data frames name their channel by a number that the venue gave when it confirmed the
// subscription, so what was confirmed is kept for each connection, and forgotten when it is opened
// anew. Trades in the venue's own layout are read byte by byte (parse_fast.hpp), anything else and
// any surprise with simdjson. Owned by the adapter, on the instance's data path. Allocates nothing
// for a frame of data once its buffers have grown.
#pragma once

#include <memory>
#include <vector>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bitfinex {

// The longest message the venue sends is far below; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20U;
inline constexpr std::uint32_t kConnectionsMax = 1024;

// What conf asks for: every array ends with a number that counts the connection's arrays, then with
// the time in milliseconds.
inline constexpr std::uint64_t kFlagTimestamps = 32'768;
inline constexpr std::uint64_t kFlagSequence = 65'536;

enum class ChannelKind : std::uint8_t { Other, Trades, Status, Liquidations, Ticker };

struct Channel {
    std::uint64_t id = 0;
    ChannelKind kind = ChannelKind::Other;
    Contract* contract = nullptr;  // null for liquidations, which are of all contracts
};

// What was learned over one connection.
struct Connection {
    std::uint64_t flags = 0;     // confirmed by the venue
    std::uint64_t sequence = 0;  // of the last array; 0: none came yet
    std::vector<Channel> channels;

    [[nodiscard]] const Channel* find(std::uint64_t id) const {
        for (const Channel& channel : channels) {
            if (channel.id == id) {
                return &channel;
            }
        }
        return nullptr;
    }
};

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
    void forget(std::uint32_t connection);

    ContractTable& contracts() { return contracts_; }

private:
    // False when the general way has to look.
    bool decode_fast(const Frame& frame, DecodeOut& out, Decoded& answer);

    struct Reader;  // keeps simdjson out of this header

    ContractTable contracts_;
    std::uint64_t fast_count_ = 0;
    std::vector<Connection> connections_;  // by index of the plan
    std::unique_ptr<Reader> reader_;
};

}  // namespace petrel::bitfinex
