// What commands share that talk to a running engine: its configuration, one request, one answer.
//
// Main thread.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/command_line.hpp"
#include "cli/config_source.hpp"
#include "cli/terminal.hpp"
#include "config/config.hpp"
#include "control/control_client.hpp"

namespace petrel::core {

// JSON as one line; text that is not UTF-8 is replaced.
std::string compact_json(const nlohmann::ordered_json& json);

// Reads the configuration; what is wrong with it is printed and false returned.
bool load_engine_config(const LoadOptions& options, Config& config, ColourMode colour,
                        Terminal& terminal);

// One request to the running engine. `show` prints a good answer and returns the exit code; an
// error is printed: 1 when the engine refuses, 3 when there is none, 4 when it may not be asked.
int ask_engine(const ControlRequest& request, Terminal& terminal,
               const std::function<int(const std::string& json)>& show);

// A request without the socket, which the arguments name.
struct EngineRequest {
    const char* method;
    const char* target;
    std::string body = {};
};

// Asks the engine that the arguments mean for a JSON object: printed as it came with --json, else
// as `say` puts it.
int ask_engine_for(const RulesEngineArguments& arguments, const EngineRequest& request,
                   Terminal& terminal,
                   const std::function<std::string(const nlohmann::ordered_json&)>& say);

}  // namespace petrel::core
