// Field names are part of the published output: they may grow, never change.
#include "cli/problem_json.hpp"

#include <nlohmann/json.hpp>

namespace petrel::core {

nlohmann::json problems_json(const Problems& problems) {
    nlohmann::json list = nlohmann::json::array();
    for (const Problem& problem : problems) {
        nlohmann::json entry{
            {"severity", problem.severity == Severity::Error ? "error" : "warning"},
            {"code", problem.code},
            {"message", problem.message}};
        if (problem.place.source != nullptr) {
            entry["file"] = problem.place.source->name;
        }
        if (problem.place.line > 0) {
            entry["line"] = problem.place.line;
            entry["column"] = problem.place.column;
        }
        if (!problem.help.empty()) {
            entry["help"] = problem.help;
        }
        list.push_back(std::move(entry));
    }
    return list;
}

}  // namespace petrel::core
