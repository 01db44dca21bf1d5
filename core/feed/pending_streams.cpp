// Streams sorted by instrument; a look-up ends at the few of one instrument.
#include "feed/pending_streams.hpp"

#include <algorithm>

namespace petrel::core {

PendingStreams::PendingStreams(std::vector<StreamKinds> streams) : streams_(std::move(streams)) {
    std::stable_sort(
        streams_.begin(), streams_.end(),
        [](const StreamKinds& a, const StreamKinds& b) { return a.instrument < b.instrument; });
    reset();
}

void PendingStreams::reset() {
    pending_.assign(streams_.size(), true);
    count_ = streams_.size();
    awaited_kinds_ = 0;
    for (const StreamKinds& stream : streams_) {
        awaited_kinds_ |= stream.kinds;
    }
}

void PendingStreams::look_up(std::uint32_t instrument, std::uint32_t kind_bit) {
    auto stream = std::lower_bound(
        streams_.begin(), streams_.end(), instrument,
        [](const StreamKinds& s, std::uint32_t wanted) { return s.instrument < wanted; });
    for (; stream != streams_.end() && stream->instrument == instrument; ++stream) {
        const auto at = static_cast<std::size_t>(stream - streams_.begin());
        if (pending_[at] && (stream->kinds & kind_bit) != 0) {
            pending_[at] = false;
            --count_;
        }
    }
    if (count_ == 0) {
        awaited_kinds_ = 0;
    }
}

}  // namespace petrel::core
