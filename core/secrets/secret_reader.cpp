// Three places; the store has its own file.
#include "secrets/secret_reader.hpp"

#include <sodium.h>

#include <cstdlib>

#include "secrets/private_file.hpp"
#include "secrets/secret_store.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kSecretBytesMax = 65'536;

Status cannot_give(const std::string& place, const std::string& why) {
    return Status::invalid(place + " " + why);
}

Result<std::string> from_file(const std::string& path) {
    Result<std::string> text =
        read_private_file({path, "the secret file", kSecretBytesMax, Readers::OwnerAndGroup});
    while (text.ok() && !text->empty() && (text->back() == '\n' || text->back() == '\r')) {
        text->pop_back();
    }
    return text;
}

}  // namespace

void wipe_secret(std::string& text) {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

Result<std::string> read_secret(const SecretReference& secret) {
    std::string place;
    Result<std::string> text = std::string();
    switch (secret.source) {
        case SecretReference::Source::File:
            place = "the secret file " + secret.name;
            text = from_file(secret.name);
            break;
        case SecretReference::Source::Environment: {
            place = "the environment variable " + secret.name;
            const char* value = std::getenv(secret.name.c_str());
            text = value == nullptr ? Result<std::string>(cannot_give(place, "is not set"))
                                    : Result<std::string>(std::string(value));
            break;
        }
        case SecretReference::Source::Store:
            place = "the secret " + secret.name + " of the store";
            text = read_stored_secret(secret.store, secret.name);
            break;
    }
    if (text.ok() && text->empty()) {
        return cannot_give(place, "is empty");
    }
    return text;
}

}  // namespace petrel::core
