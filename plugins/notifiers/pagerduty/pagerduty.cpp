// The routing key stands in the body; it is never part of a sentence.
#include "pagerduty.hpp"

#include <nlohmann/json.hpp>

#include "kit/replies.hpp"
#include "kit/settings.hpp"
#include "message.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::pagerduty {
namespace {

// About 120 events a minute and key are taken.
constexpr double kPerSecond = 2;
constexpr double kPerMinute = 120;
constexpr std::uint32_t kBurst = 10;
constexpr std::size_t kRoutingKeyLength = 32;
constexpr std::size_t kSourceMax = 200;

// "errors" of a refusal, joined.
std::string errors_of(const nlohmann::json& body) {
    std::string text = kit::text_member(body, "message");
    const nlohmann::json* errors = kit::member(body, "errors");
    if (errors != nullptr && errors->is_array()) {
        for (const nlohmann::json& error : *errors) {
            if (error.is_string()) {
                text += "; " + error.get<std::string>();
            }
        }
    }
    return text;
}

}  // namespace

PagerDuty::PagerDuty(const Host& host, const Config& config)
    : api_(kit::without_trailing_slash(config.text("api"))), source_(config.text("source")),
      secrets_{config.text("routing_key")} {
    kit::warn_if_plain(host, "pagerduty", "api", api_);
}

PluginInfo PagerDuty::describe() {
    return {"pagerduty",
            "1.0.0",
            "petrel",
            "Opens and resolves PagerDuty incidents.",
            {kit::secret("routing_key", "integration key of the service, 32 characters"),
             kit::text("api", "https://events.pagerduty.com",
                       "base address; https://events.eu.pagerduty.com for accounts there"),
             kit::text("source", "petrel", "what the incident names as its source")}};
}

Status PagerDuty::ready() const {
    const std::string& key = secrets_.front();
    if (key.size() != kRoutingKeyLength || !kit::is_made_of_letters_digits_or("", key)) {
        return Status::invalid(
            "pagerduty: 'routing_key' must be 32 letters and digits; copy the integration key of "
            "an Events API v2 integration");
    }
    if (source_.empty() || source_.size() > kSourceMax || plain_line(source_) != source_) {
        return Status::invalid("pagerduty: 'source' must be one line of 1 to 200 bytes");
    }
    return kit::check_address("pagerduty", "api", api_);
}

petrel_notifier_limits PagerDuty::limits() const {
    petrel_notifier_limits limits =
        kit::limits_of(kSummaryMax, PETREL_CAN_THREAD | PETREL_CAN_RESOLVE | PETREL_HONOURS_KEY |
                                        PETREL_CAN_ACKNOWLEDGE);
    limits.per_second = kPerSecond;
    limits.per_minute = kPerMinute;
    limits.burst = kBurst;
    return limits;
}

Result<NotifierRequest> PagerDuty::build(const Alert& alert) {
    NotifierRequest request;
    request.url = api_ + "/v2/enqueue";
    request.body = body_of(alert, secrets_.front(), source_);
    request.headers = {{"content-type", "application/json"}};
    return request;
}

Outcome PagerDuty::read_reply(const NotifierReply& reply) {
    const nlohmann::json body = kit::parsed_body(reply);
    const std::string detail = kit::detail_of(errors_of(body), secrets_);
    if (reply.http_status == 202 && kit::text_member(body, "status") == "success") {
        return {PETREL_DELIVERED, 0, kit::text_member(body, "dedup_key"), {}};
    }
    return reply.http_status == 400 ? read_bad_request(reply, detail)
                                    : kit::outcome_of_status("PagerDuty", reply, detail);
}

// A key that PagerDuty does not know is about the channel, anything else about this event.
Outcome PagerDuty::read_bad_request(const NotifierReply& reply, const std::string& detail) const {
    if (detail.find("routing_key") != std::string::npos) {
        return kit::outcome(PETREL_BROKEN,
                            kit::with_detail("PagerDuty refuses 'routing_key'; put in the present "
                                             "integration key",
                                             detail));
    }
    return kit::outcome_of_status("PagerDuty", reply, detail);
}

}  // namespace petrel::pagerduty

PETREL_PLUGIN(petrel::pagerduty::PagerDuty);
