// Reading and migrating the schema over an open session. Private to core/store.
//
// On the thread that owns the session; all of it throws what the database library throws.
#pragma once

#include <soci/soci.h>

namespace petrel::core {

// Brings the schema to the newest step; each step is a transaction of its own with its number.
// Throws what the library throws.
void migrate_file(soci::session& sql);
void migrate_server(soci::session& sql);
// Makes hypertables of what grows by time where TimescaleDB is at hand; whether they are.
bool use_hypertables(soci::session& sql);
int schema_of_file(soci::session& sql);
int schema_of_server(soci::session& sql);

}  // namespace petrel::core
