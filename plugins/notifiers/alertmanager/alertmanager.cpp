// What Alertmanager says to a wrong alert names it, hence the masking of details.
#include "alertmanager.hpp"

#include "kit/replies.hpp"
#include "kit/settings.hpp"
#include "message.hpp"

namespace petrel::alertmanager {
namespace {

constexpr double kPerSecond = 10;
constexpr std::uint32_t kBurst = 20;

petrel_parameter firing_for() {
    petrel_parameter p = parameter(PETREL_PARAMETER_DURATION, "firing_for", "",
                                   "how long an alert fires when its end is not told");
    p.default_number = 2 * 3'600'000;
    p.minimum = 60'000;
    p.maximum = 7.0 * 86'400'000;
    return p;
}

}  // namespace

Alertmanager::Alertmanager(const Host& host, const Config& config)
    : url_(kit::without_trailing_slash(config.text("url"))),
      authorization_(config.text("authorization")),
      firing_for_ms_(static_cast<std::int64_t>(config.number("firing_for"))),
      secrets_{authorization_} {
    if (!authorization_.empty()) {
        kit::warn_if_plain(host, "alertmanager", "url", url_);
    }
}

PluginInfo Alertmanager::describe() {
    return {"alertmanager",
            "1.0.0",
            "petrel",
            "Posts alerts to a member of an Alertmanager cluster.",
            {kit::text("url", "http://127.0.0.1:9093", "base address of the member"),
             kit::secret("authorization", "value of the header Authorization", kit::Need::Optional),
             firing_for()}};
}

Status Alertmanager::ready() const {
    if (!kit::is_header_value(authorization_)) {
        return Status::invalid(
            "alertmanager: 'authorization' holds what no header may; copy it again");
    }
    return kit::check_address("alertmanager", "url", url_);
}

petrel_notifier_limits Alertmanager::limits() const {
    petrel_notifier_limits limits =
        kit::limits_of(0, PETREL_CAN_EDIT | PETREL_CAN_RESOLVE | PETREL_HONOURS_KEY);
    limits.per_second = kPerSecond;
    limits.burst = kBurst;
    return limits;
}

Result<NotifierRequest> Alertmanager::build(const Alert& alert) {
    NotifierRequest request;
    request.url = url_ + "/api/v2/alerts";
    request.body = body_of(alert, firing_for_ms_);
    request.headers = {{"content-type", "application/json"}};
    if (!authorization_.empty()) {
        request.headers.emplace_back("authorization", authorization_);
    }
    return request;
}

// Alertmanager confirms with an empty body; words under a 200 come from something in between.
Outcome Alertmanager::read_reply(const NotifierReply& reply) {
    if (reply.http_status == 200 &&
        reply.body.find_first_not_of(" \r\n") == std::string_view::npos) {
        return {};
    }
    return kit::outcome_of_status("Alertmanager", reply, kit::detail_of(reply.body, secrets_));
}

}  // namespace petrel::alertmanager

PETREL_PLUGIN(petrel::alertmanager::Alertmanager);
