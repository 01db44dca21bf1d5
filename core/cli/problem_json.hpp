// Problems as JSON, the same for every command. For .cpp files that use the JSON library.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "config/problem.hpp"

namespace petrel::core {

// [{"severity","code","message","file","line","column","help"}]; line and column where there are.
nlohmann::json problems_json(const Problems& problems);

}  // namespace petrel::core
