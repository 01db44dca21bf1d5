// One list of fields for both directions, and for the look at what a matcher leaves open.
#include "routing/match_text.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <vector>

#include "config/closest.hpp"
#include "config/symbol_name.hpp"
#include "routing/alert_facts.hpp"
#include "routing/alert_match.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kWordBytesMax = 500;
constexpr std::size_t kPatternsMax = 50;

std::string quoted(std::string_view text) { return "'" + std::string(text.substr(0, 60)) + "'"; }

bool printable(std::string_view text) {
    for (const char c : text) {
        if (c <= ' ' || c == '\x7f') {
            return false;
        }
    }
    return !text.empty();
}

Status take_patterns(std::string_view list, std::string_view word,
                     std::vector<std::string>& patterns) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view pattern = list.substr(0, comma);
        if (!printable(pattern) || patterns.size() == kPatternsMax) {
            return Status::invalid(quoted(word) +
                                   " holds an empty pattern, or more than 50: write field=one,two");
        }
        patterns.emplace_back(pattern);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return patterns.empty() ? Status::invalid(quoted(word) + " names nothing after the =")
                            : Status();
}

Status take_bound(std::string_view field, std::string_view value, AlertMatch& match) {
    if (field == "severity") {
        match.severity_min = severity_of_word(value);
        return match.severity_min != 0
                   ? Status()
                   : Status::invalid(quoted(value) +
                                     " is no severity; write info, warning or critical");
    }
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), match.score_min);
    if (error != std::errc{} || end != value.data() + value.size() || !(match.score_min >= 0) ||
        match.score_min > 100) {
        return Status::invalid(quoted(value) + " is no score; write a number from 0 to 100");
    }
    return {};
}

Status take_word(std::string_view word, AlertMatch& match) {
    if (const std::size_t bound = word.find(">="); bound != std::string_view::npos) {
        const std::string_view field = word.substr(0, bound);
        if (field == "severity" || field == "score") {
            return take_bound(field, word.substr(bound + 2), match);
        }
    }
    const std::size_t equals = word.find('=');
    const std::string_view field = word.substr(0, std::min(equals, word.size()));
    std::vector<std::string> names;
    for (const ListedField& known : kListedFields) {
        if (known.name == field && equals != std::string_view::npos) {
            return take_patterns(word.substr(equals + 1), word, match.*known.patterns);
        }
        names.emplace_back(known.name);
    }
    const std::string near = did_you_mean(std::string(field.substr(0, 60)), names);
    return Status::invalid(quoted(word) +
                           " is no matcher. Write field=pattern with type, symbol, group, venue, "
                           "side, pattern or rule; severity>=warning; score>=0.8; or all" +
                           (near.empty() ? "" : "; " + near));
}

// A symbol that no alert could ever have would silence nothing, and nobody would notice.
Status make_canonical(std::vector<std::string>& symbols) {
    for (std::string& symbol : symbols) {
        if (symbol.find('*') != std::string::npos) {
            continue;
        }
        Result<std::string> canonical = canonical_symbol(symbol);
        if (!canonical.ok()) {
            return Status::invalid(canonical.status().message() + "; or write a pattern, " +
                                   symbol.substr(0, 60) + "-*");
        }
        symbol = std::move(*canonical);
    }
    return {};
}

bool means_all(const AlertMatch& match) {
    const auto open = [&](const ListedField& field) {
        const std::vector<std::string>& patterns = match.*field.patterns;
        return patterns.empty() ||
               std::any_of(patterns.begin(), patterns.end(), [](const std::string& pattern) {
                   return pattern.find_first_not_of('*') == std::string::npos;
               });
    };
    return match.severity_min <= 1 && match.score_min <= 0 &&
           std::all_of(kListedFields.begin(), kListedFields.end(), open);
}

}  // namespace

Result<AlertMatch> parse_match(std::string_view text) {
    AlertMatch match;
    bool says_all = false;
    std::istringstream words{std::string(text)};
    std::string word;
    std::size_t count = 0;
    while (words >> word) {
        ++count;
        if (word.size() > kWordBytesMax) {
            return Status::invalid("a matcher has at most 500 characters");
        }
        if (word == "all") {
            says_all = true;
            continue;
        }
        if (Status taken = take_word(word, match); !taken.ok()) {
            return taken;
        }
    }
    if (count == 0) {
        return Status::invalid(
            "no matcher is given. Write field=pattern, like symbol=BTC-*, or all for every alert");
    }
    if (Status known = make_canonical(match.symbols); !known.ok()) {
        return known;
    }
    if (says_all && count > 1) {
        return Status::invalid("'all' stands alone; leave it out, or the rest");
    }
    if (!says_all && means_all(match)) {
        return Status::invalid(quoted(text) +
                               " means every alert. Narrow it, or write all if that is meant");
    }
    return match;
}

std::string match_text(const AlertMatch& match) {
    std::string text;
    const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    for (const ListedField& field : kListedFields) {
        std::string list;
        for (const std::string& pattern : match.*field.patterns) {
            list += (list.empty() ? "" : ",") + pattern;
        }
        if (!list.empty()) {
            add(std::string(field.name) + "=" + list);
        }
    }
    if (match.severity_min > 1) {
        add("severity>=" + std::string(severity_word(match.severity_min)));
    }
    if (match.score_min > 0) {
        std::array<char, 32> digits{};
        const auto end =
            std::to_chars(digits.data(), digits.data() + digits.size(), match.score_min).ptr;
        add("score>=" + std::string(digits.data(), end));
    }
    return text.empty() ? "all" : text;
}

}  // namespace petrel::core
