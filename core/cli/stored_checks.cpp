// Read with care: records may come from another version.
#include "cli/stored_checks.hpp"

#include <nlohmann/json.hpp>

namespace petrel::core {

std::vector<VerdictCheck> read_checks(const std::string& list) {
    const nlohmann::json stored = nlohmann::json::parse(list, nullptr, false);
    std::vector<VerdictCheck> checks;
    if (!stored.is_array()) {
        return checks;
    }
    for (const auto& one : stored) {
        VerdictCheck check;
        if (!one.is_object() || !one.value("value", nlohmann::json()).is_number() ||
            !one.value("limit", nlohmann::json()).is_number() ||
            !check_relation_of(one.value("relation", ""), check.relation)) {
            continue;
        }
        check.name = CheckName(one.value("name", ""));
        check.value = one.at("value").get<double>();
        check.limit = one.at("limit").get<double>();
        check.passed = one.value("passed", false);
        checks.push_back(std::move(check));
    }
    return checks;
}

}  // namespace petrel::core
