// What a running engine answers of its notifications: lists, gaps, proof, sending again, drills.
#pragma once

#include "control/route_table.hpp"
#include "pipeline.hpp"

namespace petrel::core {

// Fills the table; the pipeline outlives it. Handlers run on the control thread.
//   GET  /v1/notifications
//   ?channel=&state=&signal=&symbol=&type=&since_ns=&limit=&dead=1&attempts=1 GET
//   /v1/notifications/gaps     ?since_ns= GET  /v1/notifications/verify   ?since_ns=&cursor= POST
//   /v1/notifications/resend   {"keys":[...]} or {"dead":true,"channel":...,"since_ns":...} GET
//   /v1/drills                 the latest drill of each channel that allows them POST /v1/drills
//   {"channel":"chat"}: starts one; without a channel one on each
Status add_notification_routes(Pipeline& pipeline, RouteTable& table);

}  // namespace petrel::core
