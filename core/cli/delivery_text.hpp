// How delivery is, for `petrel status`: as JSON, and that JSON as lines for people. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "notifier/notifier_stage.hpp"

namespace petrel::core {

nlohmann::ordered_json delivery_json(const DeliveryFigures& delivery);

std::string delivery_lines(const nlohmann::ordered_json& delivery);

}  // namespace petrel::core
