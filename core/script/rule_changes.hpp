// What one version of a pack has that another has not: for the audit, so that a person sees what an
// edit was. Cold path, pure.
//
// Owned by nobody; control thread.
#pragma once

#include <string>
#include <vector>

#include "script/rule_pack.hpp"

namespace petrel::core {

struct RuleChange {
    enum class What : std::uint8_t { FileAdded, FileRemoved, FileEdited, Parameter };
    What what = What::FileEdited;
    std::string name;
    double from = 0;  // of a parameter in both
    double to = 0;

    // "score.lua edited", "parameter min_score 0.4 -> 0.6".
    [[nodiscard]] std::string words() const;
};

// In the order of the names, files before parameters. A parameter that only one of them has shows
// as an edit of pack.lua.
std::vector<RuleChange> rule_changes(const RulePack& before, const RulePack& after);

}  // namespace petrel::core
