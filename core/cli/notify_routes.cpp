// Bodies are taken whole or refused; answers are JSON as the command line and the API show it.
#include "cli/notify_routes.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/notify_json.hpp"
#include "config/units.hpp"
#include "routing/alert_words.hpp"
#include "routing/match_text.hpp"
#include "runtime/clock.hpp"
#include "runtime/process.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kDayNs = 86'400 * kNsPerSecond;
constexpr const char* kMatchHelp =
    "write field=pattern, like 'symbol=BTC-* type=LIQ_STORM severity>=warning'; all means every "
    "one";

std::string json_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string value_of(const std::map<std::string, std::string>& values, const char* name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
}

// An answer of the delivery thread; `missing` says what is not there when the question was wrong.
RouteReply reply_of(const std::optional<Result<Json>>& answer, const RouteError& wrong) {
    if (!answer) {
        return error_reply({503, "PTL-A010", "the store did not answer in time",
                            "look at petrel status and the log; the disk may have failed"});
    }
    if (answer->ok()) {
        return {200, json_text(**answer)};
    }
    const Status& status = answer->status();
    if (status.retryable()) {
        return error_reply({503, "PTL-A013", status.message(),
                            "look at the store; petrel goes on and tries again"});
    }
    return error_reply({wrong.status, wrong.code, status.message(), wrong.remedy});
}

RouteReply ask(Pipeline& pipeline, std::function<Result<Json>(Outbox&)> question,
               const RouteError& wrong) {
    return reply_of(pipeline.delivery().ask_outbox<Result<Json>>(std::move(question)), wrong);
}

// "ann", of "control socket, user 1000".
std::string person(const std::string& who) {
    unsigned id = 0;
    const std::size_t digits = who.find_last_not_of("0123456789") + 1;
    const auto [end, error] = std::from_chars(who.data() + digits, who.data() + who.size(), id);
    return error == std::errc{} ? user_name(id) : who;
}

// The texts and numbers of a body that has no others; fails with the member that is not known.
Result<Json> read_body(const std::string& body, std::initializer_list<const char*> texts,
                       const char* number) {
    Json json = Json::parse(body.empty() ? "{}" : body, nullptr, false);
    if (!json.is_object()) {
        return Status::invalid("the body is no JSON object");
    }
    for (auto member = json.begin(); member != json.end(); ++member) {
        const bool known =
            (std::find(texts.begin(), texts.end(), member.key()) != texts.end() &&
             member->is_string()) ||
            (number != nullptr && member.key() == number && member->is_number_unsigned());
        if (!known) {
            return Status::invalid("the body's '" + member.key().substr(0, 40) +
                                   "' is not known, or of the wrong type");
        }
    }
    return json;
}

RouteReply add_silence(Pipeline& pipeline, const RouteRequest& request) {
    const RouteError wrong{400, "PTL-A018", "", kMatchHelp};
    const Result<Json> body = read_body(request.body, {"match", "comment"}, "for_ms");
    if (!body.ok()) {
        return error_reply({400, "PTL-A018", body.status().message(),
                            R"(send {"match":"symbol=BTC-*","for_ms":7200000,"comment":"..."})"});
    }
    Result<AlertMatch> match = parse_match(body->value("match", ""));
    if (!match.ok()) {
        return error_reply({400, "PTL-A018", match.status().message(), kMatchHelp});
    }
    const std::uint64_t for_ms = body->value("for_ms", std::uint64_t{0});
    constexpr std::uint64_t longest_ms = SilenceBook::kLongestNs / kNsPerMs;
    if (for_ms == 0 || for_ms > longest_ms) {
        return error_reply(
            {400, "PTL-A018", "a silence needs a time between 1 ms and a year", "write --for 2h"});
    }
    Silence silence;
    silence.match = std::move(*match);
    silence.comment = body->value("comment", "");
    silence.by = person(request.who);
    return ask(
        pipeline,
        [silence, for_ms](Outbox& outbox) mutable -> Result<Json> {
            const std::int64_t now_ns = wall_now_ns();
            silence.from_ns = now_ns;
            silence.until_ns = now_ns + static_cast<std::int64_t>(for_ms) * kNsPerMs;
            const AlertMatch meant = silence.match;
            const Result<SilenceView> added = outbox.add_silence(std::move(silence), now_ns);
            if (!added.ok()) {
                return added.status();
            }
            Json json{{"silence", silence_json(*added, now_ns)}};
            // What it would have held is told where the store can be asked.
            const Result<Json> before = preview_json(outbox.database(), meant, now_ns - kDayNs);
            json["last_24h"] = before.ok() ? *before : Json(nullptr);
            return json;
        },
        wrong);
}

RouteReply end_silence(Pipeline& pipeline, const RouteRequest& request) {
    const std::string id = value_of(request.parameters, "id");
    const std::string by = person(request.who);
    return ask(pipeline,
               [id, by](Outbox& outbox) -> Result<Json> {
                   const std::int64_t now_ns = wall_now_ns();
                   const Result<SilenceView> ended = outbox.end_silence(id, by, now_ns);
                   return ended.ok() ? Result<Json>(Json{{"silence", silence_json(*ended, now_ns)}})
                                     : Result<Json>(ended.status());
               },
               {404, "PTL-A019", "", "petrel notify silence list shows those that hold"});
}

