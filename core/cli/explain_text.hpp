// What a signal rests on, as text: the sum as one would do it by hand. Pure.
#pragma once

#include <string>

#include "petrel/result.hpp"

namespace petrel::core {

// `document` is a signal's JSON document as the store keeps it.
Result<std::string> explain_text(const std::string& document);

}  // namespace petrel::core
