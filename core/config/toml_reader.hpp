// TOML text to the loader's tree: the only file that knows the TOML library.
#pragma once

#include <string>
#include <string_view>

#include "config/node.hpp"

namespace petrel::core {

inline constexpr std::size_t kConfigBytesMax = 1U << 20;

struct SourceLabel {
    SourceText::Kind kind = SourceText::Kind::File;
    std::string name;
    std::string directory;
};

// What could be read. Syntax errors are added to `problems`; the lines that hold them are left out
// and reading goes on behind them, so that all come at once.
Node read_toml(std::string_view text, const SourceLabel& label, Problems& problems);

}  // namespace petrel::core
