// Notifications, gaps and checks as lines for people. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace petrel::core {

// Of the answers of notification_json.hpp.
std::string tracked_text(const nlohmann::ordered_json& json);
std::string gaps_text(const nlohmann::ordered_json& json);
// Of all parts of a check, added up.
std::string check_text(const nlohmann::ordered_json& json);

}  // namespace petrel::core
