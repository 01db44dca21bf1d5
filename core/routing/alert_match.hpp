// Does an alert match? And if not, why not. Pure; any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "config/routing_config.hpp"
#include "routing/alert_facts.hpp"

namespace petrel::core {

// The fields that a matcher lists patterns for, by the names that people write.
struct ListedField {
    std::string_view name;
    std::vector<std::string> AlertMatch::* patterns;
};

inline constexpr std::array<ListedField, 7> kListedFields{{{"type", &AlertMatch::types},
                                                           {"symbol", &AlertMatch::symbols},
                                                           {"group", &AlertMatch::groups},
                                                           {"venue", &AlertMatch::venues},
                                                           {"side", &AlertMatch::sides},
                                                           {"pattern", &AlertMatch::patterns},
                                                           {"rule", &AlertMatch::rules}}};

// True when * of the pattern can stand for something that makes it the text. Letters are compared
// as they are.
bool glob_matches(std::string_view pattern, std::string_view text);

bool matches(const AlertMatch& match, const AlertFacts& facts);

// The first thing that does not fit, "symbol is ETH-USDT-PERP, not BTC-*"; empty when it matches.
std::string mismatch(const AlertMatch& match, const AlertFacts& facts);

}  // namespace petrel::core
