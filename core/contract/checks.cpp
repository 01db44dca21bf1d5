// Which group reports which rows, and inputs that several groups share.
#include "contract/checks.hpp"

#include <algorithm>
#include <array>

#include "petrel/abi/exchange.h"

namespace petrel::core {
namespace {

constexpr std::array<CheckGroup, 18> kGroups{{
    {"description", &check_description},
    {"instances", &check_instances},
    {"discover instruments", &check_discovery},
    {"discovery_refusals", &check_discovery_refusals},
    {"plan unknown_symbol", &check_plan},
    {"events kinds symbol side price unit notional time id ack error_frame heartbeat "
     "unknown_frame history gap expected",
     &check_expected},
    {"split_and_merged", &check_split_and_merged},
    {"deterministic", &check_deterministic},
    {"reconnect", &check_reconnect},
    {"other_connection", &check_other_connection},
    {"padding", &check_padding},
    {"room", &check_room},
    {"garbage", &check_garbage},
    {"damage", &check_damage},
    {"backfill_request backfill_answer", &check_backfill},
    {"backfill_refusals", &check_backfill_refusals},
    {"memory", &check_memory},
    {"fuzz", &check_fuzz},
}};

constexpr std::size_t kShownBytes = 400;

}  // namespace

std::span<const CheckGroup> check_groups() { return kGroups; }

std::string request_fault(const RequestPlan& request, std::uint32_t purpose,
                          std::uint32_t weight_per_minute) {
    const auto plain = [](const std::string& text) {
        return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
    };
    const std::string what = "the request for '" + shown(request.target) + "' ";
    if (request.purpose != purpose) {
        return what + "has purpose " + std::to_string(request.purpose) + " in place of " +
               std::to_string(purpose);
    }
    if (request.method != "GET" && request.method != "POST") {
        return what + "has the method '" + shown(request.method) + "'; GET and POST are known";
    }
    if (!request.target.starts_with('/') || !plain(request.target)) {
        return what + "is no path: it begins with '/' and holds no blank or control character";
    }
    if (request.method == "GET" && !request.body.empty()) {
        return what + "is a GET with a body";
    }
    if (request.weight == 0) {
        return what + "costs nothing: weight is 0, so it would not be paced";
    }
    if (weight_per_minute != 0 && request.weight > weight_per_minute / 2) {
        return what + "costs " + std::to_string(request.weight) + ", the host spends at most " +
               std::to_string(weight_per_minute / 2) + " a minute";
    }
    return {};
}

std::string shown(std::string_view input) {
    std::string text;
    for (const char c : input.substr(0, kShownBytes)) {
        const auto byte = static_cast<unsigned char>(c);
        constexpr std::string_view digits = "0123456789abcdef";
        if (byte >= 0x20 && byte < 0x7F) {
            text += c;
        } else {
            text += std::string("\\x") + digits[byte >> 4U] + digits[byte & 15U];
        }
    }
    if (input.size() > kShownBytes) {
        text += "... (" + std::to_string(input.size()) + " bytes)";
    }
    return text;
}

std::vector<BadReply> bad_replies() {
    const std::string page =
        "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body>"
        "</html>";
    return {
        {"an empty body", 200, ""},
        {"an HTML page", 200, page},
        {"a 502 with an HTML page", 502, page},
        {"a 404 without a body", 404, ""},
        {"a 403 with a sentence", 403, "Forbidden"},
        {"a 429 with a document", 429, R"({"code":429,"msg":"Too many requests"})"},
        {"a 418 with a document", 418, R"({"code":-1003,"msg":"banned"})"},
        {"a lone brace", 200, "{"},
        {"invalid UTF-8", 200, "{\"a\":\"\xff\xfe\xc3\x28\"}"},
        {"deep nesting", 200, std::string(100'000, '[') + std::string(100'000, ']')},
        {"a byte of zero", 200, std::string("\0{}", 3)},
    };
}

std::vector<std::string> garbage_frames() {
    std::string members;
    for (int i = 0; i < 2'000; ++i) {
        members += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":[" + std::to_string(i) + "]";
    }
    return {
        "",
        " ",
        "\n",
        std::string(1, '\0'),
        "x",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "null",
        "true",
        "7",
        "-",
        "NaN",
        "1e999",
        "\"text",
        "{}}",
        "{]",
        "[}",
        "{\"\":",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "\xff\xfe{}",
        "{\"a\":\"\xc3\x28\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\u12\"}",
        "\xef\xbb\xbf{}",
        std::string(1'000, '\xff'),
        std::string(64, '\0'),
        R"({"a":NaN,"b":Infinity,"c":-Infinity})",
        R"({"price":1e999,"price":-1e999})",
        R"({"data":[{"p":"1e400","q":"-0"}]})",
        R"([0,"te",[1,1e999,-1e999,0]])",
        R"([99999999999999999999999,"tu",[null,null,null,null]])",
        R"({"event":"subscribed","event":"subscribed","chanId":18446744073709551616})",
        R"({"type":"","type":null,"data":{},"data":[]})",
        "{" + members + "}",
    };
}

}  // namespace petrel::core
