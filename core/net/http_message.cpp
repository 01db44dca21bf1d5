// Look-up in the fields of a reply.
#include "net/http_message.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view HttpReply::header(std::string_view name) const {
    for (const auto& [key, value] : headers_) {
        const bool same = std::equal(key.begin(), key.end(), name.begin(), name.end(),
                                     [](char a, char b) { return lower(a) == lower(b); });
        if (same) {
            return value;
        }
    }
    return {};
}

}  // namespace petrel::core
