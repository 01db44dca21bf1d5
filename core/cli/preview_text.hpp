// A request that a channel has built, made readable: secrets masked, JSON laid out, files named
// instead of shown.
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

struct PreviewRequest {
    std::string method;
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

// Without the secrets, and without what is made of them (an Authorization header).
PreviewRequest masked_request(PreviewRequest request, const std::vector<std::string>& secrets);

// The body for people: JSON laid out with its texts of several lines once more beneath it, the
// parts of a form one by one.
std::string body_text(const PreviewRequest& request);

}  // namespace petrel::core
