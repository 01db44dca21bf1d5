// One planned connection of a venue over all its sockets: replaced before the venue's age limit
// without a gap.
//
// Make before break: a successor is opened beside the live socket and takes over once it has shown
// data; what comes twice is dropped by its id. A successor that stays silent while the live socket
// speaks is given up, counted, and tried again later; the live one stays until its age is up, and
// then whatever is open takes over. Sockets of the past say farewell in peace. Owned by an exchange
// feed, on the feed thread; looked after each second.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "feed/feed_session.hpp"
#include "feed/feed_status.hpp"

namespace petrel::core {

struct SuccessionLimits {
    double share_of_life = 0.95;         // of the age limit, when the first successor is opened
    std::uint32_t patience_ms = 30'000;  // for the first data of a successor
    std::uint32_t again_ms = 300'000;    // after one that was given up
};

class ConnectionSlot {
public:
    // Two sides, 0 and 1: a session and its successor are never on the same one.
    using MakeSession = std::function<std::unique_ptr<FeedSession>(std::uint32_t side)>;

    ConnectionSlot(MakeSession make, SuccessionLimits limits);

    void start(std::uint32_t after_ms) { live_->start(after_ms); }
    void look_after();
    // For streams that have stopped: subscribes again, or opens a successor now. With
    // Elsewhere it goes to another end point, if there is one. Nothing while no socket is open.
    void resubscribe(const std::vector<std::string>& topics) { live_->resubscribe(topics); }
    enum class Where : std::uint8_t { Anywhere, Elsewhere };
    void replace(Where where);
    void stop();
    [[nodiscard]] bool stopped() const;
    // A socket of it brings everything at this moment.
    [[nodiscard]] bool flows() const;
    // State and streams of the live socket, counts of all.
    [[nodiscard]] FeedStatus status() const;

private:
    [[nodiscard]] bool of_age(std::int64_t now_ns, double share) const;
    void judge_successor(std::int64_t now_ns);
    void hand_over();
    void give_up(std::int64_t now_ns);
    void retire(std::unique_ptr<FeedSession> session);
    void see_off();

    MakeSession make_;
    SuccessionLimits limits_;
    std::uint32_t side_ = 0;  // of the live one
    std::unique_ptr<FeedSession> live_;
    std::unique_ptr<FeedSession> next_;                  // to take over; null most of the time
    std::vector<std::unique_ptr<FeedSession>> leaving_;  // at most until their farewell is over
    std::int64_t next_began_ns_ = 0;
    std::int64_t not_before_ns_ = 0;
    FeedStatus past_;  // counts of the sockets that are gone
};

}  // namespace petrel::core
