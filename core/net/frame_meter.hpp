// Watches the bytes of a WebSocket server go by and knows where frames end: since when a message
// is under way, and which messages have arrived whole.
//
// Sits under the WebSocket layer, which does the real parsing; at anything unusual the meter stops
// promising whole messages and leaves the judgement to that layer. One connection, its thread.
#pragma once

#include <cstdint>
#include <span>

namespace petrel::core {

class FrameMeter {
public:
    // More fragments than this in one message are an attack, whatever their size.
    static constexpr std::uint32_t kFragmentsMax = 16'384;

    // The first frame of a message may say that it is compressed (RSV1).
    void allow_compressed() { allowed_bits_ = 0x40; }

    // The next bytes of the stream, which arrived at `now_ns`.
    void add(std::span<const char> bytes, std::int64_t now_ns);

    // The WebSocket layer handed one message on.
    void delivered() { ++delivered_; }

    // True when the next message is here whole with no control frame before or in it, so that it
    // can be read without waiting and without answering anything.
    [[nodiscard]] bool next_is_whole() const {
        return delivered_ < (barrier_pending() ? first_barrier_ : whole_);
    }
    // When the first byte of the message or frame came that is not whole yet; 0 when none is.
    [[nodiscard]] std::int64_t partial_since_ns() const { return partial_since_ns_; }
    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    // A frame broke the protocol.
    [[nodiscard]] bool lost() const { return lost_; }
    [[nodiscard]] bool too_many_fragments() const { return fragments_ > kFragmentsMax; }

private:
    void read_header();
    void end_frame();
    void raise_barrier();
    [[nodiscard]] bool barrier_pending() const { return barrier_ && delivered_ <= last_barrier_; }

    unsigned char header_[10] = {};
    std::uint32_t header_have_ = 0;
    std::uint32_t header_need_ = 2;
    std::uint64_t payload_left_ = 0;
    bool in_payload_ = false;
    bool in_message_ = false;    // between a first fragment and the final one
    unsigned allowed_bits_ = 0;  // of the reserved ones, on the first frame of a message
    bool lost_ = false;          // saw something unusual; promises nothing any more
    std::uint32_t fragments_ = 0;
    std::uint64_t whole_ = 0;  // data messages that are here whole
    std::uint64_t frames_ = 0;
    std::uint64_t delivered_ = 0;
    // Control frames lie somewhere between these two messages. Until the one behind the last of
    // them was delivered, only those before the first are promised.
    std::uint64_t first_barrier_ = 0;
    std::uint64_t last_barrier_ = 0;
    bool barrier_ = false;
    std::int64_t partial_since_ns_ = 0;
};

}  // namespace petrel::core
