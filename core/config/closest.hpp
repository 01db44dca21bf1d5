// "Did you mean": the candidate nearest to a word, at most two edits away.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace petrel::core {

// Insertions, deletions, replacements and swaps of neighbours between the two, letters' case aside.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest candidate within two edits (one for words of up to three letters), or "".
std::string closest(std::string_view word, std::span<const std::string> candidates);

// "did you mean 'x'?", or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace petrel::core
