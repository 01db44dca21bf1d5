// Values outside a file are read as TOML where they are TOML ("2", "true", "[...]") and as plain
// text otherwise, so that nobody has to quote twice. Loading thread.
#include "config/setting_layer.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "config/config.hpp"
#include "config/toml_reader.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kDepthMax = 6;

enum class Letters : std::uint8_t { Lower, Upper };

std::string folded(std::string_view text, Letters letters) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [letters](unsigned char c) {
        return static_cast<char>(letters == Letters::Upper ? std::toupper(c) : std::tolower(c));
    });
    return out;
}

// Every node of the value points at the variable or setting: it has no lines.
void relabel(Node& node, const Place& place) {
    node.place = place;
    node.key_place = place;
    for (Node& item : node.items) {
        relabel(item, place);
    }
    for (auto& [key, member] : node.members) {
        relabel(member, place);
    }
}

Node value_node(const std::string& text, const Place& place) {
    Problems ignored;
    Node parsed = read_toml("v = " + text, SourceLabel{}, ignored);
    Node node;
    if (ignored.empty() && parsed.members.size() == 1) {
        node = std::move(parsed.members.begin()->second);
    } else {
        node.type = Node::Type::Text;
        node.text = text;
    }
    if (node.type != Node::Type::Text && node.type != Node::Type::Table) {
        node.text = text;
    }
    relabel(node, place);
    return node;
}

void put(Node& root, const std::vector<std::string>& path, Node value) {
    Node* at = &root;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
        Node& next = at->members[path[i]];
        if (next.type != Node::Type::Table) {
            next = Node();
        }
        next.place = value.place;
        next.key_place = value.place;
        at = &next;
    }
    at->members[path.back()] = std::move(value);
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + separator.size());
    }
}

// The spelling of a segment that a lower layer uses, or the usual one.
std::string spelled(const std::string& segment, const Node* table, Letters usual) {
    if (table != nullptr) {
        const std::string lower = folded(segment, Letters::Lower);
        for (const auto& [key, member] : table->members) {
            if (folded(key, Letters::Lower) == lower) {
                return key;
            }
        }
    }
    return folded(segment, usual);
}

std::vector<std::string> environment_path(std::string_view name, const Node& lower) {
    std::vector<std::string> path;
    const Node* table = &lower;
    for (const std::string& segment : split(name, "__")) {
        const bool named_by_people =
            path.size() == 1 && (path[0] == "groups" || path[0] == "cooldowns");
        const bool upper = named_by_people || path.size() == 3;
        path.push_back(spelled(segment, table, upper ? Letters::Upper : Letters::Lower));
        table = table == nullptr ? nullptr : table->find(path.back());
    }
    return path;
}

bool is_path(const std::vector<std::string>& path) {
    return path.size() <= kDepthMax &&
           std::none_of(path.begin(), path.end(), [](const std::string& s) { return s.empty(); });
}

Place place_of(SourceText::Kind kind, std::string name) {
    auto source = std::make_shared<SourceText>();
    source->kind = kind;
    source->name = std::move(name);
    return Place{source, 0, 0, 0};
}

}  // namespace

Node environment_layer(const std::map<std::string, std::string>& environment, const Node& lower) {
    Node root;
    for (const auto& [name, text] : environment) {
        if (!name.starts_with(kEnvironmentPrefix) || name == "PETREL_CONFIG" ||
            name == kPassphraseVariable) {
            continue;
        }
        const std::vector<std::string> path =
            environment_path(std::string_view(name).substr(kEnvironmentPrefix.size()), lower);
        if (is_path(path)) {
            const Place place =
                place_of(SourceText::Kind::Environment, "environment variable " + name);
            put(root, path, value_node(text, place));
        }
    }
    return root;
}

Node setting_layer(const std::vector<std::string>& settings, Problems& problems) {
    Node root;
    for (const std::string& setting : settings) {
        const std::size_t equals = setting.find('=');
        const std::string key = setting.substr(0, equals);
        const std::vector<std::string> path = split(key, ".");
        const Place place = place_of(SourceText::Kind::Setting, "--set " + key);
        if (equals == std::string::npos || !is_path(path)) {
            Problem problem;
            problem.code = "PTL-C016";
            problem.message = "--set needs key=value, with dots between the parts of the key";
            problem.place = place;
            problem.help = "for example --set engine.shards=2";
            problems.push_back(std::move(problem));
            continue;
        }
        put(root, path, value_node(setting.substr(equals + 1), place));
    }
    return root;
}

}  // namespace petrel::core
