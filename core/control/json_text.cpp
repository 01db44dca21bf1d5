// The library's parser recurses in its destructor and reports by exception, so depth is counted
// before and exceptions are off.
#include "control/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace petrel::core {
namespace {

// Deepest nesting of brackets outside strings.
std::size_t depth_of(std::string_view text) {
    std::size_t depth = 0;
    std::size_t deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            i += c == '\\' ? 1 : 0;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            deepest = std::max(deepest, ++depth);
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return deepest;
}

}  // namespace

Status parse_json(std::string_view text, nlohmann::json& out, const JsonLimits& limits) {
    if (text.size() > limits.bytes) {
        return Status::rejected("the JSON has " + std::to_string(text.size()) + " bytes; at most " +
                                std::to_string(limits.bytes));
    }
    if (depth_of(text) > limits.depth) {
        return Status::rejected("the JSON nests deeper than " + std::to_string(limits.depth));
    }
    nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
    if (parsed.is_discarded()) {
        return Status::rejected("the text is no JSON");
    }
    out = std::move(parsed);
    return {};
}

Status parse_json_object(std::string_view text, nlohmann::json& out, const JsonLimits& limits) {
    if (text.empty()) {
        out = nlohmann::json::object();
        return {};
    }
    Status parsed = parse_json(text, out, limits);
    if (parsed.ok() && !out.is_object()) {
        return Status::rejected("the JSON must be an object, like {\"name\": \"value\"}");
    }
    return parsed;
}

}  // namespace petrel::core
