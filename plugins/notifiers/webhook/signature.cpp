// Each layout signs another text; what they share is HMAC-SHA256.
#include "signature.hpp"

#include "kit/encoding.hpp"

namespace petrel::webhook {
namespace {

constexpr std::string_view kStandardPrefix = "whsec_";
constexpr std::size_t kKeyBytesMin = 24;
constexpr std::size_t kKeyBytesMax = 64;
constexpr std::size_t kTextKeyMin = 16;

std::string joined(const std::string& a, char between, std::string_view b) {
    std::string text = a;
    text.push_back(between);
    text += b;
    return text;
}

Headers standard_headers(const std::vector<std::string>& keys, const Signed& message) {
    const std::string at = std::to_string(message.at_s);
    const std::string text = joined(joined(message.id, '.', at), '.', message.body);
    std::string signatures;
    for (const std::string& key : keys) {
        signatures +=
            (signatures.empty() ? "v1," : " v1,") + kit::base64(kit::hmac_sha256(key, text));
    }
    return {
        {"webhook-id", message.id}, {"webhook-timestamp", at}, {"webhook-signature", signatures}};
}

Headers stripe_headers(const std::vector<std::string>& keys, const Signed& message) {
    const std::string at = std::to_string(message.at_s);
    std::string value = "t=" + at;
    for (const std::string& key : keys) {
        value += ",v1=" + kit::hex(kit::hmac_sha256(key, joined(at, '.', message.body)));
    }
    return {{"Stripe-Signature", value}, {"webhook-id", message.id}};
}

Headers github_headers(const std::vector<std::string>& keys, const Signed& message) {
    return {
        {"X-Hub-Signature-256", "sha256=" + kit::hex(kit::hmac_sha256(keys.front(), message.body))},
        {"X-GitHub-Delivery", message.id},
        {"X-GitHub-Event", "alert"}};
}

Headers slack_headers(const std::vector<std::string>& keys, const Signed& message) {
    const std::string at = std::to_string(message.at_s);
    const std::string text = joined("v0:" + at, ':', message.body);
    return {{"X-Slack-Request-Timestamp", at},
            {"X-Slack-Signature", "v0=" + kit::hex(kit::hmac_sha256(keys.front(), text))},
            {"webhook-id", message.id}};
}

}  // namespace

std::optional<Scheme> scheme_named(std::string_view word) {
    return word == "standard" ? std::optional(Scheme::Standard)
           : word == "stripe" ? std::optional(Scheme::Stripe)
           : word == "github" ? std::optional(Scheme::Github)
           : word == "slack"  ? std::optional(Scheme::Slack)
                              : std::nullopt;
}

Result<std::string> key_of(Scheme scheme, std::string_view secret) {
    if (scheme != Scheme::Standard) {
        if (secret.size() < kTextKeyMin) {
            return Status::invalid("is shorter than 16 characters; make a long random one");
        }
        return std::string(secret);
    }
    if (!secret.starts_with(kStandardPrefix)) {
        return Status::invalid("does not begin with whsec_; copy it again from the receiver");
    }
    const auto key = kit::base64_decoded(secret.substr(kStandardPrefix.size()));
    if (!key || key->size() < kKeyBytesMin || key->size() > kKeyBytesMax) {
        return Status::invalid(
            "is not whsec_ and base64 of 24 to 64 bytes; make one with "
            "echo whsec_$(openssl rand -base64 32)");
    }
    return *key;
}

Headers signature_headers(Scheme scheme, const std::vector<std::string>& keys,
                          const Signed& message) {
    switch (scheme) {
        case Scheme::Stripe:
            return stripe_headers(keys, message);
        case Scheme::Github:
            return github_headers(keys, message);
        case Scheme::Slack:
            return slack_headers(keys, message);
        case Scheme::Standard:
            break;
    }
    return standard_headers(keys, message);
}

}  // namespace petrel::webhook
