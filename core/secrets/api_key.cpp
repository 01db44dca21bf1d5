// Locked memory through libsodium.
#include "secrets/api_key.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace petrel::core {
namespace {

constexpr std::size_t kKeyTextMax = 512;

}  // namespace

LockedText::LockedText(std::string_view text) {
    if (text.empty() || sodium_init() < 0) {
        return;
    }
    bytes_ = static_cast<char*>(sodium_malloc(text.size()));
    if (bytes_ != nullptr) {
        std::memcpy(bytes_, text.data(), text.size());
        size_ = text.size();
    }
}

LockedText::~LockedText() { sodium_free(bytes_); }

LockedText::LockedText(LockedText&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}

LockedText& LockedText::operator=(LockedText&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    return *this;
}

Status check_key_text(std::string_view text, std::string_view what) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c <= '~' && c != '"' && c != '\\';
    });
    return !text.empty() && text.size() <= kKeyTextMax && plain
               ? Status()
               : Status::invalid(std::string(what) +
                                 " is not 1 to 512 printable characters without blanks, quotes and "
                                 "backslashes");
}

}  // namespace petrel::core
