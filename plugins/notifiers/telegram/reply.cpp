// nlohmann/json is asked not to throw, and each value is looked at before it is taken.
#include "reply.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "petrel/plain_text.hpp"

namespace petrel::telegram {
namespace {

using nlohmann::json;

constexpr std::size_t kBodyMax = 256 * 1024;
constexpr std::size_t kDescriptionMax = 120;
constexpr double kWaitMaxSeconds = 3'600;
constexpr std::size_t kLongWord = 16;
constexpr std::size_t kLongNumber = 6;
constexpr std::string_view kHidden = "[hidden]";

const json* member(const json& object, const char* name) {
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

// Seconds between nothing and an hour; what is no such number is no wish to wait.
std::uint64_t wait_ms(double seconds) {
    if (!(seconds > 0)) {
        return 0;
    }
    return static_cast<std::uint64_t>(std::llround(std::min(seconds, kWaitMaxSeconds) * 1'000));
}

std::uint64_t wait_of_header(std::string_view text) {
    std::uint64_t seconds = 0;
    for (const char c : text) {
        if (c < '0' || c > '9' || seconds > 1'000'000) {
            return 0;
        }
        seconds = seconds * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return wait_ms(static_cast<double>(seconds));
}

std::uint64_t wait_of(const json& body, const NotifierReply& reply) {
    const json* parameters = member(body, "parameters");
    const json* seconds = parameters == nullptr ? nullptr : member(*parameters, "retry_after");
    if (seconds != nullptr && seconds->is_number()) {
        return wait_ms(seconds->get<double>());
    }
    return wait_of_header(reply.header("retry-after"));
}

std::string without(std::string text, std::span<const std::string_view> secrets) {
    for (const std::string_view secret : secrets) {
        for (std::size_t at = text.find(secret); !secret.empty() && at != std::string::npos;
             at = text.find(secret, at + kHidden.size())) {
            text.replace(at, secret.size(), kHidden);
        }
    }
    return text;
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

}  // namespace

std::string masked(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto word_end = std::find_if_not(text.begin(), text.end(), is_word);
        const std::string_view word =
            text.substr(0, static_cast<std::size_t>(word_end - text.begin()));
        if (word.empty()) {
            out.push_back(text.front());
            text.remove_prefix(1);
            continue;
        }
        const auto digits =
            static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_digit));
        const bool is_id = digits >= kLongNumber || (digits > 0 && word.size() >= kLongWord) ||
                           word.size() >= 2 * kLongWord;
        out += is_id ? kHidden : word;
        text.remove_prefix(word.size());
    }
    return out;
}

Answer read_answer(const NotifierReply& reply, std::span<const std::string_view> secrets) {
    Answer answer;
    if (reply.body.size() > kBodyMax) {
        return answer;
    }
    const json body = json::parse(reply.body, nullptr, false);
    if (!body.is_object()) {
        answer.retry_after_ms = wait_of_header(reply.header("retry-after"));
        return answer;
    }
    answer.is_json_object = true;
    if (const json* ok = member(body, "ok"); ok != nullptr && ok->is_boolean()) {
        answer.ok = ok->get<bool>();
    }
    answer.retry_after_ms = wait_of(body, reply);
    if (const json* text = member(body, "description"); text != nullptr && text->is_string()) {
        const auto& whole = text->get_ref<const std::string&>();
        answer.cannot_parse_entities = whole.find("can't parse entities") != std::string::npos;
        answer.description =
            shortened(masked(without(plain_line(whole), secrets)), kDescriptionMax);
    }
    if (const json* parameters = member(body, "parameters"); parameters != nullptr) {
        answer.became_supergroup = member(*parameters, "migrate_to_chat_id") != nullptr;
    }
    if (const json* result = member(body, "result"); result != nullptr) {
        const json* id = member(*result, "message_id");
        if (id != nullptr && id->is_number_integer()) {
            answer.message_id = std::to_string(id->get<std::int64_t>());
        }
    }
    return answer;
}

}  // namespace petrel::telegram
