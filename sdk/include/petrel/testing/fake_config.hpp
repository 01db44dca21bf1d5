// Configuration as a host would give it to a plugin: values checked against what the plugin
// declares. What it accepts, the product accepts; a name that is not declared, a figure out of
// bounds or a required value that is missing is refused with a sentence.
//
//   FakeConfig config;
//   config.number("window", 30'000).per_group("min_usd", {{"MAJORS", 2e6}, {"MID_CAP", 5e5}});
#pragma once

#include <map>
#include <utility>

#include "petrel/plugin.hpp"

namespace petrel::testing {

class FakeConfig {
public:
    // The product's own groups; a group without figures takes those of `MID_CAP`.
    std::vector<std::string> groups{"MAJORS", "LARGE_CAP", "MID_CAP", "OTHERS"};
    static constexpr const char* kFallbackGroup = "MID_CAP";

    FakeConfig& number(const std::string& name, double value) {
        numbers_[name].clear();
        numbers_[name][kEveryGroup] = value;
        return *this;
    }
    FakeConfig& per_group(const std::string& name, std::map<std::string, double> values) {
        numbers_[name] = std::move(values);
        return *this;
    }
    // Of a text parameter; of a file parameter what is in the file.
    FakeConfig& text(const std::string& name, std::string value) {
        texts_[name] = std::move(value);
        return *this;
    }

    // Compares the values with the declared parameters and fills in the declared defaults. Call it
    // once before raw(); the fake hosts do.
    Status bind(const petrel_plugin_entry& entry) {
        declared_.clear();
        for (std::uint32_t i = 0; i < entry.parameter_count; ++i) {
            const petrel_parameter& p = parameter_at(entry, i);
            declared_[string_of(p.name)] = &p;
            if (Status fits = is_text(p) ? check_text(p) : check_number(p); !fits.ok()) {
                return fits;
            }
        }
        for (const auto& [name, values] : numbers_) {
            if (!declared_.contains(name)) {
                return undeclared(name);
            }
        }
        for (const auto& [name, value] : texts_) {
            if (!declared_.contains(name)) {
                return undeclared(name);
            }
        }
        return {};
    }

    // Points into this object, which must stay where it is for the call of `create`.
    [[nodiscard]] petrel_config raw() {
        petrel_config config{};
        config.size = sizeof(config);
        config.group_count = static_cast<std::uint32_t>(groups.size());
        config.context = this;
        config.number = [](void* self, petrel_text name, std::uint32_t group) {
            return static_cast<const FakeConfig*>(self)->resolve(string_of(name), group);
        };
        config.text = [](void* self, petrel_text name) {
            const auto& texts = static_cast<const FakeConfig*>(self)->texts_;
            const auto found = texts.find(string_of(name));
            return found == texts.end() ? text_of("") : text_of(found->second);
        };
        config.group_name = [](void* self, std::uint32_t group) {
            const auto& names = static_cast<const FakeConfig*>(self)->groups;
            return group < names.size() ? text_of(names[group]) : text_of("");
        };
        return config;
    }

private:
    static constexpr const char* kEveryGroup = "*";

    static const petrel_parameter& parameter_at(const petrel_plugin_entry& entry, std::uint32_t i) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(entry.parameters);
        return *reinterpret_cast<const petrel_parameter*>(bytes + std::size_t{i} *
                                                                      entry.parameters[0].size);
    }
    static bool is_text(const petrel_parameter& p) {
        return p.type == PETREL_PARAMETER_TEXT || p.type == PETREL_PARAMETER_FILE;
    }
    static Status undeclared(const std::string& name) {
        return Status::invalid("'" + name + "' is no parameter of this plugin");
    }

    Status check_text(const petrel_parameter& p) {
        const std::string name = string_of(p.name);
        if (numbers_.contains(name)) {
            return Status::invalid("'" + name + "' is a text, but was given a number");
        }
        if (!texts_.contains(name)) {
            if ((p.flags & PETREL_PARAMETER_REQUIRED) != 0) {
                return Status::invalid("'" + name + "' is required and was not given");
            }
            texts_[name] = string_of(p.default_text);
        }
        return {};
    }

    Status check_number(const petrel_parameter& p) {
        const std::string name = string_of(p.name);
        const auto given = numbers_.find(name);
        if (given == numbers_.end()) {
            if (texts_.contains(name)) {
                return Status::invalid("'" + name + "' is a number, but was given a text");
            }
            if ((p.flags & PETREL_PARAMETER_REQUIRED) != 0) {
                return Status::invalid("'" + name + "' is required and was not given");
            }
            numbers_[name][kEveryGroup] = p.default_number;
            return {};
        }
        const bool per_group = (p.flags & PETREL_PARAMETER_PER_GROUP) != 0;
        for (const auto& [group, value] : given->second) {
            if (!(value >= p.minimum && value <= p.maximum)) {
                return Status::invalid("'" + name + "' is " + std::to_string(value) +
                                       ", allowed is " + std::to_string(p.minimum) + " to " +
                                       std::to_string(p.maximum));
            }
            if (group != kEveryGroup && !per_group) {
                return Status::invalid("'" + name + "' takes one value, not one a group");
            }
        }
        return {};
    }

    [[nodiscard]] double resolve(const std::string& name, std::uint32_t group) const {
        const auto found = numbers_.find(name);
        if (found == numbers_.end() || !declared_.contains(name)) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        const auto& values = found->second;
        const std::string own = group < groups.size() ? groups[group] : std::string();
        for (const std::string& key :
             {own, std::string(kFallbackGroup), std::string(kEveryGroup)}) {
            if (const auto value = values.find(key); value != values.end()) {
                return value->second;
            }
        }
        return std::numeric_limits<double>::quiet_NaN();
    }

    std::map<std::string, std::map<std::string, double>> numbers_;
    std::map<std::string, std::string> texts_;
    std::map<std::string, const petrel_parameter*> declared_;
};

}  // namespace petrel::testing
