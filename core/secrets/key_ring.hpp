// The keys of one venue: taken by turns within the budget of each, set aside when the venue refuses
// one. Status shows them by label, never by value.
//
// Made on the control thread, used on the feed thread; time comes in as an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "secrets/api_key.hpp"

namespace petrel::core {

struct KeyFigures {
    std::string label;
    std::uint64_t used = 0;
    bool set_aside = false;
    std::string why;  // in our words
};

class KeyRing {
public:
    explicit KeyRing(std::vector<ApiKey> keys);

    [[nodiscard]] bool empty() const { return keys_.empty(); }
    // All keys are set aside: nothing can be signed until petrel is started anew.
    [[nodiscard]] bool exhausted() const;
    // The next key in turn that has budget left, charged with one use; nothing when none has.
    std::optional<std::size_t> take(std::int64_t now_ns);
    // When a key that is not set aside has budget again.
    [[nodiscard]] std::int64_t next_ns(std::int64_t now_ns) const;
    [[nodiscard]] const ApiKey& at(std::size_t index) const { return keys_[index].key; }
    // The venue does not take it. False when that was known.
    bool refuse(std::size_t index, std::string why);
    [[nodiscard]] std::vector<KeyFigures> figures() const;

private:
    struct Entry {
        ApiKey key;
        std::deque<std::int64_t> uses_ns;  // within the last minute, at most per_minute
        KeyFigures figures;
    };
    std::vector<Entry> keys_;
    std::size_t next_ = 0;
};

}  // namespace petrel::core
