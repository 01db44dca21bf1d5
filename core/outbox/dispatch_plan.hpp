// What of a channel's waiting notifications goes out now, one by one or together, when its budget
// is short.
//
// Stage 8. Pure: the waiting ones and the room of the channel decide. While the budget will hold
// all that waits, each goes alone, the most urgent first. In a storm the most urgent go alone and
// the rest becomes one digest; nothing is left out without being named or counted there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace petrel::core {

// Given in the order of their urgency.
struct WaitingNotification {
    int priority = 0;  // larger is more urgent
    std::int64_t created_ns = 0;
    bool may_merge = true;
};

inline constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// What the channel's limits leave.
struct ChannelRoom {
    std::size_t now = kNoLimit;    // so many may be sent at once
    std::size_t ahead = kNoLimit;  // and so many within the time ahead, now included
    // And so many of those now that something stays free for a message that comes next.
    std::size_t spare = kNoLimit;
};

struct DispatchOptions {
    std::int64_t ahead_ns = 10'000'000'000;          // for which the budget must last
    int critical_from = 300;                         // such a one never waits behind a digest
    std::int64_t critical_ahead_ns = 5'000'000'000;  // unless the rest has waited so long
    std::size_t digest_least = 3;                    // fewer are not worth one
};

struct DispatchPlan {
    std::vector<std::size_t> alone;     // indices, in the order in which they go out
    std::vector<std::size_t> together;  // in one digest after them; empty: none
    bool storm = false;                 // the budget does not hold what waits
};

DispatchPlan plan_dispatch(std::span<const WaitingNotification> waiting, const ChannelRoom& room,
                           std::int64_t now_ns, const DispatchOptions& options);

// How many pictures may follow what a plan for so many waiting ones sends: what no message needs.
std::size_t places_for_pictures(const DispatchPlan& plan, std::size_t waiting,
                                const ChannelRoom& room);

}  // namespace petrel::core
