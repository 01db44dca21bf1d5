// Decodes frames: JSON-RPC notifications into events, replies and heartbeats into notices.
//
// Owned by the adapter, one an instance, on its data path. Trades in the venue's own layout are
// read byte by byte (parse_fast.hpp), anything else and any surprise with simdjson. Allocates
// nothing for a frame of data once its buffers have grown.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::deribit {

// The longest message the venue sends is far below; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{1} << 20U;

// What the venue's test_request wants to hear.
inline constexpr std::string_view kTestMessage =
    R"({"jsonrpc":"2.0","id":2,"method":"public/test","params":{}})";

// The channels that each subscribe message asked for, by the id of the message. The venue leaves
// what it refuses out of its answer, so only a comparison shows it.
struct Asked {
    std::uint64_t first_id = 0;
    std::vector<std::vector<std::string>> channels;

    [[nodiscard]] const std::vector<std::string>* find(std::uint64_t id) const {
        return id >= first_id && id - first_id < channels.size() ? &channels[id - first_id]
                                                                 : nullptr;
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

    ContractTable& contracts() { return contracts_; }
    Asked& asked() { return asked_; }

private:
    struct Reader;  // keeps simdjson out of this header

    ContractTable contracts_;
    std::uint64_t fast_count_ = 0;
    Asked asked_;
    std::unique_ptr<Reader> reader_;
};

}  // namespace petrel::deribit
