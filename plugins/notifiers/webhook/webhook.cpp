// Address, keys and authorization are secrets: none is ever part of a sentence.
#include "webhook.hpp"

#include "kit/encoding.hpp"
#include "kit/replies.hpp"
#include "kit/settings.hpp"
#include "message.hpp"

namespace petrel::webhook {
namespace {

constexpr std::uint32_t kBurst = 20;
constexpr std::uint32_t kTimeoutMs = 15'000;
constexpr std::size_t kMessageIdMax = 255;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

petrel_parameter pace() {
    petrel_parameter p = parameter(PETREL_PARAMETER_NUMBER, "per_second", "",
                                   "messages a second that the receiver may get");
    p.default_number = 10;
    p.minimum = 0.01;
    p.maximum = 10'000;
    return p;
}

}  // namespace

Webhook::Webhook(const Host& host, const Config& config)
    : url_(config.text("url")), authorization_(config.text("authorization")),
      per_second_(config.number("per_second")) {
    ready_ = read(config);
    kit::warn_if_plain(host, "webhook", "url", url_);
}

PluginInfo Webhook::describe() {
    return {"webhook",
            "1.0.0",
            "petrel",
            "Posts signed alerts to an address of your own.",
            {kit::secret("url", "where to post"),
             kit::secret("secret", "key of the signature; whsec_... for the standard scheme"),
             kit::secret("previous_secret", "the key before, signed with as well while it changes",
                         kit::Need::Optional),
             kit::text("scheme", "standard", "standard, stripe, github or slack"),
             kit::secret("authorization", "value of the header Authorization", kit::Need::Optional),
             pace()}};
}

Status Webhook::read(const Config& config) {
    Status address = kit::check_address("webhook", "url", url_);
    if (!address.ok()) {
        return address;
    }
    if (!kit::is_header_value(authorization_)) {
        return Status::invalid("webhook: 'authorization' holds what no header may; copy it again");
    }
    const auto scheme = scheme_named(config.text("scheme"));
    if (!scheme) {
        return Status::invalid("webhook: 'scheme' must be standard, stripe, github or slack");
    }
    scheme_ = *scheme;
    secrets_ = kit::secrets_of(url_);
    secrets_.push_back(authorization_);
    const Status present = add_key("secret", config.text("secret"));
    const std::string before = config.text("previous_secret");
    return !present.ok() || before.empty() ? present : add_key("previous_secret", before);
}

Status Webhook::add_key(const char* name, const std::string& secret) {
    Result<std::string> key = key_of(scheme_, secret);
    if (!key.ok()) {
        return Status::invalid("webhook: '" + std::string(name) + "' " + key.status().message());
    }
    keys_.push_back(std::move(*key));
    secrets_.push_back(secret);
    return {};
}

petrel_notifier_limits Webhook::limits() const {
    petrel_notifier_limits limits = kit::limits_of(0, PETREL_HONOURS_KEY | PETREL_CAN_ACKNOWLEDGE);
    limits.per_second = per_second_;
    limits.burst = kBurst;
    limits.timeout_ms = kTimeoutMs;
    return limits;
}

Result<NotifierRequest> Webhook::build(const Alert& alert) {
    NotifierRequest request;
    request.url = url_;
    request.body = body_of(alert);
    Signed message;
    message.id = kit::as_token(alert.id).substr(0, kMessageIdMax);
    message.at_s = alert.sent_at_ns / kNsPerSecond;
    message.body = request.body;
    request.headers = signature_headers(scheme_, keys_, message);
    request.headers.emplace_back("content-type", "application/json");
    if (!authorization_.empty()) {
        request.headers.emplace_back("authorization", authorization_);
    }
    return request;
}

// The receiver's status is its word; the body is its own affair.
Outcome Webhook::read_reply(const NotifierReply& reply) {
    if (reply.http_status >= 200 && reply.http_status < 300) {
        return {};
    }
    return kit::outcome_of_status("the receiver", reply, kit::detail_of(reply.body, secrets_));
}

}  // namespace petrel::webhook

PETREL_PLUGIN(petrel::webhook::Webhook);
