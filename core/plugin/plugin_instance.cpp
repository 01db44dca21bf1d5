// Creation and destruction behind the guard.
#include "plugin/plugin_instance.hpp"

#include "observe/log.hpp"
#include "plugin/plugin_guard.hpp"

namespace petrel::core {
namespace {

Status refusal(const LoadedPlugin& plugin, const std::string& name, const std::string& why) {
    return Status::invalid("PTL-P010: " + kind_word(plugin.kind) + " '" + name + "' (" +
                           file_name(plugin.path) + ") refused to start: " + why + ". Correct [" +
                           section_of(plugin.kind) + "." + name +
                           "], or switch it off with enabled = false");
}

}  // namespace

template <typename Table>
Result<PluginInstance<Table>> PluginInstance<Table>::create(const LoadedPlugin& plugin,
                                                            const std::string& name,
                                                            const ResolvedConfig& values) {
    PluginInstance instance;
    instance.name_ = name;
    instance.services_ = std::make_unique<HostServices>(section_of(plugin.kind) + "." + name);
    const auto* table = static_cast<const Table*>(plugin.table);
    PluginConfigView view(values);
    if (const Status opened = view.open(); !opened.ok()) {
        return refusal(plugin, name, opened.message());
    }
    petrel_error error{};
    error.size = sizeof(error);
    std::int32_t code = PETREL_OK;
    void* handle = nullptr;
    const Status called = guarded("it threw across the boundary", [&]() -> Status {
        code = table->create(instance.services_->host(), view.config(), &handle, &error);
        return {};
    });
    if (!called.ok()) {
        return refusal(plugin, name, called.message());
    }
    if (code < 0) {
        const std::string text = error_text(error);
        return refusal(plugin, name, text.empty() ? "it gave no reason" : text);
    }
    if (handle == nullptr) {
        return refusal(plugin, name, "it returned no instance");
    }
    instance.table_ = table;
    instance.handle_ = handle;
    return instance;
}

template <typename Table>
PluginInstance<Table>::~PluginInstance() {
    if (handle_ == nullptr) {
        return;
    }
    const Status destroyed = guarded("destroy", [&]() -> Status {
        table_->destroy(handle_);
        return {};
    });
    if (!destroyed.ok()) {
        log::error("plugin", "PTL-P011: " + name_ + " failed while it was stopped: " +
                                 destroyed.message() + ". Report it to its author");
    }
}

template class PluginInstance<petrel_exchange>;
template class PluginInstance<petrel_detector>;
template class PluginInstance<petrel_notifier>;
template class PluginInstance<petrel_voter>;

}  // namespace petrel::core
