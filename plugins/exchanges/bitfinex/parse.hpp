// Decodes frames: arrays of data into events, objects of control into notices.
//
// Data frames name their channel by a number that the venue gave when it confirmed the
// subscription, so what was confirmed is kept for each connection, and forgotten when it is opened
// anew. Owned by the adapter, on the instance's data path. Allocates nothing for a frame of data
// once its buffers have grown.
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
    void forget(std::uint32_t connection);

    ContractTable& contracts() { return contracts_; }

private:
    struct Reader;  // keeps simdjson out of this header

    ContractTable contracts_;
    std::vector<Connection> connections_;  // by index of the plan
    std::unique_ptr<Reader> reader_;
};

}  // namespace petrel::bitfinex
