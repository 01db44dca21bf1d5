// Names of fields and of severities.
#include "routing/alert_facts.hpp"

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
    return severity >= 3 ? "critical" : severity == 2 ? "warning" : "info";
}

std::uint32_t severity_of_word(std::string_view word) {
    return word == "info" ? 1 : word == "warning" ? 2 : word == "critical" ? 3 : 0;
}

}  // namespace petrel::core
