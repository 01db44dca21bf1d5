// Gives each value the type it was written in; whether that is the right one only the plugin's
// declared parameters say.
#include "config/plugin_values.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/toml_reader.hpp"
#include "config/units.hpp"

namespace petrel::core {
namespace {

void take_text(const Node& node, PluginValue& value) {
    value.text = node.text;
    if (const auto ms = parse_duration_ms(node.text)) {
        value.type = PluginValue::Type::Duration;
        value.number = static_cast<double>(*ms);
    } else {
        value.type = PluginValue::Type::Text;
    }
}

// False for a table or list.
bool take_scalar(const Node& node, PluginValue& value) {
    value.place = node.place;
    value.key_place = node.key_place;
    switch (node.type) {
        case Node::Type::Integer:
        case Node::Type::Number:
            value.type = PluginValue::Type::Number;
            value.number = node.number;
            value.text = node.text;
            return true;
        case Node::Type::Boolean:
            value.type = PluginValue::Type::Boolean;
            value.number = node.boolean ? 1 : 0;
            value.text = node.text;
            return true;
        case Node::Type::Text:
            take_text(node, value);
            return true;
        case Node::Type::Table:
        case Node::Type::List:
        case Node::Type::Other:
            break;
    }
    return false;
}

bool is_reference(const Node& node) {
    return node.find("file") != nullptr || node.find("env") != nullptr ||
           node.find("store") != nullptr;
}

}  // namespace

bool read_secret_reference(TableReader& reader, const std::string& key, SecretReference& secret) {
    const Node& node = *reader.node().find(key);
    struct Named {
        const char* key;
        SecretReference::Source source;
    };
    const Node* named = nullptr;
    for (const Named& place : {Named{"file", SecretReference::Source::File},
                               Named{"env", SecretReference::Source::Environment},
                               Named{"store", SecretReference::Source::Store}}) {
        if (const Node* found = node.find(place.key); found != nullptr) {
            named = found;
            secret.source = place.source;
        }
    }
    if (node.type != Node::Type::Table || node.members.size() != 1 || named == nullptr ||
        named->type != Node::Type::Text || named->text.empty() ||
        named->text.find('\0') != std::string::npos) {
        reader.report(node, "PTL-C015",
                      reader.name_of(key) + " must refer to one place where the secret is kept",
                      "write { file = \"path\" }, { env = \"NAME\" } or { store = \"name\" }");
        return false;
    }
    secret.name = secret.source == SecretReference::Source::File
                      ? resolved_path(named->text, named->place)
                      : named->text;
    return true;
}

namespace {

bool take_groups(TableReader& reader, const std::string& key, PluginValue& value) {
    const Node& node = *reader.node().find(key);
    value.type = PluginValue::Type::PerGroup;
    bool all = true;
    for (const auto& [group, member] : node.members) {
        PluginValue figure;
        if (take_scalar(member, figure)) {
            value.per_group.emplace(group, std::move(figure));
        } else {
            reader.report(member, "PTL-C004",
                          reader.name_of(key) + "." + group + " is " + describe(member) +
                              "; expected one value a group",
                          "expected a number");
            all = false;
        }
    }
    return all;
}

}  // namespace

void read_values(TableReader& reader, const std::vector<std::string>& own_keys,
                 PluginConfig& plugin) {
    for (const auto& [key, node] : reader.node().members) {
        if (std::find(own_keys.begin(), own_keys.end(), key) != own_keys.end()) {
            continue;
        }
        PluginValue value;
        value.place = node.place;
        value.key_place = node.key_place;
        bool taken = false;
        if (node.type == Node::Type::Table) {
            taken = is_reference(node) ? read_secret_reference(reader, key, value.secret)
                                       : take_groups(reader, key, value);
            value.type = is_reference(node) ? PluginValue::Type::Secret : value.type;
        } else {
            taken = take_scalar(node, value);
            if (!taken) {
                reader.report(node, "PTL-C004", reader.name_of(key) + " is " + describe(node),
                              "expected a number, text, true, false or { GROUP = value }");
            }
        }
        if (taken) {
            plugin.values.emplace(key, std::move(value));
        }
    }
}

Node read_plugin_defaults(const std::string& file, Problems& problems) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
        Problem problem;
        problem.severity = Severity::Warning;
        problem.code = "PTL-C001";
        problem.message = file + " with a plugin's defaults cannot be read";
        problem.help = "check its permissions";
        problems.push_back(std::move(problem));
        return Node();
    }
    const std::filesystem::path path(file);
    return read_toml(text.str(),
                     {SourceText::Kind::PluginDefaults, file, path.parent_path().string()},
                     problems);
}

}  // namespace petrel::core
