// The sentence of a verdict: a text of the rule with places for its numbers.
//
// Rules return the text as it stands in their source and the numbers beside it, so that no text is
// put together in Lua on the hot path: {2} takes the next number with two decimals, {$} the next
// one as US dollars. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace petrel::core {

// Places without a number left are written as "?"; numbers without a place are ignored.
void write_note(std::string_view text, std::span<const double> numbers, std::string& note);

}  // namespace petrel::core
