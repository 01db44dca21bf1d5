// The state of a running engine: as JSON for the control socket, as text for people. Pure.
#pragma once

#include <string>

#include "petrel/result.hpp"
#include "pipeline.hpp"

namespace petrel::core {

// One object; field names only grow. Health is "healthy" or "degraded", with reasons.
std::string status_json(const PipelineStatus& status);

struct StatusText {
    bool healthy = false;
    std::string text;
};

// What `petrel status` prints of that object.
Result<StatusText> status_text(const std::string& text);

}  // namespace petrel::core
