// Joins the two readers and the writing of events; see parse.hpp.
#include "parse.hpp"

#include "events.hpp"
#include "parse_fast.hpp"

namespace petrel::bybit {

Decoded Decoder::decode(const Frame& frame, DecodeOut& out) {
    if (frame.text.size() > kFrameBytesMax) {
        return Decoded::rejected("frame is longer than 1 MiB");
    }
    content_.clear();
    if (readers_ == Readers::Both && read_fast(frame.text, contracts_, content_)) [[likely]] {
        return write_events(content_, contracts_, frame, out);
    }
    ++slow_count_;
    content_.clear();
    const Decoded read = slow_.read(frame.text, contracts_, content_, out);
    if (read.code != PETREL_OK || content_.channel == Channel::None) {
        return read;
    }
    return write_events(content_, contracts_, frame, out);
}

}  // namespace petrel::bybit
