// Statements that several files of this folder share. Private to core/store.
#pragma once

#include <soci/soci.h>

#include <cstdint>

#include "store/rows.hpp"

namespace petrel::core {

// The database library knows long long, not int64_t.
inline long long wide(std::int64_t value) { return value; }

// Inserts unless the key is there already.
void insert_notification(soci::session& sql, const NotificationRow& row);

}  // namespace petrel::core
