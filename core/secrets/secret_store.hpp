// Secrets in one encrypted file: XChaCha20-Poly1305 for each, its name bound to it, under a key out
// of a key file or of a passphrase by Argon2id. FORMAT: see secret_store.cpp.
//
// Made by a command that changes it or by a reader, used on one thread. The key lies in locked
// memory and is wiped; values are decrypted one at a time, when they are asked for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

class SecretStore {
public:
    static constexpr std::size_t kEntriesMax = 256;
    static constexpr std::size_t kValueBytesMax = 16 * 1024;

    // What is there. A passphrase counts only where the place names no key file.
    static Result<SecretStore> open(const SecretStoreConfig& place, const std::string& passphrase);
    // An empty one, which save() makes; a key file that is missing is made at once.
    static Result<SecretStore> create(const SecretStoreConfig& place,
                                      const std::string& passphrase);
    ~SecretStore();
    SecretStore(SecretStore&&) noexcept;
    SecretStore& operator=(SecretStore&&) noexcept;

    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] Result<std::string> read(const std::string& name) const;
    Status set(const std::string& name, std::string_view value);
    Status remove(const std::string& name);
    [[nodiscard]] Status save() const;

private:
    class Key;
    SecretStore();
    [[nodiscard]] std::string sealed(const std::string& name, std::string_view value) const;
    Status parse(std::string_view bytes);

    SecretStoreConfig place_;
    std::string head_;  // begins the file; bound to every entry
    std::unique_ptr<Key> key_;
    std::map<std::string, std::string> entries_;  // name to nonce and cipher text
};

// 1 to 64 small letters, digits, '.', '_' and '-', beginning with a letter or digit.
Status check_secret_name(const std::string& name);

// One value, for those who only read; the passphrase comes from its variable.
Result<std::string> read_stored_secret(const SecretStoreConfig& place, const std::string& name);

}  // namespace petrel::core
