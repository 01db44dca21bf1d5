// Scorecards and outcomes for people, from their JSON: the same whether an engine, a store or a
// replay made it. Pure.
#pragma once

#include <string>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

// `json` is what score_report_json() made.
Result<std::string> score_text(const std::string& json);

// Rows of cells as a table: the first column to the left, the others to the right.
std::string text_columns(const std::vector<std::vector<std::string>>& rows);

// One line for each outcome of a signal; `json` is what outcomes_json() made, `pressure` the
// signal's. Throws as its JSON library does when it is something else.
std::string outcome_lines(const std::string& json, const std::string& pressure);

}  // namespace petrel::core
