// What of the configuration only shows when it is used: time zones of mute windows and expressions
// of the privacy filter.
#pragma once

#include "config/config.hpp"

namespace petrel::core {

// Adds what is wrong. Where nothing is, the privacy filter of the configuration is in use.
void settle_delivery(const Config& config, Problems& problems);

}  // namespace petrel::core
