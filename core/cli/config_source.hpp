// Which configuration file a command means when it was not told, and the options for the loader.
#pragma once

#include <string>

#include "cli/command_line.hpp"
#include "config/config_loader.hpp"

namespace petrel::core {

// Whether a command may pick up a file that nobody named. A replay must not: its result would
// depend on the folder it was started in.
enum class ImplicitFile : std::uint8_t { Allowed, Ignored };

// --config, else $PETREL_CONFIG, else (where allowed) ./petrel.toml, else /etc/petrel/petrel.toml,
// else the built-in defaults; with the environment and --set on top.
LoadOptions load_options(const ConfigArguments& arguments, const Terminal& terminal,
                         ImplicitFile implicit = ImplicitFile::Allowed);

// The same with a state directory given on the command line, as --set state_dir.
LoadOptions load_options(const ConfigArguments& arguments, const Terminal& terminal,
                         const std::string& state_dir);

}  // namespace petrel::core
