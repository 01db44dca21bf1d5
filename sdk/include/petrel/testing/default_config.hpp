// Reads the default configuration that lies beside a plugin's source (<name>.toml) into a
// FakeConfig, so that tests run with the figures that are shipped.
//
// It understands the flat part of TOML that such a file needs: `key = value` with a number, a
// boolean, a quoted text, a duration ("30s") or one line of { GROUP = number, ... }, and comments.
// A line that it does not understand is a failure that names the line.
#pragma once

#include <charconv>
#include <fstream>

#include "petrel/testing/fake_config.hpp"

namespace petrel::testing {
namespace detail {

inline std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The line without its comment; a # inside quotes is none.
inline std::string_view without_comment(std::string_view line) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') {
            quoted = !quoted;
        } else if (line[i] == '#' && !quoted) {
            return line.substr(0, i);
        }
    }
    return line;
}

inline bool read_number(std::string_view text, double& value) {
    std::string digits;
    for (const char c : trimmed(text)) {
        if (c != '_') {
            digits.push_back(c);
        }
    }
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    return error == std::errc() && stop == end;
}

// "30s", "500ms", "5m", "2h" in milliseconds.
inline bool read_duration_ms(std::string_view text, double& value_ms) {
    constexpr std::pair<std::string_view, double> units[] = {
        {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}};
    for (const auto& [unit, factor] : units) {
        if (text.ends_with(unit) &&
            read_number(text.substr(0, text.size() - unit.size()), value_ms)) {
            value_ms *= factor;
            return true;
        }
    }
    return false;
}

inline bool read_groups(std::string_view inside, std::map<std::string, double>& values) {
    while (!trimmed(inside).empty()) {
        const std::size_t comma = std::min(inside.find(','), inside.size());
        const std::string_view pair = inside.substr(0, comma);
        const std::size_t equals = pair.find('=');
        double value = 0;
        if (equals == std::string_view::npos || !read_number(pair.substr(equals + 1), value)) {
            return false;
        }
        values[std::string(trimmed(pair.substr(0, equals)))] = value;
        inside.remove_prefix(std::min(comma + 1, inside.size()));
    }
    return true;
}

inline bool read_value(const std::string& key, std::string_view value, FakeConfig& config) {
    double number = 0;
    if (value == "true" || value == "false") {
        config.number(key, value == "true" ? 1 : 0);
    } else if (read_number(value, number)) {
        config.number(key, number);
    } else if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        const std::string_view text = value.substr(1, value.size() - 2);
        if (read_duration_ms(text, number)) {
            config.number(key, number);
        } else {
            config.text(key, std::string(text));
        }
    } else if (value.size() >= 2 && value.front() == '{' && value.back() == '}') {
        std::map<std::string, double> values;
        if (!read_groups(value.substr(1, value.size() - 2), values)) {
            return false;
        }
        config.per_group(key, std::move(values));
    } else {
        return false;
    }
    return true;
}

}  // namespace detail

inline Status read_default_config(const std::string& path, FakeConfig& config) {
    std::ifstream file(path);
    if (!file) {
        return Status::io(path + " cannot be opened");
    }
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const std::string_view text = detail::trimmed(detail::without_comment(line));
        if (text.empty()) {
            continue;
        }
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos ||
            !detail::read_value(std::string(detail::trimmed(text.substr(0, equals))),
                                detail::trimmed(text.substr(equals + 1)), config)) {
            return Status::rejected(path + ":" + std::to_string(number) + ": cannot read '" + line +
                                    "'");
        }
    }
    return {};
}

}  // namespace petrel::testing
