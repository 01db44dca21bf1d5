// Requests to questions for store and delivery thread. A body is taken whole or refused.
#include "cli/notification_routes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/ask_engine.hpp"
#include "cli/drill_text.hpp"
#include "cli/notification_json.hpp"
#include "cli/store_answer.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kResendBody =
    R"(send {"keys":["sig-.../chat"]} or {"dead":true}, with "channel" and "since_ns" if wanted; )"
    "petrel notifications --dead lists what can be sent again";

RouteReply list(Pipeline& pipeline, const RouteRequest& request) {
    TrackedQuery query;
    query.which = parameter(request.query, "dead") == "1" ? TrackedQuery::Which::Dead
                                                          : TrackedQuery::Which::All;
    query.channel = parameter(request.query, "channel");
    query.state = parameter(request.query, "state");
    query.signal = parameter(request.query, "signal");
    query.symbol = parameter(request.query, "symbol");
    query.type = parameter(request.query, "type");
    query.since_ns = integer(parameter(request.query, "since_ns"), 0);
    query.limit = static_cast<int>(std::clamp<std::int64_t>(
        integer(parameter(request.query, "limit"), 100), 1, kNotificationsMax));
    const bool attempts = parameter(request.query, "attempts") == "1";
    return from_store(pipeline, [query, attempts](Database& store) {
        return tracked_json(store, query, attempts);
    });
}

Result<ResendWish> read_wish(const RouteRequest& request) {
    const Json json = Json::parse(request.body, nullptr, false);
    if (!json.is_object()) {
        return Status::invalid("the body is no JSON object");
    }
    ResendWish wish;
    bool dead = false;
    for (auto member = json.begin(); member != json.end(); ++member) {
        if (member.key() == "keys" && member->is_array()) {
            for (const Json& key : *member) {
                wish.keys.push_back(key.is_string() ? key.get<std::string>() : key.dump());
            }
        } else if (member.key() == "dead" && member->is_boolean()) {
            dead = member->get<bool>();
        } else if (member.key() == "channel" && member->is_string()) {
            wish.channel = member->get<std::string>();
        } else if (member.key() == "since_ns" && member->is_number_integer()) {
            wish.since_ns = member->get<std::int64_t>();
        } else {
            return Status::invalid("the body's '" + member.key().substr(0, 40) +
                                   "' is not known, or of the wrong type");
        }
    }
    if (dead != wish.keys.empty()) {
        return Status::invalid(dead ? "the body has \"keys\" and \"dead\": one of them"
                                    : "the body has neither \"keys\" nor \"dead\"");
    }
    wish.who = request.who.empty() ? "the control socket" : request.who;
    return wish;
}

RouteReply resend(Pipeline& pipeline, const RouteRequest& request) {
    Result<ResendWish> wish = read_wish(request);
    if (!wish.ok()) {
        return error_reply({400, "PTL-A030", wish.status().message(), kResendBody});
    }
    const auto sent = pipeline.delivery().send_again(std::move(*wish));
    if (!sent.ok()) {
        const bool of_store = sent.status().code() == PETREL_E_IO;
        return error_reply({of_store ? 503U : 404U, of_store ? "PTL-A013" : "PTL-A031",
                            sent.status().message(),
                            of_store ? "look at petrel status, and send again when the store works"
                                     : "petrel notifications --dead lists what can be sent again"});
    }
    const Json json{{"version", 1}, {"sent_again", *sent}};
    return {200, compact_json(json)};
}

RouteReply start_drill(Pipeline& pipeline, const RouteRequest& request) {
    const Json json =
        request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
    const bool known = json.is_object() && json.size() == (json.contains("channel") ? 1U : 0U) &&
                       (json.empty() || json["channel"].is_string());
    if (!known) {
        return error_reply({400, "PTL-A032", "the body cannot be read",
                            R"(send {"channel":"chat"}, or {} for each that allows drills)"});
    }
    const auto begun = pipeline.delivery().start_drill(json.value("channel", ""), request.who);
    if (!begun.ok()) {
        const bool of_store = begun.status().code() == PETREL_E_IO;
        return error_reply({of_store ? 503U : 409U, of_store ? "PTL-A013" : "PTL-A033",
                            begun.status().message(),
                            of_store ? "look at petrel status, and drill when the store works"
                                     : "write drill = true into the section of a channel that may "
                                       "get test messages, and restart petrel"});
    }
    return {200, drills_json(*begun)};
}

}  // namespace

Status add_notification_routes(Pipeline& pipeline, RouteTable& table) {
    const std::vector<std::pair<RouteFacts, RouteHandler>> routes = {
        {{"GET", "/v1/notifications", "notifications, newest first"},
         [&](const RouteRequest& request) { return list(pipeline, request); }},
        {{"GET", "/v1/notifications/gaps", "what was admitted and not delivered, and why"},
         [&](const RouteRequest& request) {
             const std::int64_t since_ns = integer(parameter(request.query, "since_ns"), 0);
             return from_store(pipeline,
                               [since_ns](Database& store) { return gaps_json(store, since_ns); });
         }},
        {{"GET", "/v1/notifications/verify", "a part of the check of the chain of proof"},
         [&](const RouteRequest& request) {
             const std::int64_t since_ns = integer(parameter(request.query, "since_ns"), 0);
             const std::string cursor = parameter(request.query, "cursor");
             return from_store(pipeline, [since_ns, cursor](Database& store) {
                 return chain_json(store, since_ns, cursor);
             });
         }},
        {{"POST", "/v1/notifications/resend", "send refused and expired notifications again"},
         [&](const RouteRequest& request) { return resend(pipeline, request); }},
        {{"GET", "/v1/drills", "the latest fire drill of each channel that allows them"},
         [&](const RouteRequest&) {
             return RouteReply{200, drills_json(pipeline.delivery().figures().drills)};
         }},
        {{"POST", "/v1/drills", "run a fire drill on one channel, or on each that allows them"},
         [&](const RouteRequest& request) { return start_drill(pipeline, request); }},
    };
    for (const auto& [facts, handler] : routes) {
        if (Status added = table.add(facts, handler); !added.ok()) {
            return added;
        }
    }
    return {};
}

}  // namespace petrel::core
