// How a venue's hosts are reached, out of its configuration: through which proxy, with which
// credentials, over which family of addresses.
//
// Called on the control thread before feeds start; the credentials are read here.
#pragma once

#include "config/config.hpp"
#include "net/network_path.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

// A sentence that names the exchange and the setting when the proxy cannot be used.
Result<NetworkPath> network_path_of(const ExchangeConfig& exchange);

}  // namespace petrel::core
