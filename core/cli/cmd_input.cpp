// The engine checks all of it again; it alone knows what is followed.
#include "cli/cmd_input.hpp"

#include <nlohmann/json.hpp>

#include "cli/ask_engine.hpp"

namespace petrel::core {

int cmd_input_sentiment(const InputSentimentArguments& arguments, Terminal& terminal) {
    const nlohmann::ordered_json body{{"symbol", arguments.symbol},
                                      {"value", arguments.value},
                                      {"impact", arguments.impact},
                                      {"source", arguments.source}};
    const EngineRequest request{
        "POST", "/v1/inputs/sentiment",
        body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
    return ask_engine_for(arguments, request, terminal, [](const nlohmann::ordered_json& answer) {
        const auto symbols = answer.value("symbols", std::uint64_t{});
        return "taken for " + answer.value("symbol", "") +
               (symbols == 1 ? "" : " (" + std::to_string(symbols) + " symbols)") +
               "; it counts for " + answer.value("valid", "") + "\n";
    });
}

}  // namespace petrel::core
