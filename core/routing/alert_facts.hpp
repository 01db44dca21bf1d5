// What routing knows of an alert: the words that routes, silences and inhibitions go by.
//
// A plain value, made from a signal or from an alert of the system itself; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace petrel::core {

struct AlertFacts {
    std::string id{};
    std::string type{};    // "LIQ_STORM"; "SYSTEM" of the system itself, which has no symbol
    std::string symbol{};  // canonical
    std::string group{};
    std::string venue{};  // "all" when several took part
    std::string side{};
    std::string pattern{};
    std::string rule{};          // "default@9c41e2"
    std::uint32_t severity = 1;  // 1 info, 2 warning, 3 critical
    double score = 0;
};

// Names of the fields that can be compared: type, symbol, coin, group, venue, side, pattern, rule.
// `coin` is the base of the symbol. Nothing for other names.
std::optional<std::string_view> fact_of(const AlertFacts& facts, std::string_view field);

// "info", "warning", "critical".
std::string_view severity_word(std::uint32_t severity);
// 0 for a word that is none.
std::uint32_t severity_of_word(std::string_view word);

}  // namespace petrel::core
