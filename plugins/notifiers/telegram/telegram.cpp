// The token is part of the URL and the chat id part of the body; neither is ever part of a
// sentence.
#include "telegram.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "kit/multipart.hpp"
#include "kit/replies.hpp"
#include "kit/settings.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::telegram {
namespace {

// Ceilings that Telegram names for one chat and for a group; a 429 tells the rest.
constexpr double kPerSecond = 1;
constexpr double kPerMinute = 20;
constexpr std::uint32_t kBurst = 3;

constexpr double kThreadMax = 9'007'199'254'740'992.0;  // the largest a double holds exactly
constexpr std::size_t kRememberedMax = 64;
constexpr std::size_t kCallbackMax = 64;  // bytes that a button may carry

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

// Newest last; the oldest is forgotten.
void remember(std::deque<std::string>& ids, std::string_view id) {
    ids.emplace_back(id);
    if (ids.size() > kRememberedMax) {
        ids.pop_front();
    }
}

bool holds(const std::deque<std::string>& ids, std::string_view id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// A picture's words are edited by another call than a text, so its number carries a mark.
constexpr char kPictureMark = 'p';

bool is_picture(std::string_view provider_id) { return provider_id.ends_with(kPictureMark); }

std::string as_picture(std::string id) {
    return id.empty() || is_picture(id) ? std::move(id) : std::move(id) + kPictureMark;
}

kit::FormPart text_part(const char* name, std::string_view value) {
    return {name, "", "text/plain; charset=utf-8", value};
}

// The number of a message that may be edited; 0 for none.
std::int64_t message_number(std::string_view text) {
    std::int64_t number = 0;
    text.remove_suffix(is_picture(text) ? 1 : 0);
    return read_chat_number(text, number) && number > 0 ? number : 0;
}

}  // namespace

Telegram::Telegram(const Host& host, const Config& config)
    : token_(config.text("token")), chat_id_(config.text("chat_id")),
      api_(kit::without_trailing_slash(config.text("api"))),
      thread_id_(static_cast<std::int64_t>(config.number("message_thread_id"))),
      silent_(config.flag("silent")), has_button_(config.flag("buttons")),
      buttons_(chat_id_, config.text("ack_users")), secrets_{token_, chat_id_} {
    kit::warn_if_plain(host, "telegram", "api", api_);
}

PluginInfo Telegram::describe() {
    return {"telegram",
            "1.0.0",
            "petrel",
            "Sends alerts to a Telegram chat.",
            {kit::secret("token", "token of the bot"),
             kit::secret("chat_id", "chat number or @channel"),
             kit::text("api", "https://api.telegram.org",
                       "base address of the Bot API, without the token"),
             kit::whole_number("message_thread_id", "topic of a forum group; 0 for none", 0,
                               kThreadMax),
             kit::flag("silent", "deliver without a sound"),
             kit::flag("buttons", "a button to acknowledge, and asking who pressed it"),
             kit::text("ack_users", "",
                       "who may press it: numbers and @names with commas; empty: the whole chat")}};
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
    if (!buttons_.users_are_sound()) {
        return Status::invalid(
            "telegram: 'ack_users' holds neither numbers nor @names; write \"4711, @ann\"");
    }
    return kit::check_address("telegram", "api", api_);
}

petrel_notifier_limits Telegram::limits() const {
    petrel_notifier_limits limits =
        kit::limits_of(kTextMax, PETREL_CAN_EDIT | PETREL_CAN_IMAGE | PETREL_CAN_ADD_IMAGE |
                                     PETREL_CAN_ACKNOWLEDGE);
    limits.per_second = kPerSecond;
    limits.per_minute = kPerMinute;
    limits.burst = kBurst;
    return limits;
}

Result<NotifierRequest> Telegram::build(const Alert& alert) {
    last_id_ = alert.id;
    adds_image_ = alert.phase == PETREL_ALERT_IMAGE;
    if (alert.phase == PETREL_ALERT_ACKNOWLEDGED) {
        remember(taken_on_, alert.story_id);
    }
    if (adds_image_) {
        return build_image(alert);
    }
    const bool is_new = alert.phase == PETREL_ALERT_NEW || holds(gone_, alert.provider_id);
    const std::int64_t edited = is_new ? 0 : message_number(alert.provider_id);
    edited_ = edited == 0 ? std::string() : std::string(alert.provider_id);
    const Markup markup = holds(plain_ids_, alert.id) ? Markup::None : Markup::Html;
    captioned_ = edited != 0 && (is_picture(edited_) || holds(photos_, edited_));
    nlohmann::json body;
    if (captioned_) {
        body["caption"] = text_of_alert(alert, markup, kCaptionMax);
    } else {
        body["text"] = text_of_alert(alert, markup);
        body["link_preview_options"] = {{"is_disabled", true}};
    }
    address(body);
    if (markup == Markup::Html) {
        body["parse_mode"] = "HTML";
    }
    if (edited != 0) {
        body["message_id"] = edited;
    } else {
        body["disable_notification"] = silent_ || alert.silent;
        if (thread_id_ > 0) {
            body["message_thread_id"] = thread_id_;
        }
    }
    add_buttons(alert, body);
    return request_for(edited == 0  ? "sendMessage"
                       : captioned_ ? "editMessageCaption"
                                    : "editMessageText",
                       kit::written(body));
}

NotifierRequest Telegram::request_for(const char* method, std::string body) const {
    NotifierRequest request;
    request.url = api_ + "/bot" + token_ + "/" + method;
    request.body = std::move(body);
    request.headers = {{"content-type", "application/json"}};
    return request;
}

Result<NotifierRequest> Telegram::build_poll(std::span<const PressAnswer> answers) {
    if (!has_button_) {
        return NotifierRequest{};  // nothing to ask, ever
    }
    buttons_.take(answers);
    const ButtonDesk::Question question = buttons_.next();
    NotifierRequest request = request_for(question.method, question.body);
    request.timeout_ms = question.timeout_ms;
    return request;
}

Poll Telegram::read_poll(const NotifierReply& reply) {
    const Answer answer = read_answer(reply, secrets_);
    if (reply.http_status == 200 && answer.ok) {
        return buttons_.read(reply);
    }
    const std::string why = kit::with_detail(
        "Telegram answered " + std::to_string(reply.http_status), answer.description);
    if (reply.http_status == 400 && buttons_.give_up_answer()) {
        return {};  // a press that is too old to be answered is recorded all the same
    }
    switch (reply.http_status) {
        case 409:
            return {PETREL_RETRY,
                    0,
                    {},
                    0,
                    why +
                        "; another program takes this bot's updates, or a webhook is set: give "
                        "petrel a bot of its own, or switch 'buttons' off"};
        case 401:
        case 403:
        case 404:
            return {PETREL_BROKEN, 0, {}, 0, why};
        default:
            return {PETREL_RETRY, answer.retry_after_ms, {}, 0, why};
    }
}

// A text becomes a picture with the same words and buttons beneath it (Bot API 7.11 and later); a
// picture gets a newer one, above the words as its caption has them.
Result<NotifierRequest> Telegram::build_image(const Alert& alert) {
    const std::int64_t number = message_number(alert.provider_id);
    edited_ = std::string(alert.provider_id);
    captioned_ = true;
    if (number == 0 || alert.image.empty() || holds(gone_, edited_)) {
        return Status::invalid("there is no message to add the picture to");
    }
    const Markup markup = holds(plain_ids_, alert.id) ? Markup::None : Markup::Html;
    const std::string caption = text_of_alert(alert, markup, kCaptionMax);
    const bool has_one = is_picture(edited_) || holds(photos_, edited_);
    if (!has_one && caption != text_of_alert(alert, markup)) {
        return Status::invalid(
            "its words are more than the 1024 characters that Telegram shows "
            "beneath a picture, so they stay without it");
    }
    nlohmann::json media{{"type", "photo"}, {"media", "attach://card"}, {"caption", caption}};
    if (markup == Markup::Html) {
        media["parse_mode"] = "HTML";
    }
    nlohmann::json body;
    address(body);
    add_buttons(alert, body);
    const std::string chat = body["chat_id"].is_string() ? chat_id_ : kit::written(body["chat_id"]);
    const std::string message = std::to_string(number);
    const std::string about = kit::written(media);
    const std::string buttons =
        body.contains("reply_markup") ? kit::written(body["reply_markup"]) : std::string();
    std::vector<kit::FormPart> parts = {
        text_part("chat_id", chat), text_part("message_id", message), text_part("media", about)};
    if (!buttons.empty()) {
        parts.push_back(text_part("reply_markup", buttons));
    }
    parts.push_back({"card", "card.png", "image/png", alert.image});
    kit::FormBody form = kit::form_of(parts);
    NotifierRequest request = request_for("editMessageMedia", std::move(form.body));
    request.headers = {{"content-type", std::move(form.content_type)}};
    return request;
}

void Telegram::address(nlohmann::json& body) const {
    std::int64_t number = 0;
    if (read_chat_number(chat_id_, number)) {
        body["chat_id"] = number;
    } else {
        body["chat_id"] = chat_id_;
    }
}

// A link needs no answer; a press of the other comes to the bot as a callback query, whose data are
// "ack:" and the story's id. A story that has ended, or is taken on, asks for nothing, and neither
// does an alert of the system, which is no signal.
void Telegram::add_buttons(const Alert& alert, nlohmann::json& body) const {
    nlohmann::json row = nlohmann::json::array();
    const std::string data = ButtonDesk::data_for(alert.story_id);
    const bool open = alert.phase == PETREL_ALERT_NEW || alert.phase == PETREL_ALERT_UPDATE ||
                      (alert.phase == PETREL_ALERT_IMAGE && alert.shown_phase != PETREL_ALERT_END);
    const bool taken_on = alert.acknowledged || holds(taken_on_, alert.story_id);
    if (has_button_ && open && !taken_on && alert.type != "SYSTEM" && data.size() <= kCallbackMax &&
        plain_line(data) == data) {
        row.push_back({{"text", "Acknowledge"}, {"callback_data", data}});
    }
    if (kit::is_plain_link(alert.link)) {
        row.push_back({{"text", "Open"}, {"url", std::string(alert.link)}});
    }
    if (!row.empty()) {
        body["reply_markup"] = {{"inline_keyboard", nlohmann::json::array({row})}};
    }
}

Outcome Telegram::read_reply(const NotifierReply& reply) {
    const Answer answer = read_answer(reply, secrets_);
    const std::string status = "Telegram answered " + std::to_string(reply.http_status);
    switch (reply.http_status) {
        case 200:
            if (answer.ok) {
                return {PETREL_DELIVERED,
                        0,
                        captioned_ ? as_picture(answer.message_id) : answer.message_id,
                        {}};
            }
            return kit::outcome(
                PETREL_RETRY, kit::with_detail(status + " without confirming", answer.description));
        case 400:
        case 413:
            return read_bad_request(answer);
        case 401:
        case 404:
            return kit::outcome(
                PETREL_BROKEN,
                kit::with_detail(status + ", so the token is wrong or revoked; put the "
                                          "bot's present token into 'token'",
                                 answer.description));
        case 403:
            return kit::outcome(
                PETREL_BROKEN,
                kit::with_detail(status + ", so the bot was blocked or is no member of the "
                                          "chat; let it in again",
                                 answer.description));
        case 429:
            return kit::outcome(PETREL_RETRY, status + ": too many messages",
                                answer.retry_after_ms);
        default:
            break;
    }
    const bool may_pass =
        reply.http_status < 400 || reply.http_status >= 500 || reply.http_status == 408;
    return kit::outcome(may_pass ? PETREL_RETRY : PETREL_REFUSED,
                        kit::with_detail(status, answer.description));
}

Outcome Telegram::read_bad_request(const Answer& answer) {
    if (answer.became_supergroup) {
        return kit::outcome(
            PETREL_BROKEN,
            "the group became a supergroup and has a new id; put that into 'chat_id'");
    }
    if (answer.not_modified && !edited_.empty()) {
        return {PETREL_DELIVERED, 0, captioned_ ? as_picture(edited_) : edited_, {}};
    }
    if (answer.is_no_text && !edited_.empty() && !captioned_) {
        remember(photos_, edited_);
        return kit::outcome(PETREL_RETRY,
                            "the message has its picture already; editing the words beneath it");
    }
    if (answer.cannot_edit && !edited_.empty()) {
        remember(gone_, edited_);
    }
    if (answer.cannot_edit && !edited_.empty() && !adds_image_) {
        return kit::outcome(PETREL_RETRY, "the first message cannot be edited; sending a new one");
    }
    if (answer.cannot_parse_entities && !last_id_.empty() && !holds(plain_ids_, last_id_)) {
        remember(plain_ids_, last_id_);
        return kit::outcome(PETREL_RETRY, "Telegram could not read the markup; sending plain text");
    }
    if (adds_image_) {
        return kit::outcome(PETREL_REFUSED,
                            kit::with_detail("Telegram refused the picture", answer.description));
    }
    return kit::outcome(PETREL_REFUSED,
                        kit::with_detail("Telegram answered 400", answer.description));
}

}  // namespace petrel::telegram

PETREL_PLUGIN(petrel::telegram::Telegram);
