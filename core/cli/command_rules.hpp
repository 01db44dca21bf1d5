// The options of those `petrel rules` that work on a running engine, in a file of their own.
// Private to the command line.
//
// Main thread.
#pragma once

#include "cli/command_line.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace petrel::core {

void define(CLI::App& app, RulesShadowArguments& arguments);
void define(CLI::App& app, RulesRestoreArguments& arguments);
void define(CLI::App& app, RulesLogArguments& arguments);

}  // namespace petrel::core
