// Who sent a webhook and when, as headers: Standard Webhooks, or the layouts of Stripe, GitHub and
// Slack.
//
// Pure. The bytes that are signed are those that are sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::webhook {

enum class Scheme { Standard, Stripe, Github, Slack };

// "standard", "stripe", "github" or "slack"; nothing for another word.
std::optional<Scheme> scheme_named(std::string_view word);

// The key of a secret: decoded for Standard Webhooks ("whsec_" and base64 of 24 to 64 bytes), the
// text itself for the others. The error never holds the secret.
Result<std::string> key_of(Scheme scheme, std::string_view secret);

struct Signed {
    std::string id;  // of the message, the same over all attempts
    std::int64_t at_s = 0;
    std::string_view body;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// One signature a key where the layout knows several, otherwise of the first.
Headers signature_headers(Scheme scheme, const std::vector<std::string>& keys,
                          const Signed& message);

}  // namespace petrel::webhook
