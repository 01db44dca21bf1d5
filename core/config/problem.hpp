// A mistake in what a person wrote: what, where, which value against which limit, what to do.
//
// Configuration, plugin loading and the command line collect these and print all of them at once.
// Every problem has a stable code that docs/reference/errors.md explains. Plain values; the text
// of a source is shared, because each of its values keeps the place it came from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

// One text that values come from: a file, an environment variable, a command-line setting.
struct SourceText {
    enum class Kind : std::uint8_t { Defaults, PluginDefaults, File, Environment, Setting };
    Kind kind = Kind::File;
    std::string name;                // "petrel.toml", "environment PETREL_LOG__LEVEL", "--set ..."
    std::string directory;           // relative paths in it start here
    std::vector<std::string> lines;  // empty where there is nothing to quote
};

// Where a value stands. Shared ownership: places outlive the loader that made the text.
struct Place {
    std::shared_ptr<const SourceText> source;
    std::uint32_t line = 0;    // from 1; 0: no line
    std::uint32_t column = 0;  // from 1, in code points
    std::uint32_t length = 1;  // code points to underline
};

// "petrel.toml:12:5", or the name of a source without lines.
std::string origin_of(const Place& place);

enum class Severity : std::uint8_t { Error, Warning };

// How much of the source line may be quoted. Masked hides every quoted text of it; a line that may
// hold part of a secret outside quotes is Hidden.
enum class Excerpt : std::uint8_t { Shown, Masked, Hidden };

struct Problem {
    Severity severity = Severity::Error;
    std::string code;     // "PTL-C003"
    std::string message;  // one line
    Place place;
    std::string help;  // what to do, shown beside the carets
    Excerpt excerpt = Excerpt::Shown;
};

using Problems = std::vector<Problem>;

bool has_errors(const Problems& problems);

enum class Colour : std::uint8_t { Never, Always };

// All problems as a person reads them, with carets; warnings first, so that the worst comes last.
std::string render(const Problems& problems, Colour colour = Colour::Never);

// The line with everything between quotes replaced, of the same length in code points; empty when
// the quotes do not pair up.
std::string masked_line(std::string_view line);

}  // namespace petrel::core
