// Signs what a venue wants signed, after a template of its adapter: the adapter says what, the host
// does it, so that no adapter sees a secret.
//
// Pure; time comes in as an argument. Used on the feed thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "petrel/result.hpp"
#include "secrets/api_key.hpp"

namespace petrel::core {

enum class SignatureHash : std::uint8_t { Sha256, Sha512 };
enum class TextCoding : std::uint8_t { Plain, Hex, Base64 };

// Templates hold {key} {passphrase} {timestamp_s} {timestamp_ms} {method} {target} {path} {query}
// {body}, and all but `message` also {signature}. Other braces stand for themselves.
struct SigningTemplate {
    SignatureHash hash = SignatureHash::Sha256;
    TextCoding signature_coding = TextCoding::Hex;
    TextCoding secret_coding = TextCoding::Plain;  // of the secret as the venue gives it out
    std::string message;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string query;  // appended to the target
    std::string login;  // first message over a socket
};

struct SigningInput {
    std::string_view method;
    std::string_view target;
    std::string_view body;
    std::int64_t wall_ns = 0;
};

struct SignedParts {
    std::vector<std::pair<std::string, std::string>> headers;
    std::string target;  // with the signed query
    std::string login;
};

// Whether every name in braces is known and stands where it may.
Status check_template(const SigningTemplate& signing);

// Fails when the secret is not in the coding that the template says.
Result<SignedParts> sign_parts(const SigningTemplate& signing, const ApiKey& key,
                               const SigningInput& input);

}  // namespace petrel::core
