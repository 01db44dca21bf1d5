// The two decoders behind one face; see parse.hpp.
#include "parse.hpp"

#include "parse_fast.hpp"
#include "parse_slow.hpp"

namespace petrel::binance {

Decoder::Decoder() : slow_(std::make_unique<SlowDecoder>()) {}
Decoder::~Decoder() = default;

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    if (frame.text.size() <= kFrameBytesMax && decode_fast(frame, contracts_, out)) [[likely]] {
        ++fast_count_;
        return Decoded::done();
    }
    return decode_slow(frame, out);
}

Decoded Decoder::decode_slow(const Frame& frame, DecodeOut& out) {
    if (frame.text.empty() || frame.text.size() > kFrameBytesMax) {
        return Decoded::rejected(frame.text.empty() ? "frame is empty"
                                                    : "frame is longer than 1 MiB");
    }
    return slow_->decode(frame, contracts_, out);
}

Decoded Decoder::decode_interest(const Reply& reply, DecodeOut& out) {
    if (reply.body.empty() || reply.body.size() > kFrameBytesMax) {
        return Decoded::rejected("openInterest: the answer is empty or longer than 1 MiB");
    }
    return slow_->decode_interest(reply, contracts_, out);
}

}  // namespace petrel::binance
