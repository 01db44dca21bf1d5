// One list of fields serves the comparison, the reason and the words.
#include "routing/alert_match.hpp"

#include <algorithm>

#include "runtime/human.hpp"

namespace petrel::core {
namespace {

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(),
                                           [&](const auto& p) { return glob_matches(p, text); });
}

std::string list_words(const std::vector<std::string>& patterns) {
    std::string text;
    for (const std::string& pattern : patterns) {
        text += (text.empty() ? "" : " or ") + pattern;
    }
    return text;
}

}  // namespace

// Greedy with one step back: after a later * an earlier one never has to give way.
bool glob_matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string mismatch(const AlertMatch& match, const AlertFacts& facts) {
    for (const ListedField& field : kListedFields) {
        const std::string_view value = fact_of(facts, field.name).value_or("");
        if (!any_matches(match.*field.patterns, value)) {
            return std::string(field.name) + " is " +
                   (value.empty() ? "none" : std::string(value)) + ", not " +
                   list_words(match.*field.patterns);
        }
    }
    if (facts.severity < match.severity_min) {
        return "severity is " + std::string(severity_word(facts.severity)) + ", below " +
               std::string(severity_word(match.severity_min));
    }
    if (!(facts.score >= match.score_min)) {
        return "score is " + human_fixed(facts.score, 2) + ", below " +
               human_fixed(match.score_min, 2);
    }
    return {};
}

bool matches(const AlertMatch& match, const AlertFacts& facts) {
    return mismatch(match, facts).empty();
}

}  // namespace petrel::core
