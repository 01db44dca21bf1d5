// Checks written values parameter by parameter.
#include "plugin/plugin_config.hpp"

#include <algorithm>
#include <cmath>

#include "config/closest.hpp"
#include "config/table_reader.hpp"
#include "config/units.hpp"
#include "plugin/plugin_file.hpp"

namespace petrel::core {
namespace {

std::string amount(const ParameterSpec& spec, double value) {
    if (spec.type == PETREL_PARAMETER_DURATION && value >= 0 && value < 9e15) {
        return "\"" + format_duration_ms(static_cast<std::uint64_t>(value)) + "\"";
    }
    return format_number(value);
}

std::string bounds(const ParameterSpec& spec) {
    const bool open_above = spec.maximum >= 1e300;
    const bool open_below = spec.minimum <= -1e300;
    if (open_above && open_below) {
        return {};
    }
    if (open_above) {
        return "allowed: at least " + amount(spec, spec.minimum);
    }
    return open_below
               ? "allowed: at most " + amount(spec, spec.maximum)
               : "allowed: " + amount(spec, spec.minimum) + " to " + amount(spec, spec.maximum);
}

std::string expected(const ParameterSpec& spec) {
    constexpr const char* words[] = {"",
                                     "a number",
                                     "a whole number",
                                     "a duration like \"30s\"",
                                     "true or false",
                                     "text in quotes",
                                     "the path of a file in quotes"};
    return words[spec.type];
}

class Resolver {
public:
    Resolver(const LoadedPlugin& plugin, const PluginConfig& written, const Config& config,
             Problems& problems)
        : plugin_(plugin), written_(written), config_(config), problems_(problems) {}

    ResolvedConfig run() {
        for (const SymbolGroup& group : config_.groups) {
            resolved_.groups.push_back(group.name);
        }
        for (const ParameterSpec& spec : plugin_.parameters) {
            resolve(spec);
        }
        report_unknown();
        return std::move(resolved_);
    }

private:
    [[nodiscard]] std::string key(const ParameterSpec& spec) const {
        return section_of(plugin_.kind) + "." + written_.name + "." + spec.name;
    }

    void report(const char* code, const Place& place, std::string message, std::string help) {
        Problem problem;
        problem.code = code;
        problem.message = std::move(message);
        problem.place = place;
        problem.help = std::move(help);
        problem.excerpt = Excerpt::Masked;
        problems_.push_back(std::move(problem));
    }

    void missing(const ParameterSpec& spec, const std::string& group) {
        const std::string unit = spec.unit.empty() ? "" : " (" + spec.unit + ")";
        report("PTL-C019", written_.place,
               key(spec) + " is missing" + (group.empty() ? "" : " for the group " + group) + ": " +
                   spec.description + unit,
               spec.has(PETREL_PARAMETER_SECRET)
                   ? "add " + spec.name + " = { file = \"path\" } or { env = \"NAME\" }"
                   : "add " + spec.name + " = ... (" + expected(spec) + ")");
    }

    void resolve(const ParameterSpec& spec) {
        const auto found = written_.values.find(spec.name);
        ResolvedValue value;
        if (found == written_.values.end()) {
            if (spec.has(PETREL_PARAMETER_REQUIRED)) {
                missing(spec, "");
            }
            value.text = spec.type == PETREL_PARAMETER_FILE ? "" : spec.default_text;
            value.numbers.assign(count(spec), scaled(spec, spec.default_number));
        } else {
            value.place = found->second.place;
            take(spec, found->second, value);
        }
        resolved_.values.emplace(spec.name, std::move(value));
    }

    [[nodiscard]] std::size_t count(const ParameterSpec& spec) const {
        return spec.has(PETREL_PARAMETER_PER_GROUP)
                   ? std::max<std::size_t>(config_.groups.size(), 1)
                   : 1;
    }

    [[nodiscard]] double scaled(const ParameterSpec& spec, double number) const {
        return spec.has(PETREL_PARAMETER_MINIMUM) ? number * config_.minima_scale : number;
    }

    void take(const ParameterSpec& spec, const PluginValue& from, ResolvedValue& value) {
        if (spec.type == PETREL_PARAMETER_TEXT) {
            take_text(spec, from, value);
        } else if (spec.type == PETREL_PARAMETER_FILE) {
            take_file(spec, from, value);
        } else if (from.type == PluginValue::Type::PerGroup &&
                   spec.has(PETREL_PARAMETER_PER_GROUP)) {
            take_groups(spec, from, value);
        } else {
            const double number = checked_number(spec, from, key(spec));
            value.numbers.assign(count(spec), scaled(spec, number));
        }
    }

