// The address holds the webhook's token; neither is ever part of a sentence.
#include "discord.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kit/multipart.hpp"
#include "kit/replies.hpp"
#include "kit/settings.hpp"
#include "message.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::discord {
namespace {

// Discord asks to read its headers and names no figures; these are seen to pass, a 429 tells more.
constexpr double kPerSecond = 2;
constexpr double kPerMinute = 30;
constexpr std::uint32_t kBurst = 5;
constexpr std::size_t kGoneMax = 64;
constexpr std::size_t kIdDigitsMax = 20;
constexpr std::size_t kUsernameMax = 80;
constexpr int kUnknownMessage = 10008;

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= kIdDigitsMax &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// In the body with its decimals, in the headers rounded or not.
std::uint64_t discord_wait_ms(const nlohmann::json& body, const NotifierReply& reply) {
    const nlohmann::json* seconds = kit::member(body, "retry_after");
    if (seconds != nullptr && seconds->is_number()) {
        return kit::wait_ms(seconds->get<double>());
    }
    const std::uint64_t named = kit::retry_after_ms(reply);
    return named != 0 ? named : kit::wait_ms(reply.header("x-ratelimit-reset-after"));
}

}  // namespace

Discord::Discord(const Host& host, const Config& config)
    : url_(kit::without_trailing_slash(config.text("url"))), thread_id_(config.text("thread_id")),
      username_(config.text("username")), secrets_(kit::secrets_of(url_)) {
    kit::warn_if_plain(host, "discord", "url", url_);
}

PluginInfo Discord::describe() {
    return {"discord",
            "1.0.0",
            "petrel",
            "Sends alerts to a Discord channel.",
            {kit::secret("url", "address of the channel's webhook"),
             kit::text("thread_id", "", "number of a thread to post into; empty for none"),
             kit::text("username", "petrel", "name to post under; empty for the webhook's own")}};
}

Status Discord::ready() const {
    Status address = kit::check_address("discord", "url", url_);
    if (!address.ok()) {
        return address;
    }
    if (url_.find_first_of("?#") != std::string::npos) {
        return Status::invalid("discord: 'url' must end with the webhook's token, without ? or #");
    }
    if (!thread_id_.empty() && !is_id(thread_id_)) {
        return Status::invalid("discord: 'thread_id' must be the number of a thread");
    }
    if (utf16_length(username_) > kUsernameMax || plain_line(username_) != username_) {
        return Status::invalid("discord: 'username' must be one line of at most 80 characters");
    }
    return {};
}

petrel_notifier_limits Discord::limits() const {
    petrel_notifier_limits limits =
        kit::limits_of(kEmbedMax, PETREL_CAN_EDIT | PETREL_CAN_IMAGE | PETREL_CAN_ADD_IMAGE);
    limits.per_second = kPerSecond;
    limits.per_minute = kPerMinute;
    limits.burst = kBurst;
    return limits;
}

// With wait=true Discord says what it stored; without, a message that was not is no error.
std::string Discord::url_of(std::string_view message) const {
    const std::string thread = thread_id_.empty() ? "" : "thread_id=" + thread_id_;
    if (message.empty()) {
        return url_ + "?wait=true" + (thread.empty() ? "" : "&" + thread);
    }
    return url_ + "/messages/" + std::string(message) + (thread.empty() ? "" : "?" + thread);
}

Result<NotifierRequest> Discord::build(const Alert& alert) {
    const bool edits =
        alert.phase != PETREL_ALERT_NEW && is_id(alert.provider_id) && !is_gone(alert.provider_id);
    edited_ = edits ? std::string(alert.provider_id) : std::string();
    adds_image_ = alert.phase == PETREL_ALERT_IMAGE;
    if (adds_image_ && (!edits || alert.image.empty())) {
        return Status::invalid("there is no message to add the picture to");
    }
    NotifierRequest request;
    request.method = edits ? "PATCH" : "POST";
    request.url = url_of(edited_);
    const std::string body = body_of(alert, username_, edits ? Target::Edit : Target::NewMessage);
    if (!adds_image_) {
        request.body = body;
        request.headers = {{"content-type", "application/json"}};
        return request;
    }
    const kit::FormPart parts[] = {{"payload_json", "", "application/json", body},
                                   {"files[0]", kImageName, "image/png", alert.image}};
    kit::FormBody form = kit::form_of(parts);
    request.body = std::move(form.body);
    request.headers = {{"content-type", std::move(form.content_type)}};
    return request;
}

Outcome Discord::read_reply(const NotifierReply& reply) {
    const nlohmann::json body = kit::parsed_body(reply);
    const std::string detail = kit::detail_of(kit::text_member(body, "message"), secrets_);
    if (reply.http_status == 200) {
        std::string id = kit::text_member(body, "id");
        if (is_id(id)) {
            // The last of its bucket: the next would be refused until then.
            const bool last = reply.header("x-ratelimit-remaining") == "0";
            const std::uint64_t wait_ms =
                last ? kit::wait_ms(reply.header("x-ratelimit-reset-after")) : 0;
            return {PETREL_DELIVERED, wait_ms, std::move(id), {}};
        }
    }
    if (reply.http_status == 429) {
        return kit::outcome(PETREL_RETRY, "Discord answered 429: too many messages",
                            discord_wait_ms(body, reply));
    }
    if (adds_image_ && (reply.http_status == 400 || reply.http_status == 413)) {
        return kit::outcome(PETREL_REFUSED,
                            kit::with_detail("Discord refused the picture", detail));
    }
    if (reply.http_status == 404) {
        const nlohmann::json* code = kit::member(body, "code");
        const bool known = code != nullptr && code->is_number_integer();
        return read_missing(reply, known ? code->get<int>() : 0, detail);
    }
    return kit::outcome_of_status("Discord", reply, detail);
}

Outcome Discord::read_missing(const NotifierReply& reply, int code, const std::string& detail) {
    if (code == kUnknownMessage && !edited_.empty()) {
        remember(gone_, edited_);
        if (adds_image_) {
            return kit::outcome(PETREL_REFUSED, "the message of the picture was deleted");
        }
        return kit::outcome(PETREL_RETRY, "the first message was deleted; posting a new one");
    }
    return kit::outcome_of_status("Discord", reply, detail);
}

void Discord::remember(std::deque<std::string>& ids, std::string_view id) {
    ids.emplace_back(id);
    if (ids.size() > kGoneMax) {
        ids.pop_front();
    }
}

bool Discord::is_gone(std::string_view message) const {
    return std::find(gone_.begin(), gone_.end(), message) != gone_.end();
}

}  // namespace petrel::discord

PETREL_PLUGIN(petrel::discord::Discord);
