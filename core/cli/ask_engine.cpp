// The answers of the control socket become output and exit codes here, the same way everywhere.
#include "cli/ask_engine.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "config/config_loader.hpp"

namespace petrel::core {

std::string compact_json(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

bool load_engine_config(const LoadOptions& options, Config& config, ColourMode colour,
                        Terminal& terminal) {
    LoadResult loaded = load_config(options);
    if (has_errors(loaded.problems)) {
        terminal.err << render(loaded.problems, terminal.err_colour(colour));
        return false;
    }
    config = std::move(loaded.config);
    return true;
}

int ask_engine(const ControlRequest& request, Terminal& terminal,
               const std::function<int(const std::string& json)>& show) {
    const Result<ControlReply> reply = control_request(request);
    if (!reply.ok()) {
        terminal.err << "error: " << reply.status().message() << "\n";
        return reply.status().code() == PETREL_E_INVALID ? kExitNotAllowed : kExitUnreachable;
    }
    if (reply->status != 200) {
        terminal.err << "error: " << error_sentence(*reply) << "\n";
        return kExitNo;
    }
    return show(reply->json);
}

int ask_engine_for(const RulesEngineArguments& arguments, const EngineRequest& request,
                   Terminal& terminal,
                   const std::function<std::string(const nlohmann::ordered_json&)>& say) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    const ControlRequest asked{control_socket_path(config), request.method, request.target,
                               request.body};
    return ask_engine(asked, terminal, [&](const std::string& json) {
        const auto answer = nlohmann::ordered_json::parse(json, nullptr, false);
        if (!answer.is_object()) {
            terminal.err << "error: the engine's answer is no JSON object; are petrel and the "
                            "running engine of one version?\n";
            return static_cast<int>(kExitBroken);
        }
        terminal.out << (arguments.output.json ? json + "\n" : say(answer));
        return static_cast<int>(kExitDone);
    });
}

}  // namespace petrel::core
