// The engine checks all of it again; it alone knows what is followed.
#include "cli/cmd_input.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask_engine.hpp"

namespace petrel::core {

int cmd_input_sentiment(const InputSentimentArguments& arguments, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    const nlohmann::ordered_json body{{"symbol", arguments.symbol},
                                      {"value", arguments.value},
                                      {"impact", arguments.impact},
                                      {"source", arguments.source}};
    const ControlRequest request{
        control_socket_path(config), "POST", "/v1/inputs/sentiment",
        body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
    return ask_engine(request, terminal, [&](const std::string& json) {
        const auto answer = nlohmann::ordered_json::parse(json, nullptr, false);
        if (!answer.is_object()) {
            terminal.err << "error: the engine's answer is no JSON object; are petrel and the "
                            "running engine of one version?\n";
            return static_cast<int>(kExitBroken);
        }
        const auto symbols = answer.value("symbols", std::uint64_t{});
        if (arguments.output.json) {
            terminal.out << json << "\n";
        } else {
            terminal.out << "taken for " << answer.value("symbol", "")
                         << (symbols == 1 ? "" : " (" + std::to_string(symbols) + " symbols)")
                         << "; it counts for " << answer.value("valid", "") << "\n";
        }
        return static_cast<int>(kExitDone);
    });
}

}  // namespace petrel::core
