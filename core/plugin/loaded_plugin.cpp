// Reads a plugin's entry: sizes before fields, bounds before copies. What is wrong here is a fault
// of the plugin's author, and the message says so.
#include "plugin/loaded_plugin.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "petrel/types.hpp"
#include "plugin/plugin_guard.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kParametersMax = 256;
constexpr std::uint64_t kTextMax = 1024;

bool is_name(const std::string& name) {
    return !name.empty() && name.size() <= 32 && name[0] >= 'a' && name[0] <= 'z' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

std::string bounded_text(petrel_text text) {
    std::string out(view_of({text.data, std::min(text.length, kTextMax)}));
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return out;
}

Result<ParameterSpec> read_parameter(const petrel_parameter& from) {
    ParameterSpec spec;
    spec.type = from.type;
    spec.flags = from.flags;
    spec.name = bounded_text(from.name);
    spec.unit = bounded_text(from.unit);
    spec.description = bounded_text(from.description);
    spec.minimum = from.minimum;
    spec.maximum = from.maximum;
    spec.default_number = from.default_number;
    spec.default_text = bounded_text(from.default_text);
    if (!is_name(spec.name)) {
        return Status::invalid("declares a parameter whose name is not in lower case");
    }
    if (spec.type < PETREL_PARAMETER_NUMBER || spec.type > PETREL_PARAMETER_FILE) {
        return Status::invalid("declares the parameter " + spec.name + " of the unknown type " +
                               std::to_string(spec.type));
    }
    const bool file = spec.type == PETREL_PARAMETER_FILE;
    const bool text = spec.type == PETREL_PARAMETER_TEXT || file;
    if ((text && spec.has(PETREL_PARAMETER_PER_GROUP)) ||
        ((!text || file) && spec.has(PETREL_PARAMETER_SECRET))) {
        return Status::invalid("declares the parameter " + spec.name +
                               " with a flag that its type cannot have");
    }
    if (!text && !(spec.minimum <= spec.maximum)) {
        return Status::invalid("declares the parameter " + spec.name +
                               " with a minimum above its maximum");
    }
    return spec;
}

Result<std::vector<ParameterSpec>> read_parameters(const petrel_plugin_entry& entry) {
    std::vector<ParameterSpec> specs;
    if (entry.parameter_count == 0) {
        return specs;
    }
    if (entry.parameter_count > kParametersMax || entry.parameters == nullptr) {
        return Status::invalid("declares " + std::to_string(entry.parameter_count) +
                               " parameters; at most " + std::to_string(kParametersMax));
    }
    const std::size_t stride = entry.parameters->size;
    if (stride < sizeof(petrel_parameter) || stride % alignof(petrel_parameter) != 0) {
        return Status::invalid("declares parameters of the impossible size " +
                               std::to_string(stride));
    }
    std::set<std::string> names;
    const auto* bytes = reinterpret_cast<const unsigned char*>(entry.parameters);
    for (std::uint32_t i = 0; i < entry.parameter_count; ++i) {
        const auto* from = reinterpret_cast<const petrel_parameter*>(bytes + i * stride);
        Result<ParameterSpec> spec = read_parameter(*from);
        if (!spec.ok()) {
            return spec.status();
        }
        if (!names.insert(spec->name).second) {
            return Status::invalid("declares the parameter " + spec->name + " twice");
        }
        specs.push_back(std::move(spec).value());
    }
    return specs;
}

bool complete(const petrel_exchange& t) {
    return PETREL_HAS(&t, petrel_exchange, on_open) && t.info != nullptr && t.create != nullptr &&
           t.destroy != nullptr && t.discover != nullptr && t.plan != nullptr &&
           t.on_frame != nullptr && t.on_reply != nullptr && t.on_open != nullptr;
}

bool complete(const petrel_detector& t) {
    const bool saves = PETREL_HAS(&t, petrel_detector, save_state) && t.save_state != nullptr;
    const bool loads = PETREL_HAS(&t, petrel_detector, load_state) && t.load_state != nullptr;
    return PETREL_HAS(&t, petrel_detector, on_events) && t.finding_types != nullptr &&
           t.create != nullptr && t.destroy != nullptr && t.interests != nullptr &&
           t.on_events != nullptr && saves == loads;
}

bool complete(const petrel_notifier& t) {
    const bool http = t.build != nullptr && t.read_reply != nullptr;
    const bool asks = PETREL_HAS(&t, petrel_notifier, build_poll) && t.build_poll != nullptr;
    const bool reads = PETREL_HAS(&t, petrel_notifier, read_poll) && t.read_poll != nullptr;
    return PETREL_HAS(&t, petrel_notifier, deliver) && t.create != nullptr &&
           t.destroy != nullptr && t.limits != nullptr && (http || t.deliver != nullptr) &&
           asks == reads && (http || !asks);
}

bool complete(const petrel_voter& t) {
    return PETREL_HAS(&t, petrel_voter, vote) && t.create != nullptr && t.destroy != nullptr &&
           t.inputs != nullptr && t.vote != nullptr;
}

struct KindFacts {
    std::uint32_t number;
    PluginKind kind;
    const char* interface_id;
    bool (*complete)(const void* table);
};

constexpr KindFacts kKinds[] = {
    {PETREL_KIND_EXCHANGE, PluginKind::Exchange, PETREL_EXCHANGE_INTERFACE,
     [](const void* table) { return complete(*static_cast<const petrel_exchange*>(table)); }},
    {PETREL_KIND_DETECTOR, PluginKind::Detector, PETREL_DETECTOR_INTERFACE,
     [](const void* table) { return complete(*static_cast<const petrel_detector*>(table)); }},
    {PETREL_KIND_NOTIFIER, PluginKind::Notifier, PETREL_NOTIFIER_INTERFACE,
     [](const void* table) { return complete(*static_cast<const petrel_notifier*>(table)); }},
    {PETREL_KIND_VOTER, PluginKind::Voter, PETREL_VOTER_INTERFACE,
     [](const void* table) { return complete(*static_cast<const petrel_voter*>(table)); }},
};

// The kind's function table, or why there is none.
Result<const void*> find_table(const petrel_plugin_entry& entry, const KindFacts& kind) {
    const void* table = nullptr;
    const Status asked = guarded("interface_of", [&]() -> Status {
        if (entry.interface_of != nullptr) {
            table = entry.interface_of(text_of(kind.interface_id));
        }
        return {};
    });
    if (!asked.ok()) {
        return Status::invalid("failed when asked for its interface: " + asked.message());
    }
    if (table == nullptr) {
        return Status::invalid(std::string("offers no interface ") + kind.interface_id);
    }
    if (!kind.complete(table)) {
        return Status::invalid(std::string("offers an incomplete interface ") + kind.interface_id +
                               " (too small, or a function is missing)");
    }
    if (kind.kind == PluginKind::Exchange) {
        const petrel_exchange_info* info = nullptr;
        const Status told = guarded("info", [&]() -> Status {
            info = static_cast<const petrel_exchange*>(table)->info();
            return {};
        });
        if (!told.ok() || info == nullptr) {
            return Status::invalid("tells nothing of its venue: info() " +
                                   (told.ok() ? std::string("gives null") : told.message()));
        }
    }
    return table;
}

std::string defaults_beside(const std::string& path) {
    const std::filesystem::path file = std::filesystem::path(path).replace_extension(".toml");
    std::error_code error;
    return std::filesystem::is_regular_file(file, error) ? file.string() : std::string();
}

Result<LoadedPlugin> describe(const PluginLibrary& library) {
    const petrel_plugin_entry& entry = library.entry();
    if (entry.size < sizeof(petrel_plugin_entry)) {
        return Status::invalid("describes itself in " + std::to_string(entry.size) +
                               " bytes; an entry of ABI 1.0 has " +
                               std::to_string(sizeof(petrel_plugin_entry)));
    }
    const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                    [&](const KindFacts& k) { return k.number == entry.kind; });
    if (kind == std::end(kKinds)) {
        return Status::invalid("is of the unknown kind " + std::to_string(entry.kind));
    }
    LoadedPlugin plugin;
    plugin.kind = kind->kind;
    plugin.name = bounded_text(entry.name);
    if (!is_name(plugin.name)) {
        return Status::invalid("calls itself '" + plugin.name +
                               "'; a name is lower case, digits and _, at most 32 letters");
    }
    Result<std::vector<ParameterSpec>> parameters = read_parameters(entry);
    if (!parameters.ok()) {
        return parameters.status();
    }
    const Result<const void*> table = find_table(entry, *kind);
    if (!table.ok()) {
        return table.status();
    }
    plugin.parameters = std::move(parameters).value();
    plugin.table = *table;
    plugin.version = bounded_text(entry.version);
    plugin.author = bounded_text(entry.author);
    plugin.description = bounded_text(entry.description);
    plugin.path = library.path();
    plugin.hash = library.hash();
    plugin.abi = library.abi();
    plugin.defaults_file = defaults_beside(library.path());
    return plugin;
}

}  // namespace

std::string kind_word(PluginKind kind) {
    constexpr const char* words[] = {"exchange", "detector", "notifier", "voter"};
    return words[static_cast<std::size_t>(kind)];
}

std::string section_of(PluginKind kind) { return kind_word(kind) + "s"; }

std::optional<LoadedPlugin> describe_plugin(const PluginLibrary& library, Problems& problems) {
    Result<LoadedPlugin> plugin = describe(library);
    if (!plugin.ok()) {
        problems.push_back(plugin_refusal("PTL-P007", library.path(), plugin.status().message(),
                                          "Ask its author for a repair"));
        return std::nullopt;
    }
    return std::move(plugin).value();
}

}  // namespace petrel::core
