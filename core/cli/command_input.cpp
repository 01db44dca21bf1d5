// Bounds stand here as in the engine, so that a slip of the finger costs no request.
#include "cli/command_input.hpp"

#include <CLI/CLI.hpp>

#include "config/symbol_name.hpp"

namespace petrel::core {

void define(CLI::App& app, InputSentimentArguments& arguments) {
    app.add_option_function<std::string>(
           "SYMBOL",
           [&arguments](const std::string& word) {
               if (word == "*") {
                   arguments.symbol = word;
                   return;
               }
               const Result<std::string> symbol = canonical_symbol(word);
               if (!symbol.ok()) {
                   throw CLI::ValidationError("SYMBOL", symbol.status().message());
               }
               arguments.symbol = symbol.value();
           },
           "like BTCUSDT; '*' is every one that is followed")
        ->required();
    app.add_option("VALUE", arguments.value, "from -1 (bearish) to 1 (bullish)")
        ->required()
        ->check(CLI::Range(-1.0, 1.0));
    app.add_option("--impact", arguments.impact, "how much the news weigh, 0 to 1 (0)")
        ->type_name("X")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--source", arguments.source, "who says so, at most 64 characters")
        ->type_name("NAME");
    define_engine(app, arguments);
}

}  // namespace petrel::core
