// A sliding minute a key; the ring moves on with each use.
#include "secrets/key_ring.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kBudgetSpanNs = 60 * kNsPerSecond;

}  // namespace

KeyRing::KeyRing(std::vector<ApiKey> keys) {
    for (ApiKey& key : keys) {
        Entry& entry = keys_.emplace_back();
        entry.figures.label = key.label;
        entry.key = std::move(key);
    }
}

bool KeyRing::exhausted() const {
    return std::all_of(keys_.begin(), keys_.end(),
                       [](const Entry& entry) { return entry.figures.set_aside; });
}

std::optional<std::size_t> KeyRing::take(std::int64_t now_ns) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const std::size_t index = (next_ + i) % keys_.size();
        Entry& entry = keys_[index];
        while (!entry.uses_ns.empty() && now_ns - entry.uses_ns.front() >= kBudgetSpanNs) {
            entry.uses_ns.pop_front();
        }
        if (entry.figures.set_aside || entry.uses_ns.size() >= entry.key.per_minute) {
            continue;
        }
        entry.uses_ns.push_back(now_ns);
        ++entry.figures.used;
        next_ = index + 1;
        return index;
    }
    return std::nullopt;
}

std::int64_t KeyRing::next_ns(std::int64_t now_ns) const {
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (const Entry& entry : keys_) {
        if (!entry.figures.set_aside) {
            const bool free = entry.uses_ns.size() < entry.key.per_minute;
            next = std::min(next, free ? now_ns : entry.uses_ns.front() + kBudgetSpanNs);
        }
    }
    return next;
}

bool KeyRing::refuse(std::size_t index, std::string why) {
    KeyFigures& figures = keys_[index].figures;
    if (std::exchange(figures.set_aside, true)) {
        return false;
    }
    figures.why = std::move(why);
    return true;
}

std::vector<KeyFigures> KeyRing::figures() const {
    std::vector<KeyFigures> all;
    for (const Entry& entry : keys_) {
        all.push_back(entry.figures);
    }
    return all;
}

}  // namespace petrel::core
