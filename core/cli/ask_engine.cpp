// The answers of the control socket become output and exit codes here, the same way everywhere.
#include "cli/ask_engine.hpp"

#include <ostream>

#include "cli/command_line.hpp"
#include "config/config_loader.hpp"

namespace petrel::core {

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

}  // namespace petrel::core
