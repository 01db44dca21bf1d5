// What the configuration says of store and delivery. Control thread, and commands that read the
// store.
//
// The password is read when the place is made, and lives as long as it does.
#pragma once

#include "config/config.hpp"
#include "notifier/notifier_stage.hpp"
#include "petrel/result.hpp"
#include "store/store_place.hpp"

namespace petrel::core {

// Fails when the password cannot be read.
Result<StorePlace> store_place(const Config& config);

// What stages 8 and 9 are told of the configuration; fails as store_place() does.
Result<DeliveryOptions> delivery_options(const Config& config);

}  // namespace petrel::core
