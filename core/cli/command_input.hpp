// The options of `petrel input`, and those that several commands take. Private to the command line.
//
// Main thread.
#pragma once

#include <string>

#include "cli/command_line.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace petrel::core {

// Which engine is meant, and how it answers.
void define_engine(CLI::App& app, RulesEngineArguments& arguments);

// --symbol: by any name that people write, kept by the venue-free one.
void add_symbol(CLI::App& app, std::string& symbol, const std::string& what);

void define(CLI::App& app, InputSentimentArguments& arguments);

}  // namespace petrel::core
