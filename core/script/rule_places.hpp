// Where the fields of the host's tables lie in the plain structs, by name.
//
// Made from the lists of lua_fields, so that translated rules see the same fields. Cold path.
#pragma once

#include <array>
#include <string_view>

#include "script/rule_manifest.hpp"
#include "script/rule_program.hpp"

namespace petrel::core {

// In each of the tables; None where it has no such field.
std::array<RuleProgram::Place, kRuleHostTables> places_of(std::string_view name,
                                                          const RuleManifest& manifest);

}  // namespace petrel::core
