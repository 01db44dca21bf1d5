// Handlers: ask the pipeline, answer JSON.
#include "cli/engine_routes.hpp"

#include <nlohmann/json.hpp>

#include "cli/coverage_text.hpp"
#include "cli/input_routes.hpp"
#include "cli/notification_routes.hpp"
#include "cli/notify_routes.hpp"
#include "cli/rule_routes.hpp"
#include "cli/signal_query.hpp"
#include "cli/status_text.hpp"
#include "cli/store_answer.hpp"
#include "cli/verdict_report.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSignalsMax = 1'000;
constexpr std::int64_t kUsualHorizonMs = 900'000;

RouteReply reload_plugin(Pipeline& pipeline, const std::string& name, const std::string& who) {
    const Result<PluginReload> reload = pipeline.reload_plugin(name, who);
    if (!reload.ok() && reload.status().code() == PETREL_E_UNSUPPORTED) {
        return error_reply(
            {404, "PTL-A015", reload.status().message(), "petrel plugin list shows what is used"});
    }
    if (!reload.ok()) {
        return error_reply({409, "PTL-A012", reload.status().message(),
                            "the library before goes on; mend the file and reload"});
    }
    Json json;
    json["changed"] = reload->changed;
    json["plugin"] = reload->name;
    json["from"] = reload->from;
    json["to"] = reload->to;
    json["instances"] = reload->instances;
    json["state_bytes"] = reload->state_bytes;
    json["empty"] = reload->empty_because;
    json["retired_libraries"] = reload->retired;
    json["summary"] = reload->summary();
    return {200, json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

RouteReply score(Pipeline& pipeline, const RouteRequest& request) {
    ScoreQuery query;
    query.since_ns = integer(parameter(request.query, "since_ns"), 0);
    query.horizon_ms = integer(parameter(request.query, "horizon_ms"), kUsualHorizonMs);
    query.by = parse_score_by(parameter(request.query, "by")).value_or(ScoreBy::Version);
    query.each = parameter(request.query, "each") == "1";
    if (parameter(request.query, "near_misses") == "1") {
        query.of = OutcomesOf::NearMisses;
    }
    return from_store(pipeline, [query](Database& store) { return score_json(store, query); });
}

RouteReply verdicts(Pipeline& pipeline, const RouteRequest& request) {
    VerdictQuery query;
    query.since_ns = integer(parameter(request.query, "since_ns"), 0);
    query.horizon_ms = integer(parameter(request.query, "horizon_ms"), kUsualHorizonMs);
    if (parameter(request.query, "per") == "hour") {
        query.bucket_ns = VerdictQuery::kHourNs;
    }
    return from_store(pipeline, [query](Database& store) { return verdicts_json(store, query); });
}

}  // namespace

Status add_engine_routes(Pipeline& pipeline, RouteTable& table) {
    const std::vector<std::pair<RouteFacts, RouteHandler>> routes = {
        {{"GET", "/v1/status", "health, feeds, shards, delivery"},
         [&](const RouteRequest&) { return RouteReply{200, status_json(pipeline.status())}; }},
        {{"GET", "/v1/coverage", "what could not be seen, oldest first"},
         [&](const RouteRequest&) {
             return RouteReply{200, coverage_json(pipeline.status().coverage, pipeline.coverage())};
         }},
        {{"POST", "/v1/plugins/{name}/reload", "replace the library of a detector by its file"},
         [&](const RouteRequest& request) {
             return reload_plugin(pipeline, parameter(request.parameters, "name"), request.who);
         }},
        {{"GET", "/v1/signals", "signals, newest first"},
         [&](const RouteRequest& request) {
             SignalQuery query;
             query.symbol = parameter(request.query, "symbol");
             query.since_ns = integer(parameter(request.query, "since_ns"), 0);
             query.with_held = parameter(request.query, "held") == "1";
             const std::int64_t limit = integer(parameter(request.query, "limit"), 100);
             query.limit = static_cast<int>(std::clamp<std::int64_t>(limit, 1, kSignalsMax));
             return from_store(pipeline,
                               [query](Database& store) { return signals_json(store, query); });
         }},
        {{"GET", "/v1/explain/{id}", "one signal and all it rests on"},
         [&](const RouteRequest& request) {
             const std::string id = parameter(request.parameters, "id");
             return from_store(pipeline, [id](Database& store) { return signal_json(store, id); });
         }},
        {{"GET", "/v1/score", "what came of the signals, added up"},
         [&](const RouteRequest& request) { return score(pipeline, request); }},
        {{"GET", "/v1/verdicts", "what was sent and what was held, by time and reason"},
         [&](const RouteRequest& request) { return verdicts(pipeline, request); }},
    };
    for (const auto& [facts, handler] : routes) {
        if (Status added = table.add(facts, handler); !added.ok()) {
            return added;
        }
    }
    if (Status added = add_input_routes(pipeline, table); !added.ok()) {
        return added;
    }
    if (Status added = add_notification_routes(pipeline, table); !added.ok()) {
        return added;
    }
    if (Status added = add_notify_routes(pipeline, table); !added.ok()) {
        return added;
    }
    return add_rule_routes(pipeline, table);
}

}  // namespace petrel::core
