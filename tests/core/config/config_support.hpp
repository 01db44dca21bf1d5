// Shared by the configuration tests: load a text, look for a problem.
#pragma once

#include <algorithm>
#include <string>

#include "config/config_loader.hpp"

namespace petrel::core::testing {

inline LoadResult load(const std::string& text, LoadOptions options = {}) {
    options.file = options.file.empty() ? "petrel.toml" : options.file;
    return load_config_text(text, options);
}

inline const Problem* find_problem(const LoadResult& result, const std::string& code) {
    const auto found = std::find_if(result.problems.begin(), result.problems.end(),
                                    [&](const Problem& p) { return p.code == code; });
    return found == result.problems.end() ? nullptr : &*found;
}

inline std::string codes(const LoadResult& result) {
    std::string text;
    for (const Problem& problem : result.problems) {
        text += (text.empty() ? "" : " ") + problem.code + "@" +
                std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column);
    }
    return text;
}

}  // namespace petrel::core::testing
