// One planned connection of a venue, carried by one socket or by several at once.
//
// Each leg is a connection slot of its own, on an end point of its own where there are enough; the
// first copy of every event wins. A socket that breaks while another one flows is no blindness:
// only the last one is told of. Owned by an exchange feed, on the feed thread; looked after each
// second.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "feed/connection_slot.hpp"
#include "feed/copy_merge.hpp"
#include "feed/stream_watch.hpp"

namespace petrel::core {

inline constexpr std::uint32_t kRedundancyMax = FirstCopy::kLanesMax / 2;

// What people are told of a connection's streams: that they are dead, and when they are back.
struct FeedAlarm {
    std::string about;  // the connection
    std::string headline;
    std::string detail;
    bool over = false;
};

struct GroupOptions {
    std::string label;             // "acme market-1", for the log
    std::uint32_t redundancy = 1;  // 1 to kRedundancyMax
    SuccessionLimits succession;
    std::vector<WatchedStream> streams;
    FeedTap* tap = nullptr;                // borrowed; takes what several sockets held back
    SymbolPulse* pulse = nullptr;          // borrowed; null: streams are not watched
    const InterestDrain* drain = nullptr;  // borrowed; may be null
    ConnectionWatch* watch = nullptr;      // told when nothing flows any more; outlives the group
    // When the means against a dead stream are used up, and when it is back.
    std::function<void(FeedAlarm alarm)> alarm;
};

class ConnectionGroup final : private ConnectionWatch {
public:
    // Makes a session of a leg. No two that live at the same time have one lane; `copies` is null
    // when there is only one leg, and outlives the session.
    struct Seat {
        std::uint32_t leg = 0;
        std::uint32_t lane = 0;
        CopyMerge* copies = nullptr;
        StreamWatch* watch = nullptr;     // null: nobody watches; outlives the session as well
        ConnectionWatch* ends = nullptr;  // for the session's own breaks
    };
    using MakeSession = std::function<std::unique_ptr<FeedSession>(const Seat&)>;

    ConnectionGroup(const MakeSession& make, GroupOptions options);

    void start_leg(std::uint32_t leg) { legs_[leg]->start(0); }
    void look_after();
    void stop();
    [[nodiscard]] bool stopped() const;
    // State and streams of the best leg, counts of all.
    [[nodiscard]] FeedStatus status() const;

private:
    [[nodiscard]] SocketStatus socket(std::uint32_t leg, const FeedStatus& status,
                                      std::uint64_t firsts) const;

    void on_broken(const ConnectionPlan& plan, std::int64_t last_ns) override;
    void on_resumed(const ConnectionPlan& plan, std::int64_t first_ns) override;
    void heed(std::uint32_t leg, const std::vector<StreamStep>& steps);
    void tell(const StreamWatch& watch, const StreamStep& step) const;
    [[nodiscard]] FeedStatus leg_status(std::uint32_t leg) const;

    GroupOptions options_;
    std::int64_t last_ns_ = 0;  // exchange time of the latest event over sockets that broke
    // Before the sessions that borrow them.
    std::unique_ptr<CopyMerge> copies_;                  // null with one leg
    std::vector<std::unique_ptr<StreamWatch>> watches_;  // by leg; none without a pulse
    std::vector<std::unique_ptr<ConnectionSlot>> legs_;
};

}  // namespace petrel::core
