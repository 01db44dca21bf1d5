// The schema as numbered steps, one list for SQLite and PostgreSQL. Private to core/store, and read
// by its tests.
//
// A released step is never edited, and each is one statement: it runs in a transaction of its own
// together with its number. Constant after start; any thread.
#pragma once

#include <string>

namespace petrel::core {

// How many steps there are: the schema that this petrel writes.
int newest_schema();

// Step `number`, from 1 on, in the words of the one database or the other.
std::string migration_statement(int number, bool for_server);

}  // namespace petrel::core