    void take_text(const ParameterSpec& spec, const PluginValue& from, ResolvedValue& value) {
        if (from.type == PluginValue::Type::Secret) {
            value.is_secret = true;
            value.secret = from.secret;
            return;
        }
        if (spec.has(PETREL_PARAMETER_SECRET)) {
            report("PTL-C014", from.place,
                   key(spec) + " is a secret and must not be written out here",
                   "write { file = \"path\" } or { env = \"NAME\" }, and change the secret");
            return;
        }
        const bool is_text =
            from.type == PluginValue::Type::Text || from.type == PluginValue::Type::Duration;
        // From the environment a number is also what was written.
        const bool loose = from.type != PluginValue::Type::PerGroup && !from.text.empty();
        if (!is_text && !loose) {
            report("PTL-C004", from.place, key(spec) + " has the wrong type",
                   "expected text in quotes");
            return;
        }
        value.text = from.text;
    }

    // Read here, once, so that every instance is made of the same bytes.
    void take_file(const ParameterSpec& spec, const PluginValue& from, ResolvedValue& value) {
        if (from.type != PluginValue::Type::Text || from.text.empty()) {
            report("PTL-C004", from.place, key(spec) + " has the wrong type",
                   "expected " + expected(spec));
            return;
        }
        Result<std::string> text = read_plugin_file(resolved_path(from.text, from.place));
        if (text.ok()) {
            value.text = std::move(text).value();
            return;
        }
        report("PTL-C027", from.place, key(spec) + ": " + text.status().message(),
               "name a file that petrel may read; a relative path counts from the configuration");
    }

    void take_groups(const ParameterSpec& spec, const PluginValue& from, ResolvedValue& value) {
        for (const auto& [group, figure] : from.per_group) {
            if (std::find(resolved_.groups.begin(), resolved_.groups.end(), group) ==
                resolved_.groups.end()) {
                report("PTL-C003", figure.key_place,
                       key(spec) + ": '" + group.substr(0, 60) + "' is no symbol group",
                       did_you_mean(group, resolved_.groups));
            }
        }
        const auto fallback = from.per_group.find(config_.fallback_group);
        for (const std::string& group : resolved_.groups) {
            const auto own = from.per_group.find(group);
            if (own != from.per_group.end()) {
                const double number = checked_number(spec, own->second, key(spec) + "." + group);
                value.numbers.push_back(scaled(spec, number));
            } else if (fallback != from.per_group.end()) {
                value.numbers.push_back(scaled(spec, fallback->second.number));
            } else {
                if (spec.has(PETREL_PARAMETER_REQUIRED)) {
                    missing(spec, group);
                }
                value.numbers.push_back(scaled(spec, spec.default_number));
            }
        }
    }

    double checked_number(const ParameterSpec& spec, const PluginValue& from,
                          const std::string& name) {
        using Type = PluginValue::Type;
        const Type wanted = spec.type == PETREL_PARAMETER_DURATION  ? Type::Duration
                            : spec.type == PETREL_PARAMETER_BOOLEAN ? Type::Boolean
                                                                    : Type::Number;
        if (from.type != wanted) {
            const bool unitless = wanted == Type::Duration && from.type == Type::Number;
            report(unitless ? "PTL-C011" : "PTL-C004", from.place,
                   name + (unitless ? " = " + format_number(from.number) +
                                          " has no unit; write a duration like \"30s\""
                                    : " has the wrong type"),
                   "expected " + expected(spec));
            return spec.default_number;
        }
        const bool fraction = spec.type == PETREL_PARAMETER_INTEGER && std::isfinite(from.number) &&
                              from.number != std::floor(from.number);
        if (fraction) {
            report("PTL-C004", from.place, name + " = " + format_number(from.number),
                   "expected a whole number");
            return spec.default_number;
        }
        const bool bounded = wanted != Type::Boolean;
        if (!std::isfinite(from.number) ||
            (bounded && (from.number < spec.minimum || from.number > spec.maximum))) {
            report("PTL-C005", from.place,
                   name + " = " + amount(spec, from.number) + " is out of bounds", bounds(spec));
            return spec.default_number;
        }
        return from.number;
    }

    void report_unknown() {
        std::vector<std::string> known{"enabled", "plugin"};
        for (const ParameterSpec& spec : plugin_.parameters) {
            known.push_back(spec.name);
        }
        for (const auto& [name, value] : written_.values) {
            if (std::find(known.begin(), known.end(), name) != known.end()) {
                continue;
            }
            std::string help = did_you_mean(name, known);
            if (help.empty()) {
                help = "known keys:";
                for (const std::string& key : known) {
                    help += " " + key;
                }
            }
            report("PTL-C003", value.key_place,
                   "unknown key '" + name.substr(0, 60) + "' in [" + section_of(plugin_.kind) +
                       "." + written_.name + "]",
                   std::move(help));
        }
    }

    const LoadedPlugin& plugin_;
    const PluginConfig& written_;
    const Config& config_;
    Problems& problems_;
    ResolvedConfig resolved_;
};

}  // namespace

ResolvedConfig resolve_plugin_config(const LoadedPlugin& plugin, const PluginConfig& written,
                                     const Config& config, Problems& problems) {
    return Resolver(plugin, written, config, problems).run();
}

}  // namespace petrel::core
