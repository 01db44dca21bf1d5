// Feeds arbitrary bytes to the configuration loader: as the user's file, and as the value of a
// variable and of --set. Nothing may crash, hang or leak, and what is accepted must hold together.
//
// LIBRARIES: petrel_config
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/config_loader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace petrel::core;
    const std::string text(reinterpret_cast<const char*>(data), size);
    LoadOptions options;
    options.file = "petrel.toml";
    const LoadResult whole = load_config_text(text, options);
    (void)render(whole.problems, Colour::Always);
    if (!has_errors(whole.problems)) {
        const bool sound = !whole.config.groups.empty() && whole.config.engine.shards >= 1 &&
                           whole.config.engine.shards <= 64 &&
                           whole.config.engine.window_ms <= whole.config.engine.window_horizon_ms;
        if (!sound) {
            std::abort();
        }
    }
    options.environment = {{"PETREL_EXCHANGES__A__WS", text}, {"PETREL_" + text, "1"}};
    options.settings = {text, "groups.X=" + text};
    (void)render(load_config_text("", options).problems);
    return 0;
}
