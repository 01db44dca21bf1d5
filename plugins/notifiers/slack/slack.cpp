// The address is the secret; it is never part of a sentence.
#include "slack.hpp"

#include "kit/replies.hpp"
#include "kit/settings.hpp"
#include "message.hpp"

namespace petrel::slack {
namespace {

constexpr double kPerSecond = 1;
constexpr std::uint32_t kBurst = 3;

}  // namespace

Slack::Slack(const Host& host, const Config& config)
    : url_(config.text("url")), secrets_(kit::secrets_of(url_)) {
    kit::warn_if_plain(host, "slack", "url", url_);
}

PluginInfo Slack::describe() {
    return {"slack",
            "1.0.0",
            "petrel",
            "Sends alerts to a Slack channel.",
            {kit::secret("url", "address of the incoming webhook")}};
}

Status Slack::ready() const { return kit::check_address("slack", "url", url_); }

petrel_notifier_limits Slack::limits() const {
    petrel_notifier_limits limits = kit::limits_of(kTextMax, 0);
    limits.per_second = kPerSecond;
    limits.burst = kBurst;
    return limits;
}

Result<NotifierRequest> Slack::build(const Alert& alert) {
    NotifierRequest request;
    request.url = url_;
    request.body = body_of(alert);
    request.headers = {{"content-type", "application/json"}};
    return request;
}

Outcome Slack::read_reply(const NotifierReply& reply) {
    if (reply.http_status == 200 && reply.body == "ok") {
        return {};
    }
    return kit::outcome_of_status("Slack", reply, kit::detail_of(reply.body, secrets_));
}

}  // namespace petrel::slack

PETREL_PLUGIN(petrel::slack::Slack);
