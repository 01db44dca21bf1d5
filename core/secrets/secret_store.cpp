// Format, integers little endian:
//   head     "PTLSECR1", form of the key (4 bytes: 1 key file, 2 passphrase), Argon2id operations
//            (4) and memory in KiB (4), both 0 for a key file, salt (16)
//   proof    nonce (24) and tag (16) of an empty text: shows whether the key is right
//   count    of entries (4), then each: length of name (1), name, length (4), nonce (24), cipher
// The associated data of the proof is the head, that of an entry the head and its name.
#include "secrets/secret_store.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "secrets/private_file.hpp"
#include "secrets/secret_reader.hpp"

namespace petrel::core {
namespace {

constexpr std::string_view kStoreMagic = "PTLSECR1";
constexpr std::size_t kHeadBytes = 8 + 4 + 4 + 4 + crypto_pwhash_SALTBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kStoreBytesMax = 8U << 20;
constexpr std::size_t kKeyFileBytesMax = 4'096;
constexpr std::uint32_t kFromKeyFile = 1;
constexpr std::uint32_t kFromPassphrase = 2;
// A planted head must not make us use more than this.
constexpr std::uint32_t kOperationsMax = 16;
constexpr std::uint32_t kMemoryKiBMax = 1U << 20;
constexpr std::size_t kPassphraseBytesMin = 12;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

void put_number(std::string& to, std::uint32_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        to += static_cast<char>(value >> shift & 0xFFU);
    }
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i > 0; --i) {
        value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
    }
    return value;
}

PrivateFile store_file(const SecretStoreConfig& place) {
    return {place.file, "the secret store", kStoreBytesMax, Readers::Owner};
}
PrivateFile key_file(const SecretStoreConfig& place) {
    return {place.key_file, "the key file", kKeyFileBytesMax, Readers::Owner};
}

Status damaged(const SecretStoreConfig& place) {
    return Status::invalid("the secret store " + place.file +
                           " is damaged: restore it from a copy, or remove it and set its secrets "
                           "again");
}

std::string new_head(const SecretStoreConfig& place) {
    const bool passphrase = place.key_file.empty();
    std::string head(kStoreMagic);
    put_number(head, passphrase ? kFromPassphrase : kFromKeyFile);
    put_number(head, passphrase ? crypto_pwhash_OPSLIMIT_INTERACTIVE : 0);
    put_number(head, passphrase ? crypto_pwhash_MEMLIMIT_INTERACTIVE / 1024 : 0);
    std::array<char, crypto_pwhash_SALTBYTES> salt{};
    randombytes_buf(salt.data(), salt.size());
    return head.append(salt.data(), salt.size());
}

// Where there is none yet.
Status make_key_file(const SecretStoreConfig& place) {
    Result<std::string> present = read_private_file(key_file(place));
    if (present.ok()) {
        wipe_secret(*present);
        return {};
    }
    if (present.status().code() != PETREL_E_IO) {
        return present.status();
    }
    std::string fresh(kKeyBytes, '\0');
    randombytes_buf(fresh.data(), fresh.size());
    Status made = create_private_file(key_file(place), fresh);
    wipe_secret(fresh);
    return made;
}

}  // namespace

// 32 bytes in memory that is locked, guarded and wiped when freed.
class SecretStore::Key {
public:
    Key() : bytes_(static_cast<unsigned char*>(sodium_malloc(kKeyBytes))) {}
    ~Key() { sodium_free(bytes_); }
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;

