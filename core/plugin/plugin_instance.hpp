// Instances of plugins: made with checked values, destroyed with their owner.
//
// An instance is a handle of the plugin's and its function table. It is created and destroyed on
// the control thread; the data path uses `table()` and `handle()` under the ABI's [instance] rule.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "petrel/result.hpp"
#include "plugin/host_services.hpp"
#include "plugin/loaded_plugin.hpp"
#include "plugin/plugin_config.hpp"

namespace petrel::core {

template <typename Table>
class PluginInstance {
public:
    // Refusal names the instance, the library, the plugin's own words and what to do.
    static Result<PluginInstance> create(const LoadedPlugin& plugin, const std::string& name,
                                         const ResolvedConfig& values);

    PluginInstance(PluginInstance&& other) noexcept
        : name_(std::move(other.name_)), services_(std::move(other.services_)),
          table_(std::exchange(other.table_, nullptr)),
          handle_(std::exchange(other.handle_, nullptr)) {}
    PluginInstance& operator=(PluginInstance&& other) noexcept {
        std::swap(name_, other.name_);
        std::swap(services_, other.services_);
        std::swap(table_, other.table_);
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~PluginInstance();

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const Table& table() const { return *table_; }
    [[nodiscard]] void* handle() const { return handle_; }

private:
    PluginInstance() = default;

    std::string name_;
    std::unique_ptr<HostServices> services_;
    const Table* table_ = nullptr;
    void* handle_ = nullptr;
};

using ExchangeInstance = PluginInstance<petrel_exchange>;
using DetectorInstance = PluginInstance<petrel_detector>;
using NotifierInstance = PluginInstance<petrel_notifier>;
using VoterInstance = PluginInstance<petrel_voter>;

extern template class PluginInstance<petrel_exchange>;
extern template class PluginInstance<petrel_detector>;
extern template class PluginInstance<petrel_notifier>;
extern template class PluginInstance<petrel_voter>;

}  // namespace petrel::core
