// A state machine of header bytes and payload lengths; payloads are skipped, never read.
#include "net/frame_meter.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

constexpr unsigned kFinal = 0x80;
constexpr unsigned kReserved = 0x70;
constexpr unsigned kOpcode = 0x0F;
constexpr unsigned kControl = 0x08;
constexpr unsigned kMasked = 0x80;

}  // namespace

void FrameMeter::add(std::span<const char> bytes, std::int64_t now_ns) {
    bool began_here = partial_since_ns_ == 0;
    while (!bytes.empty() && !lost_) {
        if (in_payload_) {
            const auto step = std::min<std::uint64_t>(payload_left_, bytes.size());
            payload_left_ -= step;
            bytes = bytes.subspan(static_cast<std::size_t>(step));
        } else {
            header_[header_have_++] = static_cast<unsigned char>(bytes.front());
            bytes = bytes.subspan(1);
            read_header();
        }
        if (in_payload_ && payload_left_ == 0) {
            end_frame();
            began_here = began_here || !in_message_;
        }
    }
    const bool clean = !lost_ && !in_message_ && !in_payload_ && header_have_ == 0;
    if (clean) {
        partial_since_ns_ = 0;
    } else if (began_here) {
        partial_since_ns_ = now_ns;
    }
}

void FrameMeter::read_header() {
    if (header_have_ == 2) {
        const unsigned length = header_[1] & 0x7FU;
        header_need_ = length == 126 ? 4 : length == 127 ? 10 : 2;
        const unsigned opcode = header_[0] & kOpcode;
        const bool known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
        const unsigned allowed = opcode == 1 || opcode == 2 ? allowed_bits_ : 0;
        lost_ = !known || (header_[0] & kReserved & ~allowed) != 0 || (header_[1] & kMasked) != 0 ||
                ((opcode & kControl) != 0 && (length > 125 || (header_[0] & kFinal) == 0)) ||
                (opcode == 0 && !in_message_) || ((opcode == 1 || opcode == 2) && in_message_);
        if (lost_ || (opcode & kControl) != 0) {
            raise_barrier();
        }
    }
    if (lost_ || header_have_ < header_need_) {
        return;
    }
    payload_left_ = header_[1] & 0x7FU;
    if (header_need_ > 2) {
        payload_left_ = 0;
        for (std::uint32_t i = 2; i < header_need_; ++i) {
            payload_left_ = (payload_left_ << 8) | header_[i];
        }
    }
    in_payload_ = true;
}

void FrameMeter::end_frame() {
    ++frames_;
    in_payload_ = false;
    header_have_ = 0;
    header_need_ = 2;
    if ((header_[0] & kControl) != 0) {
        return;
    }
    const bool final = (header_[0] & kFinal) != 0;
    in_message_ = !final;
    fragments_ = final ? 0 : fragments_ + 1;
    whole_ += final ? 1 : 0;
}

void FrameMeter::raise_barrier() {
    if (!barrier_pending()) {
        first_barrier_ = whole_;
        barrier_ = true;
    }
    last_barrier_ = whole_;
}

}  // namespace petrel::core
