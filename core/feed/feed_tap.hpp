// Between an adapter and the sink: every event of a venue, with the socket that brought it.
//
// Shows each event to the socket's watch and lets only first copies pass where several sockets
// carry the same streams. What comes over REST passes untouched. Owned by an exchange feed, on the
// feed thread; borrows the sink.
#pragma once

#include <cstdint>
#include <vector>

#include "feed/clock_witness.hpp"
#include "feed/copy_merge.hpp"
#include "feed/feed_sink.hpp"
#include "feed/interest_drain.hpp"
#include "feed/stream_watch.hpp"

namespace petrel::core {

// The socket whose frame is being read.
struct TappedSocket {
    CopyMerge* copies = nullptr;  // null: it is alone
    std::uint32_t lane = 0;
    StreamWatch* watch = nullptr;  // null: nobody watches

    void opened(std::int64_t now_ns) const;
    void closed() const;
};

class FeedTap final : public EventSink {
public:
    // `clock` is borrowed; null: nobody judges the clock.
    explicit FeedTap(EventSink& next, ClockWitness* clock = nullptr) : next_(next), clock_(clock) {}

    // Events from here on come over `socket`, in a frame that came at `now_ns` (steady); null: over
    // REST.
    void from(const TappedSocket* socket, std::int64_t now_ns = 0) {
        socket_ = socket;
        now_ns_ = now_ns;
    }

    [[nodiscard]] const InterestDrain& drain() const { return drain_; }

    std::size_t on_events(std::uint16_t venue, std::span<MarketEvent> events) override;
    // What several sockets held back for long enough goes on. Each second.
    void release_due(CopyMerge& copies, std::int64_t now_ns);

private:
    void witness(std::span<const MarketEvent> events);

    EventSink& next_;
    ClockWitness* clock_;
    InterestDrain drain_;
    const TappedSocket* socket_ = nullptr;
    std::vector<MarketEvent> merged_;  // of one frame; kept for its room
    std::uint16_t venue_ = 0;
    std::int64_t now_ns_ = 0;
    bool plausible_ = true;  // something of the latest events that passed
};

}  // namespace petrel::core
