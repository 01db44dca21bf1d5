// Commands that work on the rules of a running engine: shadow, promote, drop, versions, restore;
// and the audit, which needs none.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

// Begins a shadow when a folder is named, shows its ledger otherwise (1: something differs).
int cmd_rules_shadow(const RulesShadowArguments& arguments, Terminal& terminal);
int cmd_rules_promote(const RulesEngineArguments& arguments, Terminal& terminal);
int cmd_rules_drop(const RulesEngineArguments& arguments, Terminal& terminal);
int cmd_rules_versions(const RulesEngineArguments& arguments, Terminal& terminal);
int cmd_rules_restore(const RulesRestoreArguments& arguments, Terminal& terminal);
int cmd_rules_log(const RulesLogArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
