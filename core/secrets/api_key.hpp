// A venue's key as the operator has it, in memory that is locked and wiped.
//
// Made on the control thread, used by a key ring on the feed thread. Its label may be shown;
// nothing else ever is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core {

// Text in memory that is not swapped, guarded at its ends and wiped when freed.
class LockedText {
public:
    LockedText() = default;
    explicit LockedText(std::string_view text);
    ~LockedText();
    LockedText(LockedText&& other) noexcept;
    LockedText& operator=(LockedText&& other) noexcept;

    [[nodiscard]] std::string_view view() const { return {bytes_, size_}; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

private:
    char* bytes_ = nullptr;  // owned; freed by the destructor
    std::size_t size_ = 0;
};

struct ApiKey {
    std::string label;
    LockedText key;                // goes over the wire
    LockedText secret;             // never does
    LockedText passphrase;         // where a venue has one
    std::uint32_t per_minute = 0;  // uses that its budget allows
};

// Whether a text may stand in a header, an address or between the quotes of a JSON text.
Status check_key_text(std::string_view text, std::string_view what);

}  // namespace petrel::core
