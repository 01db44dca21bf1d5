// JSON that came from outside, read within bounds. For .cpp files that use the JSON library; this
// header only names its type.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core {

struct JsonLimits {
    std::size_t bytes = 256 * 1024;
    std::size_t depth = 32;
};

// Fills `out`; fails, without throwing, for text that is no JSON, too long or nested too deeply.
Status parse_json(std::string_view text, nlohmann::json& out, const JsonLimits& limits = {});

// The body of a request that must be an object; an empty body is an empty object.
Status parse_json_object(std::string_view text, nlohmann::json& out, const JsonLimits& limits = {});

}  // namespace petrel::core
