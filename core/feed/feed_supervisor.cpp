// The venues of a feed thread, in the order of the configuration.
#include "feed/feed_supervisor.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "observe/log.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kFarewellNs = kNsPerSecond;  // the whole engine ends within five
constexpr std::int64_t kFarewellLookMs = 5;

}  // namespace

void FeedSupervisor::add(ExchangeHandle handle, std::uint16_t venue, FeedOptions options) {
    options.pulse = &pulse_;
    options.clock = &clock_;
    options.budget = &budget_;
    feeds_.push_back(
        std::make_unique<ExchangeFeed>(desk_, std::move(handle), venue, std::move(options)));
}

void FeedSupervisor::start() {
    for (const auto& feed : feeds_) {
        feed->start();
    }
}

// Event time, windows and timers live by receipts: whoever sets the machine's clock must not blind
// them.
void FeedSupervisor::heed_clock() {
    const std::int64_t step_ns = wall_clock_step_ns();
    const bool large = std::abs(step_ns) > kNsPerSecond;
    const std::string what = "the machine's clock was set by " +
                             human_fixed(static_cast<double>(step_ns) / 1e9, 0) + " s";
    if (clock_.judge(steady_now_ns(), step_ns) == ClockWitness::Verdict::Follow) {
        follow_wall_clock();
        if (large) {
            log::warning("feed", what + "; the venues' times do not speak against it");
        }
        clock_told_ = false;
        return;
    }
    if (!std::exchange(clock_told_, true)) {
        log::warning("feed", what +
                                 "; petrel goes on by what it was before, for as long as the "
                                 "venues' times agree with that");
    }
}

void FeedSupervisor::look_after() {
    heed_clock();
    if (!turn_.pending()) {
        pulse_.fade(steady_now_ns());
        look_from(0);
    }
}

void FeedSupervisor::look_from(std::size_t feed) {
    if (feed < feeds_.size()) {
        feeds_[feed]->look_after();
    }
    if (feed + 1 < feeds_.size()) {
        turn_.after(0, [this, feed] { look_from(feed + 1); });
    }
}

void FeedSupervisor::on_gap(std::uint16_t venue, const StreamGap& gap) {
    for (const auto& feed : feeds_) {
        if (feed->venue() == venue) {
            feed->on_gap(gap);
        }
    }
}

void FeedSupervisor::stop(std::function<void()> stopped) {
    stopped_ = std::move(stopped);
    turn_.cancel();
    farewell_ends_ns_ = steady_now_ns() + kFarewellNs;
    for (const auto& feed : feeds_) {
        feed->stop();
    }
    see_off();
}

void FeedSupervisor::see_off() {
    const auto silent = std::count_if(feeds_.begin(), feeds_.end(),
                                      [](const auto& feed) { return !feed->stopped(); });
    if (silent > 0 && steady_now_ns() < farewell_ends_ns_) {
        return farewell_.after(kFarewellLookMs, [this] { see_off(); });
    }
    if (silent > 0) {
        log::info("feed",
                  std::to_string(silent) + " venues did not answer the farewell in time; dropped");
    }
    feeds_.clear();
    if (const auto stopped = std::exchange(stopped_, nullptr)) {
        stopped();
    }
}

std::vector<EndpointStatus> FeedSupervisor::endpoints() {
    std::vector<EndpointStatus> endpoints;
    for (const auto& feed : feeds_) {
        feed->append_endpoints(endpoints);
    }
    return endpoints;
}

std::vector<KeyStatus> FeedSupervisor::keys() const {
    std::vector<KeyStatus> keys;
    for (const auto& feed : feeds_) {
        feed->append_keys(keys);
    }
    return keys;
}

std::vector<FeedStatus> FeedSupervisor::status() const {
    std::vector<FeedStatus> status;
    for (const auto& feed : feeds_) {
        feed->append_status(status);
    }
    return status;
}

}  // namespace petrel::core
