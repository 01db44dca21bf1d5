// Secrets at the moment they are needed, and the view of the values that a plugin reads. Messages
// name the file or variable, never a character of the secret.
#include <limits>

#include "petrel/types.hpp"
#include "plugin/plugin_config.hpp"
#include "secrets/secret_reader.hpp"

namespace petrel::core {

void check_secret(const SecretReference& secret, const Place& place, Problems& problems) {
    Result<std::string> text = read_secret(secret);
    if (text.ok()) {
        wipe_secret(*text);
        return;
    }
    Problem problem;
    problem.code = "PTL-C020";
    problem.message = text.status().message();
    problem.place = place;
    problem.help = "provide it, readable for the user that runs petrel";
    problem.excerpt = Excerpt::Masked;
    problems.push_back(std::move(problem));
}

void check_secrets(const ResolvedConfig& resolved, Problems& problems) {
    for (const auto& [name, value] : resolved.values) {
        if (value.is_secret) {
            check_secret(value.secret, value.place, problems);
        }
    }
}

PluginConfigView::PluginConfigView(const ResolvedConfig& resolved) : resolved_(resolved) {
    config_.size = sizeof(config_);
    config_.group_count = static_cast<std::uint32_t>(resolved.groups.size());
    config_.context = this;
    config_.number = &PluginConfigView::number;
    config_.text = &PluginConfigView::text;
    config_.group_name = &PluginConfigView::group_name;
}

PluginConfigView::~PluginConfigView() {
    for (auto& [name, secret] : secrets_) {
        wipe_secret(secret);
    }
}

Status PluginConfigView::open() {
    for (const auto& [name, value] : resolved_.values) {
        if (value.is_secret) {
            Result<std::string> text = read_secret(value.secret);
            if (!text.ok()) {
                return text.status();
            }
            secrets_.emplace(name, std::move(text).value());
        }
    }
    return {};
}

double PluginConfigView::number(void* context, petrel_text name, std::uint32_t group) noexcept {
    const ResolvedConfig& resolved = static_cast<const PluginConfigView*>(context)->resolved_;
    const auto found = resolved.values.find(view_of(name));
    if (found == resolved.values.end() || found->second.numbers.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const std::vector<double>& numbers = found->second.numbers;
    if (numbers.size() == 1) {
        return numbers.front();
    }
    return group < numbers.size() ? numbers[group] : std::numeric_limits<double>::quiet_NaN();
}

petrel_text PluginConfigView::text(void* context, petrel_text name) noexcept {
    const auto* self = static_cast<const PluginConfigView*>(context);
    if (const auto secret = self->secrets_.find(view_of(name)); secret != self->secrets_.end()) {
        return text_of(secret->second);
    }
    const auto found = self->resolved_.values.find(view_of(name));
    return found == self->resolved_.values.end() ? text_of("") : text_of(found->second.text);
}

petrel_text PluginConfigView::group_name(void* context, std::uint32_t group) noexcept {
    const ResolvedConfig& resolved = static_cast<const PluginConfigView*>(context)->resolved_;
    return group < resolved.groups.size() ? text_of(resolved.groups[group]) : text_of("");
}

}  // namespace petrel::core
