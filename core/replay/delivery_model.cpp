// A lane is a channel: what waits there, and how far its own time has come.
#include "replay/delivery_model.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "outbox/alert.hpp"

namespace petrel::core {
namespace {

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
    : router_(std::move(router)), use_by_ns_(options.use_by_ns), dispatch_(options.dispatch) {
    for (ModelChannel& channel : options.channels) {
        const RateLimits limits = channel.limits;
        lanes_.push_back({std::move(channel), RateLimit(limits), 0, {}, 0});
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

// What the outbox would hand over now, in its order: a second of waiting is worth a point of
// priority.
void DeliveryModel::send(Lane& lane) {
    const auto urgency = [](const Waiting& one) {
        return std::tuple(one.created_ns - one.priority * kNsPerSecond, std::string_view(one.id));
    };
    std::sort(lane.waiting.begin(), lane.waiting.end(),
              [&](const Waiting& a, const Waiting& b) { return urgency(a) < urgency(b); });
    std::vector<WaitingNotification> waiting;
    for (const Waiting& one : lane.waiting) {
        waiting.push_back({one.priority, one.created_ns, lane.channel.takes_digests});
    }
    const ChannelRoom room{
        lane.limit.available(lane.at_ns),
        lane.limit.limited() ? lane.limit.within(lane.at_ns, dispatch_.ahead_ns) : kNoLimit};
    const DispatchPlan plan = plan_dispatch(waiting, room, lane.at_ns, dispatch_);
    std::vector<Waiting> left = std::exchange(lane.waiting, {});
    for (const std::size_t i : plan.alone) {
        lane.limit.take(lane.at_ns);
        const bool late = lane.at_ns - left[i].created_ns > kOnTimeNs;
        end(lane, left[i], late ? DeliveryFate::Late : DeliveryFate::Sent);
        left[i].id.clear();
    }
    for (const std::size_t i : plan.together) {
        end(lane, left[i], DeliveryFate::Digested);
        left[i].id.clear();
    }
    if (!plan.together.empty()) {
        lane.limit.take(lane.at_ns);
        ++lane.digests;
    }
    std::erase_if(left, [](const Waiting& one) { return one.id.empty(); });
    lane.waiting = std::move(left);
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
