// Makes text that strangers chose safe for one line of a log or a terminal.
//
// Control, bidirectional and zero-width characters and broken UTF-8 become '?', a line break a
// space, and what is too long is cut with an ellipsis. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace petrel::core {

constexpr std::size_t kCleanBytesMax = 4096;

// At most `bytes_max` bytes of `text`, cut between characters.
std::string clean_text(std::string_view text, std::size_t bytes_max = kCleanBytesMax);

// The text as it stands between the quotes of a JSON string. Takes cleaned text.
std::string json_escape(std::string_view text);

}  // namespace petrel::core
