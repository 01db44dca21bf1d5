// Who asks is told by the socket itself: the user of the process at its other end.
#include "cli/rule_routes.hpp"

#include <nlohmann/json.hpp>

#include "runtime/clock.hpp"
#include "runtime/clock_text.hpp"
#include "script/rule_pack.hpp"
#include "signal/version_json.hpp"

namespace petrel::core {
namespace {

using RulesJson = nlohmann::ordered_json;

RouteReply rules_refused(const std::string& why) {
    return error_reply({409, "PTL-A012", why, "the version before still decides"});
}

RouteReply reload_reply(const Result<ReloadReport>& report) {
    if (!report.ok()) {
        return rules_refused(report.status().message());
    }
    RulesJson json;
    json["changed"] = report->outcome == ReloadReport::Outcome::Swapped;
    json["from"] = report->from;
    json["to"] = report->to;
    json["tests"] = report->tests;
    json["summary"] = report->summary();
    return {200, json.dump()};
}

RulesJson shadow_json(const ShadowStatus& status) {
    const ShadowFigures& figures = status.figures;
    RulesJson json;
    json["version"] = figures.version;
    if (figures.version.empty()) {
        return json;
    }
    const double seconds = static_cast<double>(wall_now_ns() - status.since_ns) / 1e9;
    const double busy_s = static_cast<double>(figures.calls) * status.ns_per_call / 1e9;
    json["directory"] = status.directory;
    json["since"] = iso_utc(status.since_ns);
    json["seconds"] = seconds;
    json["calls"] = figures.calls;
    json["errors"] = figures.errors;
    json["last_fault"] = figures.last_fault;
    json["skipped_findings"] = figures.skipped;
    json["ns_per_call"] = status.ns_per_call;
    json["core_share"] = seconds > 0 ? busy_s / seconds : 0.0;
    json["counts"] = RulesJson::parse(version_counts_json(figures.counts));
    json["stories"] = RulesJson::parse(stories_json(figures.differing));
    return json;
}

// The text under `name` of the body; empty when there is none.
std::string text_of_body(const RouteRequest& request, const char* name) {
    const auto json = nlohmann::json::parse(request.body, nullptr, false);
    if (!json.is_object() || !json.contains(name) || !json[name].is_string()) {
        return {};
    }
    return json[name].get<std::string>();
}

RouteReply begin_shadow(Pipeline& pipeline, const RouteRequest& request) {
    const std::string directory = text_of_body(request, "directory");
    if (!directory.starts_with('/')) {
        return error_reply({400, "PTL-A014", "the body names no folder",
                            R"(send {"directory":"/absolute/path/of/a/pack"})"});
    }
    const Result<std::string> id = pipeline.rules().shadow(directory, request.who);
    return id.ok() ? RouteReply{200, RulesJson{{"version", *id}}.dump()}
                   : rules_refused(id.status().message());
}

RouteReply end_shadow(Pipeline& pipeline, const RouteRequest& request) {
    const Result<std::string> id = pipeline.rules().drop_shadow(request.who);
    return id.ok() ? RouteReply{200, RulesJson{{"version", *id}}.dump()}
                   : rules_refused(id.status().message());
}

RouteReply list_versions(Pipeline& pipeline) {
    const std::shared_ptr<const RulePack> live = pipeline.rules().live();
    RulesJson json = RulesJson::array();
    for (const KeptVersion& version : pipeline.rules().versions()) {
        json.push_back({{"id", version.id},
                        {"hash", version.hash},
                        {"last_live", iso_utc(version.live_ns)},
                        {"live", version.hash == live->hash()},
                        {"path", version.path}});
    }
    return {200, RulesJson{{"versions", json}}.dump()};
}

}  // namespace

Status add_rule_routes(Pipeline& pipeline, RouteTable& table) {
    const std::vector<std::pair<RouteFacts, RouteHandler>> routes = {
        {{"POST", "/v1/reload", "load the rules again as one transaction"},
         [&](const RouteRequest& request) {
             return reload_reply(pipeline.rules().reload(request.who));
         }},
        {{"POST", "/v1/rules/shadow", "let a second version look on"},
         [&](const RouteRequest& request) { return begin_shadow(pipeline, request); }},
        {{"GET", "/v1/rules/shadow", "what the version that looks on would have sent"},
         [&](const RouteRequest&) {
             return RouteReply{200, shadow_json(pipeline.rules().shadow_status()).dump()};
         }},
        {{"DELETE", "/v1/rules/shadow", "end looking on"},
         [&](const RouteRequest& request) { return end_shadow(pipeline, request); }},
        {{"POST", "/v1/rules/promote", "make the version that looks on the one that decides"},
         [&](const RouteRequest& request) {
             return reload_reply(pipeline.rules().promote(request.who));
         }},
        {{"GET", "/v1/rules/versions", "versions that are kept, the latest first"},
         [&](const RouteRequest&) { return list_versions(pipeline); }},
        {{"POST", "/v1/rules/restore", "make a kept version the one that decides"},
         [&](const RouteRequest& request) {
             return reload_reply(
                 pipeline.rules().restore(text_of_body(request, "version"), request.who));
         }},
    };
    for (const auto& [facts, handler] : routes) {
        if (Status added = table.add(facts, handler); !added.ok()) {
            return added;
        }
    }
    return {};
}

}  // namespace petrel::core
