// Bounds stand here as in the engine, so that a slip of the finger costs no request.
#include "cli/command_input.hpp"

#include <CLI/CLI.hpp>
#include <functional>

#include "config/symbol_name.hpp"

namespace petrel::core {
namespace {

std::function<void(const std::string&)> into_symbol(const char* option, std::string& symbol) {
    return [option, &symbol](const std::string& word) {
        const Result<std::string> name = canonical_symbol(word);
        if (!name.ok()) {
            throw CLI::ValidationError(option, name.status().message());
        }
        symbol = name.value();
    };
}

}  // namespace

void add_symbol(CLI::App& app, std::string& symbol, const std::string& what) {
    app.add_option_function<std::string>("--symbol", into_symbol("--symbol", symbol), what)
        ->type_name("SYMBOL");
}

void define(CLI::App& app, InputSentimentArguments& arguments) {
    app.add_option_function<std::string>(
           "SYMBOL",
           [&arguments](const std::string& word) {
               if (word == "*") {
                   arguments.symbol = word;
               } else {
                   into_symbol("SYMBOL", arguments.symbol)(word);
               }
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
