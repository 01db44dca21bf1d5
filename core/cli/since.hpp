// When a list begins, as people say it: a span before now or a time in UTC. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "petrel/result.hpp"

namespace petrel::core {

// "2h" before `now_ns`, or a time in UTC: "2026-11-20", "2026-11-20T18:40:00Z". Names the text
// when it is neither.
Result<std::int64_t> parse_moment(const std::string& text, std::int64_t now_ns);

// The same for an option that may be left out: 0, all of the time, when it is empty.
Result<std::int64_t> parse_since(const std::string& text, std::int64_t now_ns);

}  // namespace petrel::core
