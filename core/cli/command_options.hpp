// Reads the options of one command into its struct. Private to the command line.
//
// Main thread; the argument library stays behind the .cpp files that say what a command takes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/command_texts.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace petrel::core {

struct VersionArguments {
    OutputArguments output;
};

// A command that was found, and what stands behind it.
struct Invocation {
    const CommandText& text;
    std::vector<std::string> words;
    bool wants_help = false;
    Terminal& terminal;
};

// "error[code]: message", then what to do; the exit code of a wrong use.
int usage_error(Terminal& terminal, const std::string& code, const std::string& message,
                const std::string& remedy);

// Reads the words by what `define` says of the command.
std::optional<int> read_options(const Invocation& call,
                                const std::function<void(CLI::App&)>& define);

// An exit code when it ends here: help was shown, or the words were wrong. For the structs of
// command_line.hpp and VersionArguments.
template <typename Arguments>
std::optional<int> read_words(const Invocation& call, Arguments& arguments);

// In command_options_notify.cpp.
template <>
std::optional<int> read_words(const Invocation& call, SilenceAddArguments& arguments);
template <>
std::optional<int> read_words(const Invocation& call, SilenceEndArguments& arguments);
template <>
std::optional<int> read_words(const Invocation& call, SilencePreviewArguments& arguments);
template <>
std::optional<int> read_words(const Invocation& call, NotifyAckArguments& arguments);
template <>
std::optional<int> read_words(const Invocation& call, NotifyTestArguments& arguments);
template <>
std::optional<int> read_words(const Invocation& call, NotifyExplainArguments& arguments);
template <>
std::optional<int> read_words(const Invocation& call, NotifyRouteArguments& arguments);

}  // namespace petrel::core
