// How a venue's hosts are reached, out of its configuration: through which proxy, with which
// credentials, over which family of addresses, and the keys that sign what is to be signed.
//
// Called on the control thread before feeds start; the credentials are read here.
#pragma once

#include <vector>

#include "config/config.hpp"
#include "net/network_path.hpp"
#include "petrel/result.hpp"
#include "secrets/api_key.hpp"

namespace petrel::core {

// A sentence that names the exchange and the setting when the proxy cannot be used.
Result<NetworkPath> network_path_of(const ExchangeConfig& exchange);

// The keys of the section, read now. A sentence that names the key by its label when one cannot be
// used.
Result<std::vector<ApiKey>> api_keys_of(const ExchangeConfig& exchange);

}  // namespace petrel::core
