// Notifications, gaps and the check of the chain as JSON: what the engine's routes answer with, and
// what the command line reads from the store when none runs.
//
// On the thread that owns the store.
#pragma once

#include <cstdint>
#include <string>

#include "store/database.hpp"

namespace petrel::core {

inline constexpr int kNotificationsMax = 1'000;  // in one list
inline constexpr int kGapsMax = 5'000;

// {"version":1,"notifications":[...]}; with every try of each when `attempts`.
Result<std::string> tracked_json(Database& database, const TrackedQuery& query, bool attempts);

// {"version":1,"gaps":[...],"totals":[...],"cut":false}: what was admitted and not delivered.
Result<std::string> gaps_json(Database& database, std::int64_t since_ns);

// One part of the check: {"version":1,"done":...,"cursor":"...",...}. `cursor` is what the part
// before answered, empty for the first.
Result<std::string> chain_json(Database& database, std::int64_t since_ns,
                               const std::string& cursor);

// Why a notification is no delivery, as totals are kept: "refused", "held: throttled", "pending".
std::string gap_kind(const NotificationRow& row);

}  // namespace petrel::core
