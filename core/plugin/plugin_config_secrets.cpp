// Secrets at the moment they are needed, and the view of the values that a plugin reads. Messages
// name the file or variable, never a character of the secret.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>

#include "petrel/types.hpp"
#include "plugin/plugin_config.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kSecretMax = 65'536;

Status unreadable(const SecretReference& secret, const std::string& why) {
    const bool file = secret.source == SecretReference::Source::File;
    return Status::invalid(std::string(file ? "the secret file " : "the environment variable ") +
                           secret.name + " " + why);
}

Result<std::string> read_file(const SecretReference& secret) {
    std::ifstream in(secret.name, std::ios::binary);
    std::string text(kSecretMax + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.eof() && in.gcount() == 0) {
        return unreadable(secret, "cannot be read");
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kSecretMax) {
        return unreadable(secret, "is larger than " + std::to_string(kSecretMax) + " bytes");
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
        text.pop_back();
    }
    return text;
}

}  // namespace

Result<std::string> read_secret(const SecretReference& secret) {
    Result<std::string> text = std::string();
    if (secret.source == SecretReference::Source::File) {
        text = read_file(secret);
    } else if (const char* value = std::getenv(secret.name.c_str())) {
        text = std::string(value);
    } else {
        return unreadable(secret, "is not set");
    }
    if (text.ok() && text->empty()) {
        return unreadable(secret, "is empty");
    }
    return text;
}

void check_secrets(const ResolvedConfig& resolved, Problems& problems) {
    for (const auto& [name, value] : resolved.values) {
        if (!value.is_secret) {
            continue;
        }
        Result<std::string> text = read_secret(value.secret);
        if (text.ok()) {
            explicit_bzero(text->data(), text->size());
            continue;
        }
        Problem problem;
        problem.code = "PTL-C020";
        problem.message = text.status().message();
        problem.place = value.place;
        problem.help = "provide it, readable for the user that runs petrel";
        problem.excerpt = Excerpt::Masked;
        problems.push_back(std::move(problem));
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
        explicit_bzero(secret.data(), secret.size());
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
