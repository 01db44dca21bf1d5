// What people and programs may feed a running engine over its control socket.
#pragma once

#include "control/route_table.hpp"
#include "pipeline.hpp"

namespace petrel::core {

// Fills the table; the pipeline outlives it. Handlers run on the control thread.
//   POST /v1/inputs/sentiment   {"symbol","value","impact","source"}
Status add_input_routes(Pipeline& pipeline, RouteTable& table);

}  // namespace petrel::core
