// An alert of each type with figures that could be real, to look at what templates make of them.
//
// Pure: the same each time.
#pragma once

#include <string>
#include <vector>

#include "outbox/alert.hpp"

namespace petrel::core {

// Types that have a sample of their own; any other is shown like a storm.
std::vector<std::string> sample_types();

AlertText sample_alert(const std::string& type, const MessageBook& messages);

}  // namespace petrel::core
