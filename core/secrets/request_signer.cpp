// HMAC and codings through libsodium; the templates are filled by one small scanner.
#include "secrets/request_signer.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <optional>

#include "petrel/types.hpp"
#include "secrets/secret_reader.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kTemplateBytesMax = 4'096;
constexpr std::array<std::string_view, 10> kTemplateNames{
    "key",    "passphrase", "timestamp_s", "timestamp_ms", "method",
    "target", "path",       "query",       "body",         "signature"};

bool is_name_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

// Calls `text` for what stands for itself and `name` for what stands in braces.
template <typename OnText, typename OnName>
void scan_template(std::string_view pattern, OnText&& text, OnName&& name) {
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
        if (close == std::string_view::npos) {
            return text(pattern);
        }
        const std::string_view inside = pattern.substr(open + 1, close - open - 1);
        const bool named =
            !inside.empty() && std::all_of(inside.begin(), inside.end(), is_name_letter);
        text(pattern.substr(0, named ? open : open + 1));
        if (named) {
            name(inside);
        }
        pattern.remove_prefix(named ? close + 1 : open + 1);
    }
}

Status check_pattern(std::string_view pattern, std::string_view what, bool may_sign) {
    Status status;
    scan_template(
        pattern, [](std::string_view) {},
        [&](std::string_view name) {
            const bool known = std::find(kTemplateNames.begin(), kTemplateNames.end(), name) !=
                               kTemplateNames.end();
            if (!known || (name == "signature" && !may_sign)) {
                status =
                    Status::invalid("the adapter's template of " + std::string(what) + " holds {" +
                                    std::string(name.substr(0, 40)) + "}, which " +
                                    (known ? "cannot stand there" : "is unknown"));
            }
        });
    return pattern.size() > kTemplateBytesMax
               ? Status::invalid("the adapter's template of " + std::string(what) +
                                 " is longer than 4096 bytes")
               : status;
}

class Filler {
public:
    Filler(const ApiKey& key, const SigningInput& input) : key_(key), input_(input) {}

    [[nodiscard]] std::string fill(std::string_view pattern) const {
        std::string filled;
        scan_template(
            pattern, [&](std::string_view text) { filled += text; },
            [&](std::string_view name) { append(name, filled); });
        return filled;
    }
    void signature(std::string text) { signature_ = std::move(text); }

private:
    void append(std::string_view name, std::string& to) const {
        const std::size_t mark = std::min(input_.target.find('?'), input_.target.size());
        if (name == "key") {
            to += key_.key.view();
        } else if (name == "passphrase") {
            to += key_.passphrase.view();
        } else if (name == "timestamp_s") {
            to += std::to_string(input_.wall_ns / kNsPerSecond);
        } else if (name == "timestamp_ms") {
            to += std::to_string(input_.wall_ns / kNsPerMs);
        } else if (name == "method") {
            to += input_.method;
        } else if (name == "target") {
            to += input_.target;
        } else if (name == "path") {
            to += input_.target.substr(0, mark);
        } else if (name == "query") {
            to += input_.target.substr(std::min(mark + 1, input_.target.size()));
        } else if (name == "body") {
            to += input_.body;
        } else {
            to += signature_;
        }
    }

    const ApiKey& key_;
    const SigningInput& input_;
    std::string signature_;
};

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// The bytes of the secret; nothing when it is not in its coding.
std::optional<std::string> decoded(std::string_view secret, TextCoding coding) {
    if (coding == TextCoding::Plain) {
        return std::string(secret);
    }
    std::string bytes(secret.size() + 1, '\0');
    auto* out = reinterpret_cast<unsigned char*>(bytes.data());
    std::size_t length = 0;
    const char* end = nullptr;
    const int bad = coding == TextCoding::Hex
                        ? sodium_hex2bin(out, bytes.size(), secret.data(), secret.size(), nullptr,
                                         &length, &end)
                        : sodium_base642bin(out, bytes.size(), secret.data(), secret.size(),
                                            nullptr, &length, &end, sodium_base64_VARIANT_ORIGINAL);
    if (bad != 0 || end != secret.data() + secret.size()) {
        wipe_secret(bytes);
        return std::nullopt;
    }
    bytes.resize(length);
    return bytes;
}

std::string hmac(SignatureHash hash, std::string_view secret, std::string_view message) {
    if (hash == SignatureHash::Sha256) {
        std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, raw(secret), secret.size());
        crypto_auth_hmacsha256_update(&state, raw(message), message.size());
        crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
        return mac;
    }
    std::string mac(crypto_auth_hmacsha512_BYTES, '\0');
    crypto_auth_hmacsha512_state state;
    crypto_auth_hmacsha512_init(&state, raw(secret), secret.size());
    crypto_auth_hmacsha512_update(&state, raw(message), message.size());
    crypto_auth_hmacsha512_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
    return mac;
}

std::string encoded(std::string_view bytes, TextCoding coding) {
    if (coding == TextCoding::Plain) {
        return std::string(bytes);
    }
    const std::size_t room =
        coding == TextCoding::Hex
            ? bytes.size() * 2 + 1
            : sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    std::string text(room, '\0');
    if (coding == TextCoding::Hex) {
        sodium_bin2hex(text.data(), text.size(), raw(bytes), bytes.size());
    } else {
        sodium_bin2base64(text.data(), text.size(), raw(bytes), bytes.size(),
                          sodium_base64_VARIANT_ORIGINAL);
    }
    text.pop_back();  // its zero
    return text;
}

// For an address: base64 has characters that mean something there.
std::string percent_coded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (c == '+' || c == '/' || c == '=') {
            out += '%';
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

Status check_template(const SigningTemplate& signing) {
    Status status = check_pattern(signing.message, "what is signed", false);
    for (const auto& [name, value] : signing.headers) {
        status = status.ok() ? check_pattern(value, "a header", true) : status;
    }
    status = status.ok() ? check_pattern(signing.query, "the query", true) : status;
    status = status.ok() ? check_pattern(signing.login, "the login", true) : status;
    if (status.ok() && signing.signature_coding == TextCoding::Plain) {
        return Status::invalid(
            "the adapter wants a signature in no coding: hex or base64 is meant");
    }
    return status;
}

Result<SignedParts> sign_parts(const SigningTemplate& signing, const ApiKey& key,
                               const SigningInput& input) {
    std::optional<std::string> secret = decoded(key.secret.view(), signing.secret_coding);
    if (!secret) {
        return Status::invalid("the secret of the key \"" + key.label + "\" is no " +
                               (signing.secret_coding == TextCoding::Hex ? "hex" : "base64") +
                               " text, as this venue gives it out: check that it was copied whole");
    }
    Filler filler(key, input);
    const std::string mac = hmac(signing.hash, *secret, filler.fill(signing.message));
    wipe_secret(*secret);
    const std::string signature = encoded(mac, signing.signature_coding);
    filler.signature(signature);
    SignedParts parts;
    for (const auto& [name, value] : signing.headers) {
        parts.headers.emplace_back(name, filler.fill(value));
    }
    parts.login = filler.fill(signing.login);
    parts.target = input.target;
    if (!signing.query.empty()) {
        filler.signature(percent_coded(signature));
        parts.target += (parts.target.find('?') == std::string::npos ? '?' : '&');
        parts.target += filler.fill(signing.query);
    }
    return parts;
}

}  // namespace petrel::core
