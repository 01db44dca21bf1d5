// What is told of silences, acknowledgements, routing and tests, as JSON. Pure but for the store
// that a preview reads; the thread that owns it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "notifier/poller.hpp"
#include "notifier/test_desk.hpp"
#include "outbox/outbox.hpp"

namespace petrel::core {

nlohmann::ordered_json silence_json(const SilenceView& view, std::int64_t now_ns);

// Which of the stored signals since then a matcher would have held; the newest 50 by name, of at
// most 10,000.
Result<nlohmann::ordered_json> preview_json(Database& database, const AlertMatch& match,
                                            std::int64_t since_ns);

nlohmann::ordered_json ack_json(const AckResult& result);

// Every route and every channel, with what speaks for or against it.
nlohmann::ordered_json decision_json(const AlertFacts& facts, const RoutingDecision& decision,
                                     const Router& router);

// How asking a channel for buttons goes.
nlohmann::ordered_json buttons_json(const PollerFigures& figures);

nlohmann::ordered_json tests_json(const std::string& id, const std::vector<TestResult>& results);

}  // namespace petrel::core
