// Alerts as the outbox keeps them: JSON text that survives a restart. Pure.
#pragma once

#include <string>

#include "outbox/alert.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

std::string encode_alert(const AlertText& alert);

// Refuses what encode_alert did not write.
Result<AlertText> decode_alert(const std::string& text);

}  // namespace petrel::core
