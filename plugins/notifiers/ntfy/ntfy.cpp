// JSON goes to the root of the server: posted to the topic it would be shown as it stands. The
// topic is a secret, for whoever knows it can read along.
#include "ntfy.hpp"

#include <nlohmann/json.hpp>

#include "kit/encoding.hpp"
#include "kit/message_parts.hpp"
#include "kit/replies.hpp"
#include "kit/settings.hpp"

namespace petrel::ntfy {
namespace {

using nlohmann::json;

// Of the public server: 60 at once, then one in five seconds.
constexpr double kPerSecond = 0.2;
constexpr std::uint32_t kBurst = 50;
constexpr std::size_t kTopicMax = 64;
constexpr std::size_t kSequenceIdMax = 64;
constexpr int kDailyQuota = 42908;
constexpr std::uint64_t kQuotaWaitMs = 3'600'000;

int priority_of(const Alert& alert) {
    constexpr int kLow = 2;
    constexpr int kDefault = 3;
    constexpr int kHigh = 4;
    constexpr int kMax = 5;
    return alert.silent                                 ? kLow
           : alert.severity >= PETREL_SEVERITY_CRITICAL ? kMax
           : alert.severity == PETREL_SEVERITY_WARNING  ? kHigh
                                                        : kDefault;
}

// A later message of the same sequence takes the place of the earlier one; servers before 2.16 show
// both. Letters, digits, '_' and '-' are taken.
std::string sequence_id_of(const Alert& alert) {
    std::string id = kit::as_token(alert.story_id);
    for (char& c : id) {
        c = c == '~' ? '_' : c;
    }
    return id.substr(0, kSequenceIdMax);
}

const char* tag_of(const Alert& alert) {
    return alert.phase == PETREL_ALERT_END                        ? "white_check_mark"
           : alert.phase == PETREL_ALERT_TEST                     ? "test_tube"
           : alert.severity >= PETREL_SEVERITY_CRITICAL           ? "rotating_light"
           : alert.type == "SYSTEM"                               ? "warning"
           : alert.side == Side::Long || alert.side == Side::Sell ? "small_red_triangle_down"
                                                                  : "small_red_triangle";
}

}  // namespace

Ntfy::Ntfy(const Host& host, const Config& config)
    : server_(kit::without_trailing_slash(config.text("server"))), topic_(config.text("topic")),
      token_(config.text("token")), secrets_{topic_, token_} {
    kit::warn_if_plain(host, "ntfy", "server", server_);
}

PluginInfo Ntfy::describe() {
    return {"ntfy",
            "1.0.0",
            "petrel",
            "Publishes alerts to a topic of ntfy.",
            {kit::text("server", "https://ntfy.sh", "base address of the server"),
             kit::secret("topic", "topic to publish to"),
             kit::secret("token", "access token, tk_...", kit::Need::Optional)}};
}

Status Ntfy::ready() const {
    if (topic_.size() > kTopicMax || !kit::is_made_of_letters_digits_or("_-", topic_)) {
        return Status::invalid("ntfy: 'topic' must be 1 to 64 letters, digits, '_' or '-'");
    }
    if (!token_.empty() && !kit::is_made_of_letters_digits_or("_", token_)) {
        return Status::invalid("ntfy: 'token' holds what no access token has; copy it again");
    }
    return kit::check_address("ntfy", "server", server_);
}

petrel_notifier_limits Ntfy::limits() const {
    petrel_notifier_limits limits = kit::limits_of(kMessageBytesMax, PETREL_CAN_EDIT);
    limits.per_second = kPerSecond;
    limits.burst = kBurst;
    return limits;
}

Result<NotifierRequest> Ntfy::build(const Alert& alert) {
    kit::MessageLimits limits;
    limits.total = kMessageBytesMax;
    limits.headline = kTitleBytesMax;
    limits.measure = utf8_bytes;
    const kit::MessageParts parts = kit::message_parts(alert, limits);
    const std::string text = kit::plain_body(parts);
    json body{{"topic", topic_},
              {"title", parts.headline},
              {"message", text.empty() ? parts.headline : text},
              {"priority", priority_of(alert)},
              {"tags", {tag_of(alert)}},
              {"sequence_id", sequence_id_of(alert)}};
    if (kit::is_plain_link(alert.link)) {
        body["click"] = std::string(alert.link);
    }
    NotifierRequest request;
    request.url = server_ + "/";
    request.body = kit::written(body);
    request.headers = {{"content-type", "application/json"}};
    if (!token_.empty()) {
        request.headers.emplace_back("authorization", "Bearer " + token_);
    }
    return request;
}

Outcome Ntfy::read_reply(const NotifierReply& reply) {
    const json body = kit::parsed_body(reply);
    const std::string detail = kit::detail_of(kit::text_member(body, "error"), secrets_);
    if (reply.http_status == 200 && kit::text_member(body, "event") == "message") {
        return {PETREL_DELIVERED, 0, kit::text_member(body, "id"), {}};
    }
    const json* code = kit::member(body, "code");
    if (reply.http_status == 429 && code != nullptr && *code == kDailyQuota) {
        return kit::outcome(PETREL_RETRY, "ntfy: the quota of this day is spent", kQuotaWaitMs);
    }
    return kit::outcome_of_status("ntfy", reply, detail);
}

}  // namespace petrel::ntfy

PETREL_PLUGIN(petrel::ntfy::Ntfy);
