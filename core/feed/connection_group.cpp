// Lanes: two a leg, one for its live socket and one for the successor.
#include "feed/connection_group.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "observe/log.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kWorstStreams = 5;

// The smaller, the better it does.
int rank(FeedState state) {
    constexpr std::array order = {FeedState::Healthy, FeedState::Quiet,      FeedState::Pending,
                                  FeedState::Suspect, FeedState::Connecting, FeedState::Unusable};
    return static_cast<int>(std::find(order.begin(), order.end(), state) - order.begin());
}

}  // namespace

ConnectionGroup::ConnectionGroup(const MakeSession& make, GroupOptions options)
    : options_(std::move(options)) {
    if (options_.redundancy > 1) {
        copies_ = std::make_unique<CopyMerge>();
    }
    for (std::uint32_t leg = 0; leg < options_.redundancy; ++leg) {
        StreamWatch* watch = nullptr;
        if (options_.pulse != nullptr) {
            watches_.push_back(std::make_unique<StreamWatch>(options_.streams, *options_.pulse,
                                                             WatchLimits{}, options_.drain));
            watch = watches_.back().get();
        }
        legs_.push_back(std::make_unique<ConnectionSlot>(
            [this, make, leg, watch, copies = copies_.get()](std::uint32_t side) {
                return make({leg, 2 * leg + side, copies, watch, this});
            },
            options_.succession));
    }
}

// Never while it is being made: no socket is open by then.
void ConnectionGroup::on_broken(const ConnectionPlan& plan, std::int64_t last_ns) {
    last_ns_ = std::max(last_ns_, last_ns);
    const bool flows =
        std::any_of(legs_.begin(), legs_.end(), [](const auto& leg) { return leg->flows(); });
    if (options_.watch != nullptr && !flows) {
        options_.watch->on_broken(plan, last_ns_);
    }
}

// After a break that nobody was told of there is nothing to resume, and the watch knows that.
void ConnectionGroup::on_resumed(const ConnectionPlan& plan, std::int64_t first_ns) {
    if (options_.watch != nullptr) {
        options_.watch->on_resumed(plan, first_ns);
    }
}

void ConnectionGroup::look_after() {
    if (copies_ != nullptr && options_.tap != nullptr) {
        options_.tap->release_due(*copies_, wall_now_ns());
    }
    for (std::uint32_t leg = 0; leg < legs_.size(); ++leg) {
        legs_[leg]->look_after();
        if (leg < watches_.size()) {
            heed(leg, watches_[leg]->look(steady_now_ns(), wall_now_ns()));
        }
    }
}

// One new socket is enough for all streams that ask for one.
void ConnectionGroup::heed(std::uint32_t leg, const std::vector<StreamStep>& steps) {
    const StreamWatch& watch = *watches_[leg];
    std::vector<std::string> topics;
    bool anew = false;
    bool elsewhere = false;
    bool alarmed = false;
    for (const StreamStep& step : steps) {
        switch (step.remedy) {
            case StreamRemedy::Resubscribe:
                topics.push_back(watch.topic(step.stream));
                break;
            case StreamRemedy::Reconnect:
                anew = true;
                break;
            case StreamRemedy::OtherEndpoint:
                elsewhere = true;
                break;
            default:
                alarmed ? void() : tell(watch, step);
                alarmed = true;
        }
    }
    if (steps.empty()) {
        return;
    }
    const std::vector<StreamTrouble> worst = watch.worst(1);
    const std::string why = worst.empty() ? "" : ": " + worst[0].topic + " is " + worst[0].why;
    if (elsewhere || anew) {
        log::warning("feed", options_.label + ": a new socket is opened" +
                                 (elsewhere ? ", on another end point if there is one" : "") + why);
        legs_[leg]->replace(elsewhere ? ConnectionSlot::Where::Elsewhere
                                      : ConnectionSlot::Where::Anywhere);
    } else if (!topics.empty()) {
        log::warning("feed", options_.label + ": " + std::to_string(topics.size()) +
                                 " streams are subscribed again" + why);
        legs_[leg]->resubscribe(topics);
    }
}

