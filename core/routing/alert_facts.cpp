// Names of fields and of severities.
#include "routing/alert_facts.hpp"

#include <algorithm>

#include "config/routing_config.hpp"

namespace petrel::core {

std::optional<std::string_view> fact_of(const AlertFacts& facts, std::string_view field) {
    const std::string_view symbol = facts.symbol;
    if (field == "type") {
        return facts.type;
    }
    if (field == "symbol") {
        return symbol;
    }
    if (field == "coin") {
        return symbol.substr(0, symbol.find('-'));
    }
    if (field == "group") {
        return facts.group;
    }
    if (field == "venue") {
        return facts.venue;
    }
    if (field == "side") {
        return facts.side;
    }
    if (field == "pattern") {
        return facts.pattern;
    }
    if (field == "rule") {
        return facts.rule;
    }
    return std::nullopt;
}

std::string_view severity_word(std::uint32_t severity) {
    return kSeverityWords[std::clamp<std::size_t>(severity, 1, kSeverityWords.size()) - 1];
}

std::uint32_t severity_of_word(std::string_view word) {
    const auto* const found = std::find(kSeverityWords.begin(), kSeverityWords.end(), word);
    return found == kSeverityWords.end()
               ? 0
               : static_cast<std::uint32_t>(found - kSeverityWords.begin()) + 1;
}

}  // namespace petrel::core
