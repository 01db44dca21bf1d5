// Request targets: path, query, percent signs.
#include "session.hpp"

#include <charconv>

#include "text.hpp"

namespace petrel::sim {
namespace {

std::string decode(std::string_view text) {
    std::string out;
    for (std::size_t index = 0; index < text.size(); ++index) {
        unsigned code = 0;
        if (text[index] == '%' && index + 2 < text.size() &&
            std::from_chars(text.data() + index + 1, text.data() + index + 3, code, 16).ptr ==
                text.data() + index + 3) {
            out += static_cast<char>(code);
            index += 2;
        } else {
            out += text[index];
        }
    }
    return out;
}

}  // namespace

std::string HttpRequest::parameter(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

void set_target(HttpRequest& request, std::string_view target) {
    const auto mark = target.find('?');
    request.path = decode(target.substr(0, mark));
    if (mark == std::string_view::npos) {
        return;
    }
    const auto query = target.substr(mark + 1);
    request.raw_query = decode(query);
    for (const auto& field : split(query, '&')) {
        const auto equals = field.find('=');
        request.query.emplace_back(
            decode(field.substr(0, equals)),
            equals == std::string::npos ? "" : decode(std::string_view(field).substr(equals + 1)));
    }
}

}  // namespace petrel::sim
