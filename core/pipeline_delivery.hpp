// Stages 8 and 9 as a configuration describes them. Control thread.
#pragma once

#include <memory>
#include <vector>

#include "notifier/notifier_stage.hpp"
#include "petrel/result.hpp"
#include "plugin/plugin_instance.hpp"
#include "plugin/plugin_setup.hpp"

namespace petrel::core {

// Opens the store, makes an instance of each channel's plugin and starts the threads of delivery.
// The stage borrows the instances: `notifiers`, empty before, must outlive it. Fails when the
// store's password cannot be read, an instance cannot be made, or the stage cannot start.
Result<std::unique_ptr<NotifierStage>> start_stage(const PluginSetup& setup,
                                                   std::vector<NotifierInstance>& notifiers);

}  // namespace petrel::core
