// Versions that look on, that were live, and what happened to them.
#include "cli/command_rules.hpp"

#include <CLI/CLI.hpp>

#include "cli/command_input.hpp"

namespace petrel::core {

void define(CLI::App& app, RulesShadowArguments& arguments) {
    app.add_option("DIR", arguments.directory,
                   "of the pack that is to look on; without it, what the present one saw");
    define_engine(app, arguments);
}

void define(CLI::App& app, RulesRestoreArguments& arguments) {
    app.add_option("VERSION", arguments.version, "its id, or the beginning of its hash")
        ->required();
    define_engine(app, arguments);
}

void define(CLI::App& app, RulesLogArguments& arguments) {
    app.add_option("-n,--limit", arguments.limit, "the latest so many (50)")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000'000));
    define_engine(app, arguments);
}

}  // namespace petrel::core
