// What kept statements leave open.
#include "store/kept.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace petrel::core {

void end_reading(soci::statement& statement) {
    auto* backend = static_cast<soci::sqlite3_statement_backend*>(statement.get_backend());
    sqlite_api::sqlite3_reset(backend->stmt_);  // what it says was said by its last step
}

}  // namespace petrel::core
