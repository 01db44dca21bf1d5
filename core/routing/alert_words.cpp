// Each word says by its shape what it is.
#include "routing/alert_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "config/symbol_name.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kTextMax = 500;
constexpr double kScoreMax = 100;

struct NamedField {
    std::string_view name;
    std::string AlertFacts::* value;
};
constexpr std::array<NamedField, 5> kFields{{{"group", &AlertFacts::group},
                                             {"venue", &AlertFacts::venue},
                                             {"side", &AlertFacts::side},
                                             {"pattern", &AlertFacts::pattern},
                                             {"rule", &AlertFacts::rule}}};

// BTCUSDT is in capitals, too, and no type.
bool is_type(std::string_view word) {
    if (word.find('_') == std::string_view::npos && canonical_symbol(word).ok()) {
        return false;
    }
    return std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// 0 for a word that is neither a severity nor a strength.
std::uint32_t severity_in(std::string_view word) {
    if (const std::uint32_t severity = severity_of_word(word); severity != 0) {
        return severity;
    }
    return word == "weak"                           ? 1
           : word == "moderate" || word == "strong" ? 2
           : word == "extreme"                      ? 3
                                                    : 0;
}

Status take_field(const std::string& word, std::size_t equals, AlertFacts& facts) {
    const std::string_view name = std::string_view(word).substr(0, equals);
    const std::string value = word.substr(equals + 1);
    if (name == "score") {
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), facts.score);
        const bool whole = error == std::errc{} && end == value.data() + value.size();
        return whole && facts.score >= 0 && facts.score <= kScoreMax
                   ? Status()
                   : Status::invalid("'" + word.substr(0, 60) +
                                     "' is no score; write score=0.8, from 0 to 100");
    }
    for (const NamedField& field : kFields) {
        if (field.name == name) {
            facts.*field.value = value;
            return {};
        }
    }
    return Status::invalid("'" + word.substr(0, 60) +
                           "' names no field; there are group, venue, side, pattern, rule, score");
}

}  // namespace

Result<AlertFacts> parse_alert(std::string_view text) {
    AlertFacts facts{.severity = 2, .score = kScoreMax};
    std::istringstream words{std::string(text.substr(0, kTextMax))};
    std::string word;
    while (words >> word) {
        if (const std::size_t equals = word.find('='); equals != std::string::npos) {
            if (Status taken = take_field(word, equals, facts); !taken.ok()) {
                return taken;
            }
        } else if (const std::uint32_t severity = severity_in(word); severity != 0) {
            facts.severity = severity;
        } else if (facts.type.empty() && is_type(word)) {
            facts.type = word;
        } else if (facts.symbol.empty()) {
            Result<std::string> symbol = canonical_symbol(word);
            if (!symbol.ok()) {
                return symbol.status();
            }
            facts.symbol = std::move(*symbol);
        } else {
            return Status::invalid("'" + word.substr(0, 60) + "' is one word too many");
        }
    }
    if (facts.type.empty()) {
        return Status::invalid(
            "an alert begins with its type, like LIQ_STORM BTC-USDT-PERP extreme");
    }
    return facts;
}

}  // namespace petrel::core
