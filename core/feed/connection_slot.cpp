// Who carries a connection now, and who shall carry it next.
#include "feed/connection_slot.hpp"

#include <algorithm>

#include "observe/log.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

std::string label(const FeedSession& session) {
    const FeedStatus status = session.status();
    return status.venue + " " + status.connection;
}

}  // namespace

ConnectionSlot::ConnectionSlot(MakeSession make, SuccessionLimits limits)
    : make_(std::move(make)), limits_(limits), live_(make_(side_)) {}

bool ConnectionSlot::of_age(std::int64_t now_ns, double share) const {
    const std::int64_t since_ns = live_->open_since_ns();
    const double life_s = live_->plan().life_s_max;
    return life_s > 0 && since_ns != 0 &&
           static_cast<double>(now_ns - since_ns) > life_s * share * 1e9;
}

void ConnectionSlot::look_after() {
    see_off();
    const std::int64_t now_ns = steady_now_ns();
    if (next_ != nullptr) {
        return judge_successor(now_ns);
    }
    if (now_ns < not_before_ns_ || !of_age(now_ns, limits_.share_of_life)) {
        return;
    }
    log::info("feed", label(*live_) + ": a successor is opened before the venue's age limit");
    next_ = make_(1 - side_);
    next_began_ns_ = now_ns;
    next_->begin_beside();
    next_->start(0);
}

void ConnectionSlot::replace(Where where) {
    if (live_->open_since_ns() == 0) {
        return;  // a new one is on its way
    }
    if (next_ != nullptr) {
        retire(std::move(next_));
    }
    next_ = make_(1 - side_);
    next_->avoid(where == Where::Elsewhere ? live_->endpoint() : std::nullopt);
    next_began_ns_ = steady_now_ns();
    next_->begin_beside();
    next_->start(0);
}

void ConnectionSlot::judge_successor(std::int64_t now_ns) {
    const std::int64_t next_since_ns = next_->open_since_ns();
    if (next_->last_data_steady_ns() != 0) {
        return hand_over();
    }
    if (live_->open_since_ns() > next_began_ns_) {
        return retire(std::move(next_));  // the venue was faster: the live socket is a new one
    }
    if (of_age(now_ns, 1.0) && next_since_ns != 0) {
        return hand_over();  // the old one is about to be cut anyhow
    }
    if (next_->waits_for_its_turn()) {
        if (live_->open_since_ns() == 0) {
            return retire(std::move(next_));  // the live one is as good, and goes first
        }
        next_began_ns_ = now_ns;  // its time has not begun
        return;
    }
    const std::int64_t from_ns = next_since_ns != 0 ? next_since_ns : next_began_ns_;
    const bool patient = now_ns - from_ns < limits_.patience_ms * kNsPerMs;
    const bool live_spoke = live_->last_data_steady_ns() > from_ns;
    if (!patient && live_spoke) {
        give_up(now_ns);
    }
    // While both are silent nothing tells them apart: in a quiet market that is no fault.
}

void ConnectionSlot::hand_over() {
    ++past_.successions;
    retire(std::move(live_));
    live_ = std::move(next_);
    side_ = 1 - side_;
}

void ConnectionSlot::give_up(std::int64_t now_ns) {
    ++past_.successions_failed;
    not_before_ns_ = now_ns + limits_.again_ms * kNsPerMs;
    log::warning("feed", label(*live_) + ": the successor shows no data while the present " +
                             "connection does; it is given up and tried again in " +
                             std::to_string(limits_.again_ms / 1'000) + " s");
    retire(std::move(next_));
}

void ConnectionSlot::retire(std::unique_ptr<FeedSession> session) {
    session->stop();
    leaving_.push_back(std::move(session));
}

void ConnectionSlot::see_off() {
    std::erase_if(leaving_, [this](const std::unique_ptr<FeedSession>& session) {
        if (session->stopped()) {
            add_counts(past_, session->status());
        }
        return session->stopped();
    });
}

void ConnectionSlot::stop() {
    live_->stop();
    if (next_ != nullptr) {
        next_->stop();
    }
}

bool ConnectionSlot::flows() const {
    return live_->flows() || (next_ != nullptr && next_->flows());
}

bool ConnectionSlot::stopped() const {
    return live_->stopped() && (next_ == nullptr || next_->stopped()) &&
           std::all_of(leaving_.begin(), leaving_.end(),
                       [](const auto& session) { return session->stopped(); });
}

FeedStatus ConnectionSlot::status() const {
    FeedStatus status = live_->status();
    add_counts(status, past_);
    for (const auto& session : leaving_) {
        add_counts(status, session->status());
    }
    if (next_ != nullptr) {
        add_counts(status, next_->status());
    }
    status.successions = past_.successions;
    status.successions_failed = past_.successions_failed;
    return status;
}

}  // namespace petrel::core
