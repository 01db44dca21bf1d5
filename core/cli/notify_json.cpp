// Field names as in the store and in `petrel explain`.
#include "cli/notify_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "routing/match_text.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kLookedAtMax = 10'000;
constexpr std::size_t kShownMax = 50;

const char* kept_word(SilenceKept kept) {
    return kept == SilenceKept::Store ? "store" : kept == SilenceKept::Spool ? "spool" : "memory";
}

Json facts_json(const AlertFacts& facts) {
    return {{"id", facts.id},
            {"type", facts.type},
            {"symbol", facts.symbol},
            {"group", facts.group},
            {"venue", facts.venue},
            {"side", facts.side},
            {"pattern", facts.pattern},
            {"rule", facts.rule},
            {"severity", severity_word(facts.severity)},
            {"score", facts.score}};
}

Json channel_json(const std::string& channel, const RoutingDecision& decision) {
    const auto choice = std::find_if(decision.choices.begin(), decision.choices.end(),
                                     [&](const auto& c) { return c.channel == channel; });
    if (choice == decision.choices.end()) {
        return {{"channel", channel},
                {"send", false},
                {"route", nullptr},
                {"reason", "no route that takes it names this channel"},
                {"silent", false}};
    }
    return {{"channel", channel},
            {"send", choice->send},
            {"route", choice->route},
            {"reason", choice->reason},
            {"silent", choice->silent}};
}

}  // namespace

Json silence_json(const SilenceView& view, std::int64_t now_ns) {
    const Silence& silence = view.silence;
    return {{"id", silence.id},
            {"match", match_text(silence.match)},
            {"by", silence.by},
            {"comment", silence.comment},
            {"from_ns", silence.from_ns},
            {"until_ns", silence.until_ns},
            {"left_ms", std::max<std::int64_t>(silence.until_ns - now_ns, 0) / kNsPerMs},
            {"held", view.held},
            {"kept", kept_word(view.kept)}};
}

Result<Json> preview_json(Database& database, const AlertMatch& match, std::int64_t since_ns) {
    SignalQuery query;
    query.since_ns = since_ns;
    query.limit = kLookedAtMax;
    const Result<std::vector<SignalRow>> rows = database.signals(query);
    if (!rows.ok()) {
        return rows.status();
    }
    const Silence silence{.match = match};
    std::uint64_t held = 0;
    Json shown = Json::array();
    for (const SignalRow& row : *rows) {
        const AlertFacts facts = facts_of(row);
        if (!holds_back(silence, facts)) {
            continue;
        }
        if (++held <= kShownMax) {
            Json alert = facts_json(facts);
            alert["ts_ns"] = row.ts_ns;
            shown.push_back(std::move(alert));
        }
    }
    return Json{{"match", match_text(match)},
                {"since_ns", since_ns},
                {"alerts", rows->size()},
                {"held", held},
                {"newest", std::move(shown)}};
}

Json ack_json(const AckResult& result) {
    return {{"signal", result.ack.signal_id},
            {"by", result.ack.author},
            {"at_ns", result.ack.at_ns},
            {"via", result.ack.via},
            {"comment", result.ack.comment},
            {"first", result.first},
            {"told", result.told}};
}

Json decision_json(const AlertFacts& facts, const RoutingDecision& decision, const Router& router) {
    Json json{
        {"alert", facts_json(facts)},
        {"silenced_by", decision.silenced_by.empty() ? Json(nullptr) : Json(decision.silenced_by)},
        {"channels", Json::array()},
        {"routes", Json::array()},
        {"escalations", Json::array()}};
    for (const std::string& channel : router.channels()) {
        json["channels"].push_back(channel_json(channel, decision));
    }
    for (const RouteNote& note : decision.notes) {
        json["routes"].push_back({{"route", note.route},
                                  {"depth", note.depth},
                                  {"taken", note.taken},
                                  {"why_not", note.why_not}});
    }
    for (const EscalationChoice& choice : decision.escalations) {
        json["escalations"].push_back({{"channel", choice.channel},
                                       {"route", choice.route},
                                       {"step", choice.step},
                                       {"after_ms", choice.after_ms}});
    }
    return json;
}

Json buttons_json(const PollerFigures& figures) {
    return {{"presses", figures.presses},
            {"ignored", figures.ignored},
            {"failures", figures.failures},
            {"trouble", figures.trouble},
            {"ended", figures.ended}};
}

Json tests_json(const std::string& id, const std::vector<TestResult>& results) {
    Json json{{"test", id}, {"done", true}, {"delivered", true}, {"channels", Json::array()}};
    for (const TestResult& result : results) {
        json["done"] = json["done"].get<bool>() && result.done;
        json["delivered"] = json["delivered"].get<bool>() && result.delivered;
        json["channels"].push_back({{"channel", result.channel},
                                    {"done", result.done},
                                    {"delivered", result.delivered},
                                    {"provider_id", result.provider_id},
                                    {"reason", result.reason},
                                    {"http_status", result.http_status},
                                    {"took_ms", result.took_ns / kNsPerMs}});
    }
    return json;
}

}  // namespace petrel::core
