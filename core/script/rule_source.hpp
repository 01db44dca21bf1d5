// The files of a rule pack, read once: what is compiled, tested and hashed is the same bytes.
//
// Regular files below the pack's folder only, no symbolic links inside it, text, at most 64 KiB
// each. Cold path, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

struct RuleFile {
    std::string name;  // inside the pack: "score.lua", "lib/steps.lua", "tests/storm.lua"
    std::string text;

    [[nodiscard]] bool is_test() const { return name.starts_with("tests/"); }
    // The name for use(): "score", "lib/steps".
    [[nodiscard]] std::string module() const { return name.substr(0, name.size() - 4); }
};

struct RuleSources {
    std::string directory;
    std::vector<RuleFile> files;  // in the order of their names

    [[nodiscard]] const RuleFile* find(std::string_view name) const;
    // Sixteen hexadecimal digits over names and texts.
    [[nodiscard]] std::string hash() const;
};

Result<RuleSources> read_rule_sources(const std::string& directory);

}  // namespace petrel::core
