// Lua source as tokens with their places, for what `rules check` finds beyond compiling.
//
// Reads text that the compiler has accepted; what it does not know becomes a symbol of one
// character, so that no text can stop it. Pure, cold path, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

struct LintToken {
    enum class Kind : std::uint8_t { Name, Keyword, Number, Text, Symbol, End };
    Kind kind = Kind::End;
    std::string text;  // of a Text what stands between its quotes, escapes as written
    int line = 1;
    int column = 1;  // bytes, from 1
};

// Without comments; the last one is End.
std::vector<LintToken> lint_tokens(std::string_view source);

}  // namespace petrel::core
