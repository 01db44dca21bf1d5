// What routes share that answer from the store: reading a request, asking the store.
//
// Control thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "control/route_table.hpp"
#include "pipeline.hpp"

namespace petrel::core {

// A parameter's text; empty where there is none.
std::string parameter(const std::map<std::string, std::string>& values, const char* name);

// A number in a text, or `otherwise`.
std::int64_t integer(const std::string& text, std::int64_t otherwise);

// Asks the store on its reading thread; what the question captures travels with it. A refusal is
// answered with 404, a store that fails or does not answer with 503.
RouteReply from_store(Pipeline& pipeline, std::function<Result<std::string>(Database&)> ask);

}  // namespace petrel::core