RouteReply list_silences(Pipeline& pipeline, const RouteRequest&) {
    return ask(pipeline,
               [](Outbox& outbox) -> Result<Json> {
                   const std::int64_t now_ns = wall_now_ns();
                   Json json{{"silences", Json::array()}};
                   for (const SilenceView& view : outbox.silences(now_ns)) {
                       json["silences"].push_back(silence_json(view, now_ns));
                   }
                   return json;
               },
               {400, "PTL-A018", "", kMatchHelp});
}

RouteReply preview_silence(Pipeline& pipeline, const RouteRequest& request) {
    const Result<AlertMatch> match = parse_match(value_of(request.query, "match"));
    if (!match.ok()) {
        return error_reply({400, "PTL-A018", match.status().message(), kMatchHelp});
    }
    std::int64_t since_ns = wall_now_ns() - kDayNs;
    const std::string since = value_of(request.query, "since_ns");
    std::from_chars(since.data(), since.data() + since.size(), since_ns);
    return ask(pipeline,
               [match = *match, since_ns](Outbox& outbox) {
                   return preview_json(outbox.database(), match, since_ns);
               },
               {400, "PTL-A018", "", kMatchHelp});
}

RouteReply acknowledge(Pipeline& pipeline, const RouteRequest& request) {
    const Result<Json> body = read_body(request.body, {"comment"}, nullptr);
    if (!body.ok()) {
        return error_reply(
            {400, "PTL-A020", body.status().message(), R"(send {"comment":"..."} or nothing)"});
    }
    AckRow ack;
    ack.signal_id = value_of(request.parameters, "id");
    ack.author = person(request.who);
    ack.via = "petrel notify ack";
    ack.comment = body->value("comment", "");
    return ask(pipeline,
               [ack](Outbox& outbox) -> Result<Json> {
                   const Result<AckResult> result = outbox.acknowledge(ack, wall_now_ns());
                   return result.ok() ? Result<Json>(ack_json(*result))
                                      : Result<Json>(result.status());
               },
               {404, "PTL-A011", "", "write an id, the beginning of one, or last"});
}

RouteReply explain(Pipeline& pipeline, const RouteRequest& request) {
    const std::string id = value_of(request.parameters, "id");
    return ask(pipeline,
               [id](Outbox& outbox) -> Result<Json> {
                   const Result<SignalRow> row = outbox.database().one(id);
                   if (!row.ok()) {
                       return row.status();
                   }
                   const AlertFacts facts = facts_of(*row);
                   return decision_json(facts, outbox.would(facts, wall_now_ns()), outbox.router());
               },
               {404, "PTL-A011", "", "write an id, the beginning of one, or last"});
}

RouteReply route(Pipeline& pipeline, const RouteRequest& request) {
    const RouteError wrong{400, "PTL-A021", "",
                           "write a type, a symbol and a strength: LIQ_STORM BTCUSDT extreme"};
    const Result<AlertFacts> facts = parse_alert(value_of(request.query, "alert"));
    if (!facts.ok()) {
        return error_reply({wrong.status, wrong.code, facts.status().message(), wrong.remedy});
    }
    return ask(
        pipeline,
        [facts = *facts](Outbox& outbox) -> Result<Json> {
            return decision_json(facts, outbox.would(facts, wall_now_ns()), outbox.router());
        },
        wrong);
}

RouteReply send_test(Pipeline& pipeline, const RouteRequest& request) {
    const Result<Json> body = read_body(request.body, {"to"}, nullptr);
    const Result<std::string> id =
        body.ok() ? pipeline.delivery().send_test(body->value("to", "")) : body.status();
    return id.ok() ? RouteReply{200, json_text(Json{{"test", *id}})}
                   : error_reply({404, "PTL-A022", id.status().message(),
                                  "petrel check lists channels and routes"});
}

RouteReply look_at_test(Pipeline& pipeline, const RouteRequest& request) {
    const std::string id = value_of(request.parameters, "id");
    const std::vector<TestResult> results = pipeline.delivery().tests(id);
    return results.empty()
               ? error_reply({404, "PTL-A022", "there is no test '" + id.substr(0, 40) + "'",
                              "petrel notify test CHANNEL sends one"})
               : RouteReply{200, json_text(tests_json(id, results))};
}

}  // namespace

Status add_notify_routes(Pipeline& pipeline, RouteTable& table) {
    using Handle = RouteReply (*)(Pipeline&, const RouteRequest&);
    const std::vector<std::pair<RouteFacts, Handle>> routes = {
        {{"GET", "/v1/silences", "silences that hold, and how many alerts each has held"},
         list_silences},
        {{"POST", "/v1/silences", "hold matching alerts back for a time"}, add_silence},
        {{"GET", "/v1/silences/preview", "which stored alerts a silence would have held"},
         preview_silence},
        {{"POST", "/v1/silences/{id}/end", "end a silence before its time"}, end_silence},
        {{"POST", "/v1/signals/{id}/ack", "somebody has taken a signal on"}, acknowledge},
        {{"GET", "/v1/notify/explain/{id}", "where a signal's alert would go now, and why"},
         explain},
        {{"GET", "/v1/notify/route", "where such an alert would go now, and why"}, route},
        {{"POST", "/v1/notify/test", "send a message marked TEST"}, send_test},
        {{"GET", "/v1/notify/test/{id}", "what came of a test"}, look_at_test},
    };
    for (const auto& [facts, handle] : routes) {
        const auto handler = [&pipeline, handle = handle](const RouteRequest& request) {
            return handle(pipeline, request);
        };
        if (Status added = table.add(facts, handler); !added.ok()) {
            return added;
        }
    }
    return {};
}

}  // namespace petrel::core
