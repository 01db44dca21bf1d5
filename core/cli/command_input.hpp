// The options of `petrel input`, in a file of their own. Private to the command line.
//
// Main thread.
#pragma once

#include "cli/command_line.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace petrel::core {

// Which engine is meant, and how it answers.
void define_engine(CLI::App& app, RulesEngineArguments& arguments);

void define(CLI::App& app, InputSentimentArguments& arguments);

}  // namespace petrel::core
