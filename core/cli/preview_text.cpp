// Masks come first: nothing that is laid out can hold a secret any more.
#include "cli/preview_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMask = "***";
constexpr std::string_view kBoundary = "boundary=";

std::string replaced(std::string text, const std::string& what) {
    for (std::size_t at = text.find(what); !what.empty() && at != std::string::npos;
         at = text.find(what, at + kMask.size())) {
        text.replace(at, what.size(), kMask);
    }
    return text;
}

// Texts of several lines as they will be seen, each under its name.
void add_texts(const Json& json, const std::string& path, std::string& out) {
    if (json.is_string() && json.get_ref<const std::string&>().find('\n') != std::string::npos) {
        out += "\n" + path + ":\n" + json.get<std::string>() + "\n";
    }
    if (json.is_structured()) {
        for (const auto& [name, value] : json.items()) {
            add_texts(value, path + (path.empty() ? "" : ".") + name, out);
        }
    }
}

// A number that is masked is none any more: between quotes the whole is JSON again.
std::string with_quoted_masks(std::string text) {
    const std::string bare = "\":" + std::string(kMask);  // after a name
    for (std::size_t at = text.find(bare); at != std::string::npos; at = text.find(bare, at + 1)) {
        const std::size_t end = at + bare.size();
        if (end < text.size() && (text[end] == ',' || text[end] == '}')) {
            text.replace(at, bare.size(), "\":\"" + std::string(kMask) + "\"");
        }
    }
    return text;
}

std::string laid_out(std::string_view body) {
    Json json = Json::parse(body, nullptr, false);
    if (json.is_discarded()) {
        json = Json::parse(with_quoted_masks(std::string(body)), nullptr, false);
    }
    if (json.is_discarded() || !json.is_structured()) {
        return std::string(body) + "\n";
    }
    std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    add_texts(json, "", text);
    return text;
}

std::string boundary_of(const PreviewRequest& request) {
    for (const auto& [name, value] : request.headers) {
        const std::size_t at = value.find(kBoundary);
        if (name == "content-type" && at != std::string::npos) {
            return "--" + value.substr(at + kBoundary.size());
        }
    }
    return {};
}

std::string part_text(std::string_view part) {
    const std::size_t end = part.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return {};
    }
    const std::string_view head = part.substr(0, end);
    std::string_view content = part.substr(end + 4);
    content.remove_suffix(content.ends_with("\r\n") ? 2 : 0);
    std::string text(head);
    std::erase(text, '\r');
    text = "-- " + text.substr(text.find_first_not_of('\n')) + "\n";
    std::replace(text.begin(), text.end() - 1, '\n', ' ');
    if (head.find("image/") != std::string_view::npos) {
        return text + "(" + std::to_string(content.size()) + " bytes)\n";
    }
    return text + laid_out(content);
}

}  // namespace

PreviewRequest masked_request(PreviewRequest request, const std::vector<std::string>& secrets) {
    for (auto& [name, value] : request.headers) {
        if (name == "authorization") {
            value = kMask;
        }
    }
    for (const std::string& secret : secrets) {
        request.url = replaced(std::move(request.url), secret);
        request.body = replaced(std::move(request.body), secret);
        for (auto& [name, value] : request.headers) {
            value = replaced(std::move(value), secret);
        }
    }
    return request;
}

std::string body_text(const PreviewRequest& request) {
    const std::string boundary = boundary_of(request);
    if (boundary.empty()) {
        return laid_out(request.body);
    }
    std::string text;
    std::string_view rest = request.body;
    for (std::size_t at = rest.find(boundary); at != std::string_view::npos;) {
        rest.remove_prefix(at + boundary.size());
        at = rest.find(boundary);
        text += part_text(rest.substr(0, at));
    }
    return text;
}

}  // namespace petrel::core
