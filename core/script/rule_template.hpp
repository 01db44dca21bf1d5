// The texts that `petrel rules new` writes: packs to begin from, and the types for editors.
//
// Built into the program from core/script/skeleton, rules/default and rules/petrel.d.lua
// (embed_packs.cmake), so that it needs no installed files. Constant; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"
#include "script/rule_source.hpp"

namespace petrel::core {

struct RuleTemplateFile {
    std::string_view name;  // inside the pack: "tests/score.lua"
    std::string_view text;
};

std::span<const RuleTemplateFile> skeleton_pack();
std::span<const RuleTemplateFile> default_pack();
std::span<const RuleTemplateFile> rule_types();

// A name for a pack made from the last part of a path: "My Rules" gives "my_rules".
std::string pack_name_for(std::string_view directory);

// The pack `from` ("" the skeleton, or "default") under another name. Refused for other names.
Result<std::vector<RuleFile>> pack_from_template(std::string_view from, const std::string& name);

}  // namespace petrel::core
