// The routes by which the command line works on the rules of a running engine.
//
// Handlers run on the control thread and hold a reference to the pipeline, which outlives the
// table.
#pragma once

#include "control/route_table.hpp"
#include "pipeline.hpp"

namespace petrel::core {

Status add_rule_routes(Pipeline& pipeline, RouteTable& table);

}  // namespace petrel::core
