// What was sent and what was held back, by hour or day and by reason, and how it turned out.
//
// One function makes the JSON from the store (on the delivery thread of an engine, or of the
// command where none runs), one makes the table that people read. Pure but for the store.
#pragma once

#include <cstdint>
#include <string>

#include "config/config.hpp"
#include "petrel/result.hpp"
#include "store/database.hpp"

namespace petrel::core {

// A VerdictQuery's rows as JSON: newest first, then the totals.
Result<std::string> verdicts_json(Database& database, const VerdictQuery& query);

// The same, asked of a running engine, else of its store.
Result<std::string> query_verdicts(const Config& config, const VerdictQuery& query);

// The table; fails when the JSON is none of the above.
Result<std::string> verdicts_text(const std::string& json);

}  // namespace petrel::core
