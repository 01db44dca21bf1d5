// SQLite's own connection of a session to a file, for what the database library does not offer.
// Private to core/store.
#pragma once

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace petrel::core {

// Null before the session is open. Not for a session to a server.
inline sqlite_api::sqlite3* connection_of(soci::session& sql) {
    auto* backend = static_cast<soci::sqlite3_session_backend*>(sql.get_backend());
    return backend == nullptr ? nullptr : backend->conn_;
}

}  // namespace petrel::core
