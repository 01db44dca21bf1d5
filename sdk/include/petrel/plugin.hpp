// What every C++ plugin shares: the host's services, configuration, the exception barrier and the
// entry macro. Include exchange.hpp, detector.hpp, notifier.hpp or voter.hpp, not this file.
//
// A plugin derives from the base class of its kind, writes one static `describe()` and ends its
// source with PETREL_PLUGIN(TheClass). Exceptions are caught here and become PETREL_E_EXCEPTION;
// none crosses the boundary.
#pragma once

#include <cmath>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/abi/plugin.h"
#include "petrel/result.hpp"
#include "petrel/types.hpp"

namespace petrel {

// The host's optional services. Cheap to copy; valid as long as the plugin instance.
class Host {
public:
    explicit Host(const petrel_host* host) {
        if (host != nullptr && host->service != nullptr) {
            log_ = static_cast<const petrel_log_service*>(
                host->service(host->context, text_of(PETREL_SERVICE_LOG)));
        }
    }

    // One line for people, copied by the host; silently nothing where the host has no log. [any]
    void log(std::uint32_t level, std::string_view text) const {
        if (log_ != nullptr) {
            log_->write(log_->context, level, text_of(text));
        }
    }

private:
    const petrel_log_service* log_ = nullptr;
};

// Checked configuration values; valid during construction of the plugin only.
class Config {
public:
    explicit Config(const petrel_config* config) : config_(config) {}

    // The declared parameter's number (durations in ms), NaN when it was not declared.
    [[nodiscard]] double number(std::string_view name, std::uint32_t group = 0) const {
        return config_ == nullptr ? std::numeric_limits<double>::quiet_NaN()
                                  : config_->number(config_->context, text_of(name), group);
    }
    [[nodiscard]] bool flag(std::string_view name) const { return number(name) == 1.0; }
    [[nodiscard]] std::string text(std::string_view name) const {
        return config_ == nullptr ? std::string()
                                  : string_of(config_->text(config_->context, text_of(name)));
    }
    [[nodiscard]] std::uint32_t group_count() const {
        return config_ == nullptr ? 0 : config_->group_count;
    }

private:
    const petrel_config* config_;
};

// One declared parameter. Built with the functions below and listed in PluginInfo::parameters.
inline petrel_parameter parameter(std::uint32_t type, std::string_view name, std::string_view unit,
                                  std::string_view description) {
    petrel_parameter p{};
    p.size = sizeof(p);
    p.type = type;
    p.name = text_of(name);
    p.unit = text_of(unit);
    p.description = text_of(description);
    p.minimum = std::numeric_limits<double>::lowest();
    p.maximum = std::numeric_limits<double>::max();
    return p;
}

// A USD minimum, one value a symbol group, required from configuration.
inline petrel_parameter usd_minimum_per_group(std::string_view name, std::string_view description) {
    petrel_parameter p = parameter(PETREL_PARAMETER_NUMBER, name, "USD", description);
    p.flags = PETREL_PARAMETER_PER_GROUP | PETREL_PARAMETER_MINIMUM | PETREL_PARAMETER_REQUIRED;
    p.minimum = 0;
    p.maximum = 1e12;
    return p;
}

// What a plugin says of itself. The texts must be literals or otherwise live for ever.
struct PluginInfo {
    std::string_view name;
    std::string_view version;
    std::string_view author;
    std::string_view description;
    std::vector<petrel_parameter> parameters;
};

namespace detail {

inline void write_error(petrel_error* error, std::int32_t code, std::string_view text) {
    if (error == nullptr || !PETREL_HAS(error, petrel_error, text)) {
        return;
    }
    error->code = code;
    const std::size_t length =
        text.size() < PETREL_ERROR_TEXT ? text.size() : PETREL_ERROR_TEXT - 1;
    std::memcpy(error->text, text.data(), length);
    error->text[length] = '\0';
}

inline std::int32_t report(const Status& status, petrel_error* error) {
    if (!status.ok()) {
        write_error(error, status.code(), status.message());
    }
    return status.code();
}

// Runs `body`, which returns a Status or a status code, behind the exception barrier.
template <typename Body>
std::int32_t guarded(petrel_error* error, Body&& body) noexcept {
    try {
        if constexpr (std::is_same_v<decltype(body()), Status>) {
            return report(body(), error);
        } else {
            return body();
        }
    } catch (const std::exception& e) {
        write_error(error, PETREL_E_EXCEPTION, e.what());
    } catch (...) {
        write_error(error, PETREL_E_EXCEPTION, "threw something that is no std::exception");
    }
    return PETREL_E_EXCEPTION;
}

// The one place of the SDK where an instance is made and released by hand: its owner is the host.
template <typename Plugin>
std::int32_t create(const petrel_host* host, const petrel_config* config, void** instance,
                    petrel_error* error) noexcept {
    return guarded(error, [&]() -> std::int32_t {
        auto plugin = std::make_unique<Plugin>(Host(host), Config(config));
        const Status ready = plugin->ready();
        if (!ready.ok()) {
            return report(ready, error);
        }
        *instance = plugin.release();
        return PETREL_OK;
    });
}

template <typename Plugin>
void destroy(void* instance) noexcept {
    const std::unique_ptr<Plugin> owned(static_cast<Plugin*>(instance));
}

template <typename Plugin>
Plugin& self(void* instance) {
    return *static_cast<Plugin*>(instance);
}

template <typename Plugin>
const petrel_plugin_entry* entry() noexcept {
    try {
        static const PluginInfo info = Plugin::describe();
        static const petrel_plugin_entry value = [] {
            petrel_plugin_entry e{};
            e.size = sizeof(e);
            e.abi_major = PETREL_ABI_MAJOR;
            e.abi_minor = PETREL_ABI_MINOR;
            e.kind = Plugin::kKind;
            e.parameter_count = static_cast<std::uint32_t>(info.parameters.size());
            e.name = text_of(info.name);
            e.version = text_of(info.version);
            e.author = text_of(info.author);
            e.description = text_of(info.description);
            e.parameters = info.parameters.data();
            e.interface_of = [](petrel_text id) -> const void* {
                return view_of(id) == Plugin::kInterface ? Plugin::template table<Plugin>()
                                                         : nullptr;
            };
            return e;
        }();
        return &value;
    } catch (...) {
        return nullptr;
    }
}

}  // namespace detail
}  // namespace petrel

// Ends a plugin's source: the exported entry and the ABI note.
#define PETREL_PLUGIN(PluginClass)                                               \
    extern "C" __attribute__((visibility("default"))) const petrel_plugin_entry* \
    petrel_plugin_entry_v1(void) {                                               \
        return petrel::detail::entry<PluginClass>();                             \
    }                                                                            \
    PETREL_ABI_NOTE
