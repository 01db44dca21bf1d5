// The token is part of the URL and the chat id part of the body; neither is ever part of a
// sentence.
#include "telegram.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace petrel::telegram {
namespace {

// Ceilings that Telegram names for one chat and for a group; a 429 tells the rest.
constexpr double kPerSecond = 1;
constexpr double kPerMinute = 20;
constexpr std::uint32_t kBurst = 3;
constexpr std::uint32_t kTimeoutMs = 10'000;

constexpr std::size_t kPlainIdsMax = 64;

petrel_parameter secret(std::string_view name, std::string_view description) {
    petrel_parameter p = parameter(PETREL_PARAMETER_TEXT, name, "", description);
    p.flags = PETREL_PARAMETER_SECRET | PETREL_PARAMETER_REQUIRED;
    return p;
}

petrel_parameter api_parameter() {
    petrel_parameter p = parameter(PETREL_PARAMETER_TEXT, "api", "",
                                   "base address of the Bot API, without the token");
    p.default_text = text_of("https://api.telegram.org");
    return p;
}

petrel_parameter thread_parameter() {
    petrel_parameter p = parameter(PETREL_PARAMETER_INTEGER, "message_thread_id", "",
                                   "topic of a forum group; 0 for none");
    p.minimum = 0;
    p.maximum = 9'007'199'254'740'992.0;  // the largest a double holds exactly
    return p;
}

std::string without_trailing_slash(std::string text) {
    while (text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

bool is_token(std::string_view token) {
    return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == ':' || c == '_' || c == '-';
    });
}

// The number of a chat; Telegram also takes "@channel" names.
bool read_chat_number(std::string_view text, std::int64_t& number) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && stop == text.data() + text.size();
}

std::string with_detail(std::string sentence, const Answer& answer) {
    return answer.description.empty() ? sentence : std::move(sentence) + ": " + answer.description;
}

Outcome outcome(std::uint32_t result, std::string reason, std::uint64_t retry_after_ms = 0) {
    return {result, retry_after_ms, {}, std::move(reason)};
}

}  // namespace

Telegram::Telegram(const Host& host, const Config& config)
    : token_(config.text("token")), chat_id_(config.text("chat_id")),
      api_(without_trailing_slash(config.text("api"))),
      thread_id_(static_cast<std::int64_t>(config.number("message_thread_id"))),
      silent_(config.flag("silent")) {
    if (api_.starts_with("http://")) {
        host.log(PETREL_LOG_WARNING,
                 "telegram: 'api' is not encrypted; the token is readable on the way");
    }
}

PluginInfo Telegram::describe() {
    return {"telegram",
            "1.0.0",
            "petrel",
            "Sends alerts to a Telegram chat.",
            {secret("token", "token of the bot"), secret("chat_id", "chat number or @channel"),
             api_parameter(), thread_parameter(),
             parameter(PETREL_PARAMETER_BOOLEAN, "silent", "", "deliver without a sound")}};
}

Status Telegram::ready() const {
    std::int64_t number = 0;
    if (!is_token(token_)) {
        return Status::invalid(
            "telegram: 'token' is empty or holds a character that no bot token has; "
            "copy it again from BotFather");
    }
    if (!read_chat_number(chat_id_, number) && !(chat_id_.size() > 1 && chat_id_.front() == '@')) {
        return Status::invalid(
            "telegram: 'chat_id' is neither a number nor a name that begins with @");
    }
    if (!api_.starts_with("https://") && !api_.starts_with("http://")) {
        return Status::invalid("telegram: 'api' must begin with https:// or http://");
    }
    return {};
}

petrel_notifier_limits Telegram::limits() const {
    petrel_notifier_limits limits{};
    limits.size = sizeof(limits);
    limits.text_chars_max = kTextMax;
    limits.per_second = kPerSecond;
    limits.per_minute = kPerMinute;
    limits.burst = kBurst;
    limits.timeout_ms = kTimeoutMs;
    return limits;
}

Result<NotifierRequest> Telegram::build(const Alert& alert) {
    last_id_ = alert.id;
    const Markup markup = goes_plain(alert.id) ? Markup::None : Markup::Html;
    nlohmann::json body{{"text", text_of_alert(alert, markup)},
                        {"disable_notification", silent_},
                        {"link_preview_options", {{"is_disabled", true}}}};
    std::int64_t number = 0;
    if (read_chat_number(chat_id_, number)) {
        body["chat_id"] = number;
    } else {
        body["chat_id"] = chat_id_;
    }
    if (markup == Markup::Html) {
        body["parse_mode"] = "HTML";
    }
    if (thread_id_ > 0) {
        body["message_thread_id"] = thread_id_;
    }
    NotifierRequest request;
    request.url = api_ + "/bot" + token_ + "/sendMessage";
    request.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    request.headers = {{"content-type", "application/json"}};
    return request;
}

Outcome Telegram::read_reply(const NotifierReply& reply) {
    const std::string_view secrets[] = {token_, chat_id_};
    const Answer answer = read_answer(reply, secrets);
    const std::string status = "Telegram answered " + std::to_string(reply.http_status);
    switch (reply.http_status) {
        case 200:
            if (answer.ok) {
                return {PETREL_DELIVERED, 0, answer.message_id, {}};
            }
            return outcome(PETREL_RETRY, with_detail(status + " without confirming", answer));
        case 400:
            return read_bad_request(answer);
        case 401:
        case 404:
            return outcome(PETREL_BROKEN,
                           with_detail(status + ", so the token is wrong or revoked; put the "
                                                "bot's present token into 'token'",
                                       answer));
        case 403:
            return outcome(PETREL_BROKEN,
                           with_detail(status + ", so the bot was blocked or is no member of the "
                                                "chat; let it in again",
                                       answer));
        case 429:
            return outcome(PETREL_RETRY, status + ": too many messages", answer.retry_after_ms);
        default:
            break;
    }
    const bool may_pass =
        reply.http_status < 400 || reply.http_status >= 500 || reply.http_status == 408;
    return outcome(may_pass ? PETREL_RETRY : PETREL_REFUSED, with_detail(status, answer));
}

Outcome Telegram::read_bad_request(const Answer& answer) {
    if (answer.became_supergroup) {
        return outcome(PETREL_BROKEN,
                       "the group became a supergroup and has a new id; put that into 'chat_id'");
    }
    if (answer.cannot_parse_entities && !last_id_.empty() && !goes_plain(last_id_)) {
        plain_ids_.push_back(last_id_);
        if (plain_ids_.size() > kPlainIdsMax) {
            plain_ids_.pop_front();
        }
        return outcome(PETREL_RETRY, "Telegram could not read the markup; sending plain text");
    }
    return outcome(PETREL_REFUSED, with_detail("Telegram answered 400", answer));
}

bool Telegram::goes_plain(std::string_view alert_id) const {
    return std::find(plain_ids_.begin(), plain_ids_.end(), alert_id) != plain_ids_.end();
}

}  // namespace petrel::telegram

PETREL_PLUGIN(petrel::telegram::Telegram);
