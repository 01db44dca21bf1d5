// What is asked of notifications after the fact: lists, gaps, dead letters, drills, and the check
// of the chain. Plain values; times are nanoseconds since 1970 UTC.
//
// Between the store and whoever asks it, on the thread that owns the store.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/rows.hpp"

namespace petrel::core {

inline constexpr std::array<std::string_view, 8> kNotificationStates{
    "pending", "delivered", "held", "refused", "expired", "replaced", "merged", "diverted"};

// The ids of fire drills begin with it. Drills are no signals.
inline constexpr std::string_view kDrillPrefix = "drill-";

struct TrackedQuery {
    enum class Which : std::uint8_t {
        All,
        Dead,         // refused or expired, and neither drill nor picture
        Undelivered,  // all that is not delivered, and neither drill nor picture
        Drills
    };
    Which which = Which::All;
    std::string channel;  // empty: all, as below
    std::string state;
    std::string signal;  // the beginning of its id, or a whole key
    std::string symbol;  // canonical
    std::string type;    // of the signal; "SYSTEM" for alerts of the system, "TEST" for drills
    std::int64_t since_ns = 0;  // of its making
    int limit = 100;            // the newest
};

// A notification with what the store knows of its signal.
struct TrackedRow {
    NotificationRow row;
    std::string type;    // empty where neither signal nor id tells it
    std::string symbol;  // empty without a signal
};

// A signal that was admitted and has no notification at all.
struct UnroutedRow {
    std::string id;
    std::string type;
    std::string symbol;
    std::int64_t ts_ns = 0;
};

// What is put back to be sent again.
struct ResendWish {
    std::vector<std::string> keys;  // empty: all dead ones of the channel since then
    std::string channel;
    std::int64_t since_ns = 0;
    std::int64_t now_ns = 0;
    std::int64_t use_by_ns = 0;
    std::string who;  // "control socket, user 1000"
    int limit = 10'000;
};

// Where a check of the chain stands; a default one begins.
struct ChainCursor {
    enum class Part : std::uint8_t { Chain, Notifications, Signals, Done };
    Part part = Part::Chain;
    std::string node;       // Chain: whose
    std::int64_t seq = -1;  // Chain: the last one that was looked at; -1: none of this node
    std::string hash;       // Chain: its hash
    std::string key;        // the rest: the last one that was looked at
};

struct ChainHead {
    std::string node;
    std::int64_t seq = 0;
    std::string hash;
    std::int64_t began_ns = 0;
    std::int64_t anchor_seq = 0;  // entries up to this one are pruned
    std::string anchor_hash;
    std::int64_t anchor_ns = 0;  // what is older is pruned; 0: nothing was
};

// What came of a part of the check.
struct ChainPage {
    ChainCursor next;
    std::uint64_t entries = 0;
    std::uint64_t notifications = 0;
    std::uint64_t signals = 0;
    std::vector<ChainHead> heads;
    std::string problem;  // the first that does not fit, in words; the check ends with it
};

}  // namespace petrel::core