    Status derive(const SecretStoreConfig& place, const std::string& head,
                  const std::string& passphrase) {
        const std::uint32_t form = number_at(head, 8);
        const unsigned char* salt = bytes_of(std::string_view(head)) + 20;
        if (bytes_ == nullptr) {
            return Status::io("no locked memory for the key of the secret store");
        }
        if (form == kFromKeyFile) {
            return place.key_file.empty()
                       ? Status::invalid("the secret store " + place.file +
                                         " was made with a key file: name it, secrets.key_file")
                       : from_file(place, salt);
        }
        if (!place.key_file.empty()) {
            return Status::invalid("the secret store " + place.file +
                                   " was made with a passphrase: take secrets.key_file away");
        }
        if (passphrase.empty()) {
            return Status::invalid("the secret store " + place.file +
                                   " needs its passphrase: set " + kPassphraseVariable);
        }
        const std::uint32_t operations = number_at(head, 12);
        const std::uint32_t memory_kib = number_at(head, 16);
        if (operations == 0 || operations > kOperationsMax || memory_kib > kMemoryKiBMax ||
            crypto_pwhash(bytes_, kKeyBytes, passphrase.data(), passphrase.size(), salt, operations,
                          std::size_t{memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
            return damaged(place);
        }
        return {};
    }

    [[nodiscard]] const unsigned char* get() const { return bytes_; }

private:
    Status from_file(const SecretStoreConfig& place, const unsigned char* salt) {
        Result<std::string> text = read_private_file(key_file(place));
        if (!text.ok()) {
            return text.status();
        }
        const bool long_enough = text->size() >= kKeyBytes;
        if (long_enough) {
            crypto_generichash(bytes_, kKeyBytes, bytes_of(*text), text->size(), salt,
                               crypto_pwhash_SALTBYTES);
        }
        wipe_secret(*text);
        return long_enough ? Status()
                           : Status::invalid("the key file " + place.key_file +
                                             " is shorter than 32 bytes");
    }

    unsigned char* bytes_;
};

SecretStore::SecretStore() = default;
SecretStore::~SecretStore() = default;
SecretStore::SecretStore(SecretStore&&) noexcept = default;
SecretStore& SecretStore::operator=(SecretStore&&) noexcept = default;

std::string SecretStore::sealed(const std::string& name, std::string_view value) const {
    const std::string bound = head_ + name;
    std::string out(kNonceBytes + value.size() + kTagBytes, '\0');
    randombytes_buf(out.data(), kNonceBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytes_of(out) + kNonceBytes, nullptr, bytes_of(value), value.size(),
        bytes_of(std::string_view(bound)), bound.size(), nullptr, bytes_of(out), key_->get());
    return out;
}

namespace {

// Nothing when key, name or bytes are not those of the sealing.
Result<std::string> unsealed(std::string_view sealed, const std::string& bound,
                             const unsigned char* key) {
    if (sealed.size() < kNonceBytes + kTagBytes) {
        return Status::invalid("cut");
    }
    std::string value(sealed.size() - kNonceBytes - kTagBytes, '\0');
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        bytes_of(value), nullptr, nullptr, bytes_of(sealed) + kNonceBytes,
        sealed.size() - kNonceBytes, bytes_of(std::string_view(bound)), bound.size(),
        bytes_of(sealed), key);
    return opened == 0 ? Result<std::string>(std::move(value))
                       : Result<std::string>(Status::invalid("does not verify"));
}

}  // namespace

Result<SecretStore> SecretStore::create(const SecretStoreConfig& place,
                                        const std::string& passphrase) {
    if (sodium_init() < 0) {
        return Status::io("no source of random numbers for the secret store");
    }
    if (place.key_file.empty() && passphrase.size() < kPassphraseBytesMin) {
        return Status::invalid("the passphrase of a new secret store has at least " +
                               std::to_string(kPassphraseBytesMin) + " characters: set " +
                               kPassphraseVariable + ", or name a key file, secrets.key_file");
    }
    if (Status key = place.key_file.empty() ? Status() : make_key_file(place); !key.ok()) {
        return key;
    }
    SecretStore store;
    store.place_ = place;
    store.head_ = new_head(place);
    store.key_ = std::make_unique<Key>();
    if (Status key = store.key_->derive(place, store.head_, passphrase); !key.ok()) {
        return key;
    }
    return store;
}

Result<SecretStore> SecretStore::open(const SecretStoreConfig& place,
                                      const std::string& passphrase) {
    if (sodium_init() < 0) {
        return Status::io("no source of random numbers for the secret store");
    }
    const Result<std::string> bytes = read_private_file(store_file(place));
    if (!bytes.ok()) {
        return bytes.status();
    }
    const std::size_t fixed = kHeadBytes + kNonceBytes + kTagBytes + 4;
    if (bytes->size() < fixed || !bytes->starts_with(kStoreMagic)) {
        return damaged(place);
    }
    SecretStore store;
    store.place_ = place;
    store.head_ = bytes->substr(0, kHeadBytes);
    store.key_ = std::make_unique<Key>();
    if (const std::uint32_t form = number_at(store.head_, 8);
        form != kFromKeyFile && form != kFromPassphrase) {
        return damaged(place);
    }
    if (Status key = store.key_->derive(place, store.head_, passphrase); !key.ok()) {
        return key;
    }
    const std::string_view proof =
        std::string_view(*bytes).substr(kHeadBytes, kNonceBytes + kTagBytes);
    if (!unsealed(proof, store.head_, store.key_->get()).ok()) {
        return Status::invalid("the secret store " + place.file + " does not open with this " +
                               (place.key_file.empty() ? "passphrase" : "key file"));
    }
    Status parsed = store.parse(std::string_view(*bytes).substr(fixed - 4));
    return parsed.ok() ? Result<SecretStore>(std::move(store)) : Result<SecretStore>(parsed);
}

Status SecretStore::parse(std::string_view bytes) {
    const std::uint32_t count = number_at(bytes, 0);
    bytes.remove_prefix(4);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t name_bytes = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]);
        if (name_bytes == 0 || bytes.size() < 1 + name_bytes + 4 || i >= kEntriesMax) {
            return damaged(place_);
        }
        const std::string name(bytes.substr(1, name_bytes));
        const std::uint32_t length = number_at(bytes, 1 + name_bytes);
        bytes.remove_prefix(1 + name_bytes + 4);
        if (length > bytes.size() || !check_secret_name(name).ok()) {
            return damaged(place_);
        }
        entries_[name] = bytes.substr(0, length);
        bytes.remove_prefix(length);
    }
    return bytes.empty() ? Status() : damaged(place_);
}

