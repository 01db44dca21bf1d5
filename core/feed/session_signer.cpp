// Times are taken when something is signed, so that a venue's window is met.
#include "feed/session_signer.hpp"

#include <algorithm>

#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kWaitLongestMs = 60'000;

}  // namespace

Result<SignedParts> SessionSigner::handshake(const std::string& path) {
    key_.reset();
    if (keys_ == nullptr || keys_->empty()) {
        return Status::invalid(
            "this connection has to be signed and the exchange has no key: add "
            "[exchanges.<name>.keys.<label>] with key and secret");
    }
    if (keys_->exhausted()) {
        return Status::invalid(
            "every key of the exchange was refused by the venue and is set aside: correct them and "
            "start petrel anew");
    }
    key_ = keys_->take(steady_now_ns());
    if (!key_) {
        return Status::io("the budgets of all keys are spent: it waits");
    }
    Result<SignedParts> parts =
        sign_parts(*signing_, keys_->at(*key_), {"GET", path, "", wall_now_ns()});
    if (!parts.ok()) {
        keys_->refuse(*key_, parts.status().message());
    }
    return parts;
}

std::string SessionSigner::login(const std::string& path) const {
    if (!signing_ || signing_->login.empty() || !key_) {
        return {};
    }
    const Result<SignedParts> parts =
        sign_parts(*signing_, keys_->at(*key_), {"GET", path, "", wall_now_ns()});
    return parts.ok() ? parts->login : std::string();
}

std::string SessionSigner::refused(const std::string& why) {
    return key_ && keys_->refuse(*key_, why) ? key_set_aside(*keys_, *key_, why) : std::string();
}

std::int64_t SessionSigner::wait_ms() const {
    if (keys_ == nullptr || keys_->exhausted()) {
        return kWaitLongestMs;
    }
    const std::int64_t now_ns = steady_now_ns();
    return std::clamp<std::int64_t>((keys_->next_ns(now_ns) - now_ns) / kNsPerMs + 1, 100,
                                    kWaitLongestMs);
}

std::string key_set_aside(const KeyRing& keys, std::size_t key, const std::string& why) {
    return "the venue refuses the key \"" + keys.at(key).label + "\" (" + why +
           "): it is set aside" + (keys.exhausted() ? ", and there is no other" : "");
}

}  // namespace petrel::core
