// nlohmann/json is asked not to throw, and each value is looked at before it is taken.
#include "kit/replies.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "kit/encoding.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::kit {
namespace {

using nlohmann::json;

constexpr std::size_t kBodyMax = 256 * 1024;
constexpr std::size_t kDetailMax = 120;
constexpr double kWaitMaxSeconds = 3'600;
constexpr std::size_t kLongWord = 16;
constexpr std::size_t kLongNumber = 6;
constexpr std::string_view kHidden = "[hidden]";

std::string without(std::string text, Secrets secrets) {
    for (const std::string& secret : secrets) {
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

std::vector<std::string> secrets_of(std::string_view address) {
    constexpr std::size_t kPartMin = 6;  // shorter ones are words of the path
    std::vector<std::string> secrets{std::string(address)};
    const std::size_t scheme = address.find("://");
    address.remove_prefix(scheme == std::string_view::npos ? 0 : scheme + 3);
    address.remove_prefix(std::min(address.find('/'), address.size()));
    if (address.size() >= kPartMin) {
        secrets.emplace_back(address);  // whole, before its parts
    }
    while (!address.empty()) {
        const std::string_view part = address.substr(0, address.find_first_of("/?&=#"));
        if (part.size() >= kPartMin) {
            secrets.emplace_back(part);
        }
        address.remove_prefix(std::min(part.size() + 1, address.size()));
    }
    return secrets;
}

json parsed_body(const NotifierReply& reply) {
    if (reply.body.size() > kBodyMax) {
        return json(json::value_t::discarded);
    }
    return json::parse(reply.body, nullptr, false);
}

const json* member(const json& object, const char* name) {
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string text_member(const json& object, const char* name) {
    const json* found = member(object, name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

std::string written(const json& body) {
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::uint64_t wait_ms(double seconds) {
    if (!(seconds > 0)) {
        return 0;
    }
    return static_cast<std::uint64_t>(std::ceil(std::min(seconds, kWaitMaxSeconds) * 1'000));
}

std::uint64_t wait_ms(std::string_view seconds) {
    double number = 0;
    const char* end = seconds.data() + seconds.size();
    const auto [stop, error] =
        std::from_chars(seconds.data(), end, number, std::chars_format::fixed);
    const bool whole = !seconds.empty() && is_digit(seconds.front()) && stop == end;
    return whole && error == std::errc() ? wait_ms(number) : 0;
}

std::uint64_t retry_after_ms(const NotifierReply& reply) {
    const std::string_view wish = reply.header("retry-after");
    const auto until_s = http_date_s(wish);
    const auto said_s = http_date_s(reply.header("date"));
    return until_s && said_s ? wait_ms(static_cast<double>(*until_s - *said_s)) : wait_ms(wish);
}

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

std::string detail_of(std::string_view text, Secrets secrets) {
    return shortened(masked(without(plain_line(text.substr(0, kBodyMax)), secrets)), kDetailMax);
}

std::string with_detail(std::string sentence, std::string_view detail) {
    return detail.empty() ? sentence : std::move(sentence) + ": " + std::string(detail);
}

Outcome outcome(std::uint32_t result, std::string reason, std::uint64_t retry_after_ms) {
    return {result, retry_after_ms, {}, std::move(reason)};
}

Outcome outcome_of_status(std::string_view service, const NotifierReply& reply,
                          std::string_view detail) {
    const std::string said =
        std::string(service) + " answered " + std::to_string(reply.http_status);
    switch (reply.http_status) {
        case 401:
        case 403:
            return outcome(PETREL_BROKEN,
                           with_detail(said + ", so the key or address of this channel is wrong "
                                              "or revoked; put in the present one",
                                       detail));
        case 404:
        case 410:
            return outcome(PETREL_BROKEN,
                           with_detail(said + ", so the address of this channel is gone; put in "
                                              "the present one",
                                       detail));
        case 429:
            return outcome(PETREL_RETRY, said + ": too many messages", retry_after_ms(reply));
        default:
            break;
    }
    if (reply.http_status < 400) {
        return outcome(PETREL_RETRY, with_detail(said + " without confirming", detail),
                       retry_after_ms(reply));
    }
    if (reply.http_status >= 500 || reply.http_status == 408 || reply.http_status == 425) {
        return outcome(PETREL_RETRY, with_detail(said, detail), retry_after_ms(reply));
    }
    return outcome(PETREL_REFUSED, with_detail(said, detail));
}

}  // namespace petrel::kit
