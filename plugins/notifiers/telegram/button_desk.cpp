// Each value of a reply is looked at before it is taken.
#include "button_desk.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kit/replies.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::telegram {
namespace {

using nlohmann::json;

constexpr std::string_view kAcknowledge = "ack:";
constexpr int kLongPollS = 25;
constexpr std::uint32_t kPollTimeoutMs = 35'000;
constexpr int kUpdatesMax = 20;  // in one reply
constexpr std::size_t kWaitingMax = 64;
constexpr std::size_t kTokenMax = 64;
constexpr std::size_t kWordsMax = 200;  // that Telegram shows
constexpr std::size_t kNameMax = 64;

// A number as text; empty when it is none.
std::string number_in(const json& object, const char* name) {
    const json* value = kit::member(object, name);
    return value != nullptr && value->is_number_integer()
               ? std::to_string(value->get<std::int64_t>())
               : std::string();
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    });
    return text;
}

bool is_user(std::string_view text) {
    const bool named = text.starts_with('@');
    const std::string_view rest = text.substr(named ? 1 : 0);
    return !rest.empty() && std::all_of(rest.begin(), rest.end(), [&](char c) {
        const bool digit = c >= '0' && c <= '9';
        return digit || (named && ((c >= 'a' && c <= 'z') || c == '_'));
    });
}

// "@ann", else "Ann 4711".
std::string name_of(const json& from) {
    const std::string name = plain_line(kit::text_member(from, "username"));
    if (!name.empty()) {
        return "@" + shortened(name, kNameMax, utf8_bytes);
    }
    return shortened(plain_line(kit::text_member(from, "first_name")), kNameMax, utf8_bytes) + " " +
           number_in(from, "id");
}

}  // namespace

ButtonDesk::ButtonDesk(std::string chat_id, std::string_view users) : chat_id_(std::move(chat_id)) {
    std::string user;
    const auto add = [&] {
        if (!user.empty()) {
            users_are_sound_ = users_are_sound_ && is_user(user);
            users_.push_back(std::move(user));
        }
        user.clear();
    };
    for (const char c : lower(std::string(users))) {
        if (c == ',') {
            add();
        } else if (c != ' ') {
            user += c;
        }
    }
    add();
}

std::string ButtonDesk::data_for(std::string_view story_id) {
    return std::string(kAcknowledge) + std::string(story_id);
}

void ButtonDesk::take(std::span<const PressAnswer> answers) {
    for (const PressAnswer& answer : answers) {
        wait_for(std::string(answer.token), std::string(answer.words));
    }
}

void ButtonDesk::wait_for(std::string token, std::string words) {
    waiting_.push_back({std::move(token), std::move(words)});
    if (waiting_.size() > kWaitingMax) {
        waiting_.pop_front();
    }
}

ButtonDesk::Question ButtonDesk::next() {
    answering_ = !waiting_.empty();
    if (answering_) {
        const Waiting& first = waiting_.front();
        const json body{{"callback_query_id", first.token},
                        {"text", shortened(plain_line(first.words), kWordsMax, utf16_units)}};
        return {"answerCallbackQuery", kit::written(body)};
    }
    json body{{"timeout", kLongPollS},
              {"limit", kUpdatesMax},
              {"allowed_updates", json::array({"callback_query"})}};
    if (next_update_ != 0) {
        body["offset"] = next_update_;
    }
    return {"getUpdates", kit::written(body), kPollTimeoutMs};
}

bool ButtonDesk::give_up_answer() {
    if (!answering_ || waiting_.empty()) {
        return false;
    }
    waiting_.pop_front();
    return true;
}

Poll ButtonDesk::read(const NotifierReply& reply) {
    Poll poll;
    if (give_up_answer()) {
        return poll;  // it was taken
    }
    const json body = kit::parsed_body(reply);
    const json* updates = kit::member(body, "result");
    if (updates == nullptr || !updates->is_array()) {
        return {PETREL_RETRY, 0, {}, 0, "Telegram's list of updates is none"};
    }
    for (const json& update : *updates) {
        const json* number = kit::member(update, "update_id");
        if (number == nullptr || !number->is_number_integer()) {
            continue;
        }
        next_update_ = std::max(next_update_, number->get<std::int64_t>() + 1);
        if (const json* query = kit::member(update, "callback_query"); query != nullptr) {
            read_press(*query, poll);
        }
    }
    return poll;
}

void ButtonDesk::read_press(const json& query, Poll& poll) {
    const std::string token = kit::text_member(query, "id");
    const std::string data = kit::text_member(query, "data");
    const json* from = kit::member(query, "from");
    if (token.empty() || token.size() > kTokenMax || from == nullptr) {
        ++poll.ignored;
        return;
    }
    if (!data.starts_with(kAcknowledge) || plain_line(data) != data || !is_here(query) ||
        !may(*from)) {
        refuse(token, poll);
        return;
    }
    poll.presses.push_back({token, data.substr(kAcknowledge.size()), name_of(*from)});
}

void ButtonDesk::refuse(const std::string& token, Poll& poll) {
    ++poll.ignored;
    wait_for(token, "You may not acknowledge alerts here");
}

// A press under a message of the configured chat, not of another one that the bot is in.
bool ButtonDesk::is_here(const json& query) const {
    const json* message = kit::member(query, "message");
    const json* chat = message == nullptr ? nullptr : kit::member(*message, "chat");
    if (chat == nullptr) {
        return false;
    }
    return chat_id_.starts_with('@')
               ? lower("@" + kit::text_member(*chat, "username")) == lower(chat_id_)
               : number_in(*chat, "id") == chat_id_;
}

bool ButtonDesk::may(const json& from) const {
    const std::string number = number_in(from, "id");
    const std::string name = lower("@" + kit::text_member(from, "username"));
    return !number.empty() &&
           (users_.empty() || std::any_of(users_.begin(), users_.end(), [&](const auto& user) {
                return user == number || user == name;
            }));
}

}  // namespace petrel::telegram
