// Where the configuration says that the store is. Control thread, and commands that read the store.
//
// The password is read when the place is made, and lives as long as it does.
#pragma once

#include "config/config.hpp"
#include "petrel/result.hpp"
#include "store/store_place.hpp"

namespace petrel::core {

// Fails when the password cannot be read.
Result<StorePlace> store_place(const Config& config);

}  // namespace petrel::core
