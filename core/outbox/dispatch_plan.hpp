// What of a channel's waiting notifications goes out now, one by one or together, when its budget
// is short.
//
// Stage 8. Pure: the waiting ones, the room of the channel and the time decide. While the budget
// will hold all that is due within the horizon, each goes alone, the most urgent first. In a storm
// the most urgent go alone and the rest becomes one digest; nothing is left out without being named
// there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace petrel::core {

struct WaitingNotification {
    std::string key;
    int priority = 0;  // larger is more urgent
    std::int64_t created_ns = 0;
    std::int64_t use_by_ns = 0;
};

// What the channel's limits leave.
struct ChannelRoom {
    std::size_t now = 0;    // so many may be sent at once
    double per_second = 0;  // and so many a second after them; 0: no limit
};

struct DispatchOptions {
    double horizon_s = 10;         // what the budget must hold for each to go alone
    double ageing_per_s = 1;       // urgency that a second of waiting gives
    int critical_from = 300;       // priority from which one never waits behind a digest
    double critical_ahead_s = 5;   // unless the rest has waited so long
    std::size_t digest_least = 3;  // fewer are not worth one
};

struct DispatchPlan {
    std::vector<std::size_t> alone;     // indices, in the order in which they go out
    std::vector<std::size_t> together;  // in one digest after them; empty: none
};

DispatchPlan plan_dispatch(std::span<const WaitingNotification> waiting, const ChannelRoom& room,
                           std::int64_t now_ns, const DispatchOptions& options);

}  // namespace petrel::core
