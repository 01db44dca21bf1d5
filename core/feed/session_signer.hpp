// The signature of one connection: which key it opens with, what goes into its handshake, and the
// login that goes first.
//
// Part of a feed session, on the feed thread. The ring is the venue's and is shared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "feed/adapter.hpp"
#include "secrets/key_ring.hpp"

namespace petrel::core {

class SessionSigner {
public:
    // Both may be absent: then nothing is signed.
    SessionSigner(std::optional<SigningTemplate> signing, KeyRing* keys)
        : signing_(std::move(signing)), keys_(keys) {}

    [[nodiscard]] bool signs() const { return signing_.has_value(); }
    // Takes a key for the next attempt and signs its handshake for `path`. A failure says what to
    // do; wait_ms() says when to try again.
    Result<SignedParts> handshake(const std::string& path);
    // The login, signed now; empty when the adapter wants none.
    [[nodiscard]] std::string login(const std::string& path) const;
    // The venue does not take the key in use. The sentence for the log; empty when it was known.
    std::string refused(const std::string& why);
    [[nodiscard]] std::int64_t wait_ms() const;

private:
    std::optional<SigningTemplate> signing_;
    KeyRing* keys_;  // may be null
    std::optional<std::size_t> key_;
};

// The sentence for a key that is set aside.
std::string key_set_aside(const KeyRing& keys, std::size_t key, const std::string& why);

}  // namespace petrel::core
