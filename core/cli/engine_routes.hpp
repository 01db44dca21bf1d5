// What a running engine answers on its control socket.
#pragma once

#include "control/route_table.hpp"
#include "pipeline.hpp"

namespace petrel::core {

// Fills the table; the pipeline outlives it. Handlers run on the control thread.
//   GET  /v1/status          PipelineStatus as JSON
//   POST /v1/reload          loads the rules again: {"result":...} or the reason why not
//   POST /v1/plugins/{name}/reload   replaces a detector's library, or the reason why not
//   POST /v1/inputs/sentiment   what somebody says of a symbol's mood
//   GET  /v1/signals         ?symbol=&since_ns=&limit=  documents, newest first
//   GET  /v1/explain/{id}    one document
Status add_engine_routes(Pipeline& pipeline, RouteTable& table);

}  // namespace petrel::core
