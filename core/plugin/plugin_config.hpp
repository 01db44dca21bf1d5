// A plugin's configuration: the user's values checked against the parameters it declares.
//
// Checking reports every mistake with its place and never quotes a text, which may be a secret in
// the wrong place. Secrets stay references until an instance is made; their text then lives for the
// duration of `create` and is wiped. Control thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/problem.hpp"
#include "petrel/abi/host.h"
#include "plugin/loaded_plugin.hpp"

namespace petrel::core {

// One parameter with its final value.
struct ResolvedValue {
    std::vector<double> numbers;  // one, or one a group
    std::string text;
    bool is_secret = false;
    SecretReference secret;
    Place place;
};

struct ResolvedConfig {
    std::map<std::string, ResolvedValue, std::less<>> values;
    std::vector<std::string> groups;
};

// Values for every declared parameter; complete only when no error was added.
ResolvedConfig resolve_plugin_config(const LoadedPlugin& plugin, const PluginConfig& written,
                                     const Config& config, Problems& problems);

// Whether a secret can be read now, without keeping it.
void check_secret(const SecretReference& secret, const Place& place, Problems& problems);

// The same for each secret of a plugin.
void check_secrets(const ResolvedConfig& resolved, Problems& problems);

// The values as a plugin asks for them; for the duration of `create`.
class PluginConfigView {
public:
    explicit PluginConfigView(const ResolvedConfig& resolved);
    ~PluginConfigView();  // wipes the secrets
    PluginConfigView(const PluginConfigView&) = delete;
    PluginConfigView& operator=(const PluginConfigView&) = delete;

    // Reads the secrets; to be called before the view is used.
    Status open();
    [[nodiscard]] const petrel_config* config() const { return &config_; }

private:
    static double number(void* context, petrel_text name, std::uint32_t group) noexcept;
    static petrel_text text(void* context, petrel_text name) noexcept;
    static petrel_text group_name(void* context, std::uint32_t group) noexcept;

    const ResolvedConfig& resolved_;
    std::map<std::string, std::string, std::less<>> secrets_;
    petrel_config config_{};
};

}  // namespace petrel::core
