// Fire drills as JSON and as lines for people.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "outbox/fire_drill.hpp"

namespace petrel::core {

// {"version":1,"drills":[{"channel":"chat","state":"passed",...}]}
std::string drills_json(std::span<const DrillResult> drills);

// The same list, as a part of another document.
void put_drills(nlohmann::ordered_json& json, std::span<const DrillResult> drills);

// Adds a sentence for each drill that did not come through to a list of them.
void add_drill_troubles(std::span<const DrillResult> drills, nlohmann::ordered_json& troubles);

// "drill     chat passed in 0.4 s, 2026-11-20 18:40:40"; one line a channel, from either of them.
std::string drill_lines(const nlohmann::ordered_json& json);

}  // namespace petrel::core
