// The routes by which people work on delivery in a running engine: silences, acknowledgements,
// tests of channels, and the question where an alert would go.
//
// Handlers run on the control thread, ask the delivery thread, and hold a reference to the
// pipeline, which outlives the table.
#pragma once

#include "control/route_table.hpp"
#include "pipeline.hpp"

namespace petrel::core {

//   GET  /v1/silences                what holds now
//   POST /v1/silences                {"match","for_ms","comment"}
//   GET  /v1/silences/preview        ?match=&since_ns=   what it would have held
//   POST /v1/silences/{id}/end
//   POST /v1/signals/{id}/ack        {"comment"}
//   GET  /v1/notify/explain/{id}     where the alert of a signal would go now
//   GET  /v1/notify/route            ?alert=LIQ_STORM+BTC-USDT-PERP+extreme
//   POST /v1/notify/test             {"to"}: a channel or a route
//   GET  /v1/notify/test/{id}        what came of it
Status add_notify_routes(Pipeline& pipeline, RouteTable& table);

}  // namespace petrel::core
