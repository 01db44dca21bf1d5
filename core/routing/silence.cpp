// What a silence means, and what it must never hold back.
#include "routing/silence.hpp"

#include <algorithm>

#include "routing/alert_match.hpp"

namespace petrel::core {
namespace {

constexpr std::string_view kSystem = "SYSTEM";
constexpr std::uint32_t kCritical = 3;

}  // namespace

bool holds_back(const Silence& silence, const AlertFacts& facts) {
    if (facts.type == kSystem) {
        const std::vector<std::string>& types = silence.match.types;
        if (facts.severity >= kCritical ||
            std::find(types.begin(), types.end(), kSystem) == types.end()) {
            return false;
        }
    }
    return matches(silence.match, facts);
}

const Silence* silence_of(const AlertFacts& facts, std::int64_t now_ns,
                          std::span<const Silence> silences) {
    const auto found = std::find_if(silences.begin(), silences.end(), [&](const Silence& silence) {
        return silence.holds(now_ns) && holds_back(silence, facts);
    });
    return found == silences.end() ? nullptr : &*found;
}

std::string silence_words(const Silence& silence) {
    return std::string(kSilencedBy) + silence.id +
           (silence.comment.empty() ? "" : ": " + silence.comment);
}

}  // namespace petrel::core
