// The last place of the room is the digest's.
#include "outbox/dispatch_plan.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

// Whether the only place is for the most urgent one, because it is critical and nobody has waited
// long.
bool critical_first(std::span<const WaitingNotification> waiting, std::int64_t now_ns,
                    const DispatchOptions& options) {
    return waiting.front().priority >= options.critical_from &&
           std::all_of(waiting.begin(), waiting.end(), [&](const WaitingNotification& item) {
               return now_ns - item.created_ns < options.critical_ahead_ns;
           });
}

std::vector<std::size_t> mergeable(std::span<const WaitingNotification> waiting, std::size_t from) {
    std::vector<std::size_t> list;
    for (std::size_t i = from; i < waiting.size(); ++i) {
        if (waiting[i].may_merge) {
            list.push_back(i);
        }
    }
    return list;
}

}  // namespace

DispatchPlan plan_dispatch(std::span<const WaitingNotification> waiting, const ChannelRoom& room,
                           std::int64_t now_ns, const DispatchOptions& options) {
    DispatchPlan plan;
    plan.storm = waiting.size() > room.ahead;
    if (waiting.empty() || room.now == 0) {
        return plan;
    }
    std::size_t alone = std::min(room.now, waiting.size());
    if (plan.storm && waiting.size() > room.now &&
        !(room.now == 1 && critical_first(waiting, now_ns, options))) {
        plan.together = mergeable(waiting, room.now - 1);
        if (plan.together.size() >= options.digest_least) {
            alone = room.now - 1;
        } else {
            plan.together.clear();
        }
    }
    for (std::size_t i = 0; i < alone; ++i) {
        plan.alone.push_back(i);
    }
    return plan;
}

std::size_t places_for_pictures(const DispatchPlan& plan, std::size_t waiting,
                                const ChannelRoom& room) {
    if (plan.storm || plan.alone.size() < waiting) {
        return 0;
    }
    const auto left = [&](std::size_t count) { return count - std::min(count, waiting); };
    return std::min({left(room.now), left(room.ahead), left(room.spare)});
}

}  // namespace petrel::core