std::vector<std::string> SecretStore::names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) {
        names.push_back(name);
    }
    return names;
}

Result<std::string> SecretStore::read(const std::string& name) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) {
        return Status::invalid("the secret store " + place_.file + " holds no secret " + name +
                               ": petrel secrets set " + name);
    }
    Result<std::string> value = unsealed(found->second, head_ + name, key_->get());
    return value.ok() ? std::move(value)
                      : Result<std::string>(Status::invalid(
                            "the secret " + name + " of the store " + place_.file +
                            " was tampered with: set it again, petrel secrets set " + name));
}

Status SecretStore::set(const std::string& name, std::string_view value) {
    if (Status good = check_secret_name(name); !good.ok()) {
        return good;
    }
    if (value.empty() || value.size() > kValueBytesMax) {
        return Status::invalid("a secret has 1 to " + std::to_string(kValueBytesMax) + " bytes");
    }
    if (entries_.size() >= kEntriesMax && !entries_.contains(name)) {
        return Status::invalid("the secret store holds " + std::to_string(kEntriesMax) +
                               " secrets, the limit: remove one");
    }
    entries_[name] = sealed(name, value);
    return {};
}

Status SecretStore::remove(const std::string& name) {
    return entries_.erase(name) != 0
               ? Status()
               : Status::invalid("the secret store " + place_.file + " holds no secret " + name);
}

Status SecretStore::save() const {
    std::string bytes = head_ + sealed("", "");
    put_number(bytes, static_cast<std::uint32_t>(entries_.size()));
    for (const auto& [name, entry] : entries_) {
        bytes += static_cast<char>(name.size());
        bytes += name;
        put_number(bytes, static_cast<std::uint32_t>(entry.size()));
        bytes += entry;
    }
    return write_private_file(store_file(place_), bytes);
}

Status check_secret_name(const std::string& name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    const bool good = !name.empty() && name.size() <= kNameBytesMax && name[0] != '.' &&
                      name[0] != '-' && name[0] != '_' &&
                      std::all_of(name.begin(), name.end(), fits);
    return good ? Status()
                : Status::invalid(
                      "a secret's name is 1 to 64 small letters, digits, '.', '_' and '-', and "
                      "begins with a letter or digit");
}

Result<std::string> read_stored_secret(const SecretStoreConfig& place, const std::string& name) {
    const char* passphrase = std::getenv(kPassphraseVariable);
    std::string word = passphrase == nullptr ? "" : passphrase;
    const Result<SecretStore> store = SecretStore::open(place, word);
    wipe_secret(word);
    return store.ok() ? store->read(name) : Result<std::string>(store.status());
}

}  // namespace petrel::core
