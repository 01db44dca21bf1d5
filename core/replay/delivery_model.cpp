// A lane is a channel: what waits there, and how far its own time has come.
#include "replay/delivery_model.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "outbox/alert.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

constexpr double kHorizonS = 10;         // the budget must hold so long for each to go alone
constexpr double kUrgencyPerSecond = 1;  // that waiting adds to the priority
constexpr std::size_t kDigestLeast = 3;  // fewer are not worth a digest
constexpr std::int64_t kCriticalAheadNs = 5 * kNsPerSecond;  // unless others wait longer
constexpr int kCriticalFrom = 100 * static_cast<int>(PETREL_SEVERITY_CRITICAL);

double long_run_rate(const RateLimits& limits) {
    const double by_minute = limits.per_minute > 0 ? limits.per_minute / 60 : 0;
    if (limits.per_second <= 0 || by_minute <= 0) {
        return std::max(limits.per_second, by_minute);
    }
    return std::min(limits.per_second, by_minute);
}

std::string first_word(const std::string& text) { return text.substr(0, text.find_first_of(" :")); }

}  // namespace

std::string_view delivery_fate_name(DeliveryFate fate) {
    constexpr std::string_view names[] = {"sent", "late", "digested", "expired", "held"};
    return names[static_cast<std::size_t>(fate)];
}

std::uint64_t ChannelTally::count(DeliveryFate fate) const {
    const auto found = by_fate.find(fate);
    return found == by_fate.end() ? 0 : found->second;
}

Result<DeliveryModel> DeliveryModel::make(DeliveryModelOptions options) {
    std::vector<std::string> names;
    for (const ModelChannel& channel : options.channels) {
        names.push_back(channel.name);
    }
    Result<Router> router = Router::make(std::move(options.routing), std::move(names));
    if (!router.ok()) {
        return router.status();
    }
    return DeliveryModel(std::move(*router), std::move(options));
}

DeliveryModel::DeliveryModel(Router router, DeliveryModelOptions options)
    : router_(std::move(router)), use_by_ns_(options.use_by_ns) {
    for (ModelChannel& channel : options.channels) {
        const RateLimits limits = channel.limits;
        lanes_.push_back({std::move(channel), RateLimit(limits), long_run_rate(limits), 0, {}, 0});
    }
}

void DeliveryModel::on_signal(SignalChange change, const Signal& signal) {
    now_ns_ = std::max(now_ns_, signal.ts_ns);  // symbols take turns, not always in order
    for (Lane& lane : lanes_) {
        run(lane, now_ns_);
    }
    if (change == SignalChange::Admitted) {
        admit(signal);
    } else if (change == SignalChange::Expired) {
        std::erase_if(active_, [&](const AlertFacts& facts) { return facts.id == signal.id; });
    }
}

void DeliveryModel::admit(const Signal& signal) {
    const auto [known, is_new] = by_signal_.try_emplace(signal.id);
    if (!is_new) {
        return;  // told already, under the same key
    }
    const AlertText alert = compose_alert(signal);
    AlertFacts facts = facts_of(signal, alert);
    const RoutingDecision decision = router_.decide(facts, now_ns_, {}, active_);
    router_.count(decision, now_ns_);
    active_.push_back(std::move(facts));
    for (const ChannelChoice& choice : decision.choices) {
        if (!choice.send) {
            known->second[choice.channel] = {DeliveryFate::Held, 0, choice.reason};
            continue;
        }
        const auto lane = std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane& l) {
            return l.channel.name == choice.channel;
        });
        if (lane != lanes_.end()) {
            lane->waiting.push_back({signal.id, priority_of(alert), now_ns_});
            run(*lane, now_ns_);
        }
    }
}

void DeliveryModel::run(Lane& lane, std::int64_t until_ns) {
    while (!lane.waiting.empty()) {
        const std::int64_t wait_ns = lane.limit.wait_ns(lane.at_ns);
        if (wait_ns > until_ns - lane.at_ns) {
            break;
        }
        lane.at_ns += wait_ns;
        expire(lane);
        if (wait_ns == 0 && !lane.waiting.empty()) {
            send(lane);
        }
    }
    lane.at_ns = until_ns;
    expire(lane);  // what is too old by now has ended, whenever the channel is free again
}

void DeliveryModel::send(Lane& lane) {
    const auto urgency = [&](const Waiting& one) {
        const double age_s = static_cast<double>(lane.at_ns - one.created_ns) / 1e9;
        return std::tuple(-(one.priority + age_s * kUrgencyPerSecond), one.created_ns, one.id);
    };
    const auto first = std::min_element(
        lane.waiting.begin(), lane.waiting.end(),
        [&](const Waiting& a, const Waiting& b) { return urgency(a) < urgency(b); });
    const auto longest = std::min_element(
        lane.waiting.begin(), lane.waiting.end(),
        [](const Waiting& a, const Waiting& b) { return a.created_ns < b.created_ns; });
    const std::size_t count = lane.waiting.size();
    const std::size_t room = std::min(count, lane.limit.available(lane.at_ns));
    const bool fits =
        lane.per_second <= 0 ||
        static_cast<double>(count) <= static_cast<double>(room) + lane.per_second * kHorizonS;
    const bool critical_first =
        first->priority >= kCriticalFrom && lane.at_ns - longest->created_ns < kCriticalAheadNs;
    lane.limit.take(lane.at_ns);
    if (fits || room > 1 || critical_first || count < kDigestLeast) {
        const bool late = lane.at_ns - first->created_ns > kOnTimeNs;
        end(lane, *first, late ? DeliveryFate::Late : DeliveryFate::Sent);
        lane.waiting.erase(first);
        return;
    }
    ++lane.digests;
    for (const Waiting& one : lane.waiting) {
        end(lane, one, DeliveryFate::Digested);
    }
    lane.waiting.clear();
}

void DeliveryModel::expire(Lane& lane) {
    std::erase_if(lane.waiting, [&](const Waiting& one) {
        const bool too_old = lane.at_ns > one.created_ns + use_by_ns_;
        if (too_old) {
            end(lane, one, DeliveryFate::Expired);
        }
        return too_old;
    });
}

void DeliveryModel::end(const Lane& lane, const Waiting& waiting, DeliveryFate fate) {
    const std::int64_t waited_ns =
        fate == DeliveryFate::Expired ? use_by_ns_ : lane.at_ns - waiting.created_ns;
    by_signal_[waiting.id][lane.channel.name] = {fate, waited_ns, {}};
}

void DeliveryModel::finish() {
    for (Lane& lane : lanes_) {
        run(lane, std::numeric_limits<std::int64_t>::max());
    }
}

std::vector<ChannelTally> DeliveryModel::tallies() const {
    std::vector<ChannelTally> tallies;
    for (const Lane& lane : lanes_) {
        ChannelTally tally;
        tally.digests = lane.digests;
        for (const auto& [id, fates] : by_signal_) {
            const auto found = fates.find(lane.channel.name);
            if (found == fates.end()) {
                continue;
            }
            const ModelDelivery& delivery = found->second;
            ++tally.by_fate[delivery.fate];
            if (delivery.fate == DeliveryFate::Held) {
                ++tally.held_for[first_word(delivery.reason)];
            } else if (delivery.fate != DeliveryFate::Expired) {
                tally.waited_ns_max = std::max(tally.waited_ns_max, delivery.waited_ns);
            }
        }
        tallies.push_back(std::move(tally));
    }
    return tallies;
}

}  // namespace petrel::core
