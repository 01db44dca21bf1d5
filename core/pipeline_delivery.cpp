// An instance for each channel, then the stage that borrows them.
#include "pipeline_delivery.hpp"

#include <utility>

#include "pipeline_store.hpp"

namespace petrel::core {
Result<std::unique_ptr<NotifierStage>> start_stage(const PluginSetup& setup,
                                                   std::vector<NotifierInstance>& notifiers) {
    Result<DeliveryOptions> options = delivery_options(setup.config);
    if (!options.ok()) {
        return options.status();
    }
    std::vector<NotifierHandle> handles;
    notifiers.reserve(setup.notifiers.size());
    for (const PlannedPlugin& planned : setup.notifiers) {
        Result<NotifierInstance> made =
            NotifierInstance::create(*planned.plugin, planned.name, planned.values);
        if (!made.ok()) {
            return made.status();
        }
        notifiers.push_back(std::move(made).value());
        handles.push_back({planned.name, &notifiers.back().table(), notifiers.back().handle()});
    }
    return NotifierStage::start(std::move(*options), std::move(handles));
}

}  // namespace petrel::core