void ConnectionGroup::tell(const StreamWatch& watch, const StreamStep& step) const {
    const bool back = step.remedy == StreamRemedy::AllClear;
    const std::vector<StreamTrouble> worst = watch.worst(1);
    std::string detail = watch.topic(step.stream);
    if (!back && !worst.empty()) {
        detail = worst[0].topic + " is " + worst[0].why +
                 "; a new subscription, a new socket and " + "another end point did not help";
    }
    log::warning("feed", options_.label + (back ? " is whole again: " : " is blind: ") + detail);
    if (options_.alarm) {
        options_.alarm({options_.label,
                        options_.label + (back ? " is whole again" : " has streams that are dead"),
                        detail, back});
    }
}

FeedStatus ConnectionGroup::leg_status(std::uint32_t leg) const {
    FeedStatus status = legs_[leg]->status();
    if (leg >= watches_.size()) {
        return status;
    }
    const StreamWatch& watch = *watches_[leg];
    status.streams_quiet = watch.count_of(StreamState::Quiet);
    status.streams_suspect = watch.count_of(StreamState::Suspect);
    status.streams_dead = watch.count_of(StreamState::Dead);
    for (StreamTrouble& trouble : watch.worst(kWorstStreams)) {
        status.worst_streams.push_back({leg, std::move(trouble)});
    }
    const bool open = status.state == FeedState::Healthy || status.state == FeedState::Quiet ||
                      status.state == FeedState::Pending;
    if (open && status.streams_suspect + status.streams_dead > 0) {
        status.state = FeedState::Suspect;
    } else if (status.state == FeedState::Healthy && watch.count() > 0 &&
               status.streams_quiet == watch.count()) {
        status.state = FeedState::Quiet;  // after a sleep of ours, say, until one shows itself
    }
    return status;
}

void ConnectionGroup::stop() {
    for (const auto& leg : legs_) {
        leg->stop();
    }
}

bool ConnectionGroup::stopped() const {
    return std::all_of(legs_.begin(), legs_.end(), [](const auto& leg) { return leg->stopped(); });
}

SocketStatus ConnectionGroup::socket(std::uint32_t leg, const FeedStatus& status,
                                     std::uint64_t firsts) const {
    SocketStatus socket;
    socket.endpoint = status.endpoint;
    socket.state = status.state;
    socket.reconnects = status.reconnects;
    socket.round_trip_ns = status.round_trip_ns;
    socket.last_trouble = status.last_trouble;
    std::int64_t lead_ns = 0;
    std::uint64_t lead_count = 0;
    for (const std::uint32_t lane : {2 * leg, 2 * leg + 1}) {
        const FirstFigures& figures = copies_->figures(lane);
        socket.firsts += figures.firsts;
        socket.copies += figures.copies;
        lead_ns += figures.lead_ns;
        lead_count += figures.lead_count;
    }
    socket.share_of_firsts =
        firsts == 0 ? 0 : static_cast<double>(socket.firsts) / static_cast<double>(firsts);
    socket.lead_ms =
        lead_count == 0 ? 0 : static_cast<double>(lead_ns) / static_cast<double>(lead_count) / 1e6;
    return socket;
}

FeedStatus ConnectionGroup::status() const {
    if (copies_ == nullptr) {
        return leg_status(0);
    }
    std::vector<FeedStatus> each;
    std::uint64_t firsts = 0;
    for (std::uint32_t leg = 0; leg < legs_.size(); ++leg) {
        each.push_back(leg_status(leg));
    }
    for (std::uint32_t lane = 0; lane < FirstCopy::kLanesMax; ++lane) {
        firsts += copies_->figures(lane).firsts;
    }
    const auto best = std::min_element(
        each.begin(), each.end(),
        [](const FeedStatus& a, const FeedStatus& b) { return rank(a.state) < rank(b.state); });
    FeedStatus status = *best;
    for (std::uint32_t leg = 0; leg < each.size(); ++leg) {
        status.sockets.push_back(socket(leg, each[leg], firsts));
        if (&each[leg] != &*best) {
            add_counts(status, each[leg]);
            status.worst_streams.insert(status.worst_streams.end(), each[leg].worst_streams.begin(),
                                        each[leg].worst_streams.end());
            status.successions += each[leg].successions;
            status.successions_failed += each[leg].successions_failed;
        }
    }
    return status;
}

}  // namespace petrel::core
