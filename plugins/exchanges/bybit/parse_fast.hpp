// The fast reader: walks the layout that the venue is known to send, byte by byte, and gives up as
// soon as anything differs. What it accepts is valid JSON that the general reader reads alike.
// First in the way of every frame, on the instance's data path.
#pragma once

#include "content.hpp"

namespace petrel::bybit {

// True when the whole frame was understood; `content` then holds what it says. Otherwise `content`
// holds anything, and the general reader has to look. Contracts are looked up, never added.
bool read_fast(std::string_view frame, ContractTable& contracts, Content& content);

}  // namespace petrel::bybit
