// Look-up in the fields of a reply.
#include "net/http_message.hpp"

#include <algorithm>

#include "runtime/letter_case.hpp"

namespace petrel::core {

std::string_view HttpReply::header(std::string_view name) const {
    for (const auto& [key, value] : headers_) {
        const bool same =
            std::equal(key.begin(), key.end(), name.begin(), name.end(),
                       [](char a, char b) { return lower_letter(a) == lower_letter(b); });
        if (same) {
            return value;
        }
    }
    return {};
}

}  // namespace petrel::core
