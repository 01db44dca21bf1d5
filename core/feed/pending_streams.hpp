// Which streams of one connection have not shown data since it opened: an acknowledgement alone
// proves nothing.
//
// Part of a feed session, on the feed thread. Cheap while streams are pending, nothing after.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace petrel::core {

// Kinds of one instrument that come over one subscription.
struct StreamKinds {
    std::uint32_t instrument = 0;
    std::uint32_t kinds = 0;  // bits of PETREL_KIND_BIT; data of any of them will do
};

class PendingStreams {
public:
    explicit PendingStreams(std::vector<StreamKinds> streams);

    // The connection was opened anew: all are pending again.
    void reset();
    // An event came. `kind` is below 32.
    void saw(std::uint32_t instrument, std::uint32_t kind) {
        if ((awaited_kinds_ >> kind & 1U) != 0) {
            look_up(instrument, 1U << kind);
        }
    }
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    void look_up(std::uint32_t instrument, std::uint32_t kind_bit);

    std::vector<StreamKinds> streams_;  // by instrument
    std::vector<bool> pending_;         // as streams_
    std::size_t count_ = 0;
    std::uint32_t awaited_kinds_ = 0;  // of all streams until none is pending
};

}  // namespace petrel::core
