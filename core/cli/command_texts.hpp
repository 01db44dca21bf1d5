// What help says: a sentence, the usage and the examples of each command, and the help topics. The
// options are listed from their definitions, so that they cannot differ.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace petrel::core {

struct CommandText {
    std::string_view path;      // "plugin list"
    std::string_view sentence;  // in capitals and with a full stop
    std::string_view usage;     // behind the path
    std::string_view examples;  // two or more lines
};

// In the order in which help lists them; the first kUsualCommands are those of `petrel` alone.
std::span<const CommandText> command_texts();
inline constexpr std::size_t kUsualCommands = 8;

struct HelpTopic {
    std::string_view name;
    std::string_view text;
};
std::span<const HelpTopic> help_topics();

// `petrel` alone, and `petrel help`.
std::string overview();
std::string all_commands();

}  // namespace petrel::core
