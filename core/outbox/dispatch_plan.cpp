// Order by urgency with ageing; ties by age, then by key, so that the plan is the same each time.
#include "outbox/dispatch_plan.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace petrel::core {
namespace {

double age_s(const WaitingNotification& item, std::int64_t now_ns) {
    return static_cast<double>(std::max<std::int64_t>(0, now_ns - item.created_ns)) / 1e9;
}

std::vector<std::size_t> by_urgency(std::span<const WaitingNotification> waiting,
                                    std::int64_t now_ns, double ageing_per_s) {
    std::vector<std::size_t> order(waiting.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto rank = [&](std::size_t i) {
        const WaitingNotification& item = waiting[i];
        const double urgency = item.priority + age_s(item, now_ns) * ageing_per_s;
        return std::tuple<double, std::int64_t, const std::string&>(-urgency, item.created_ns,
                                                                    item.key);
    };
    std::sort(order.begin(), order.end(),
              [&](std::size_t x, std::size_t y) { return rank(x) < rank(y); });
    return order;
}

}  // namespace

DispatchPlan plan_dispatch(std::span<const WaitingNotification> waiting, const ChannelRoom& room,
                           std::int64_t now_ns, const DispatchOptions& options) {
    DispatchPlan plan;
    if (waiting.empty() || room.now == 0) {
        return plan;
    }
    const std::vector<std::size_t> order = by_urgency(waiting, now_ns, options.ageing_per_s);
    const double holds = static_cast<double>(room.now) + room.per_second * options.horizon_s;
    const bool fits = room.per_second <= 0 || static_cast<double>(waiting.size()) <= holds;
    std::size_t alone = std::min(room.now, order.size());
    if (!fits && order.size() > room.now) {
        // The last place is the digest's, save one that a critical alert takes before it.
        const auto& first = waiting[order.front()];
        double longest_s = 0;
        for (const WaitingNotification& item : waiting) {
            longest_s = std::max(longest_s, age_s(item, now_ns));
        }
        const bool critical_first = room.now == 1 && first.priority >= options.critical_from &&
                                    longest_s < options.critical_ahead_s;
        const std::size_t rest = order.size() - (room.now - 1);
        if (!critical_first && rest >= options.digest_least) {
            alone = room.now - 1;
            plan.together.assign(order.begin() + static_cast<std::ptrdiff_t>(alone), order.end());
        }
    }
    plan.alone.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(alone));
    return plan;
}

}  // namespace petrel::core
