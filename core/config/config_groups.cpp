// Symbols, symbol groups and cooldowns. A symbol belongs to one group: a higher layer takes it from
// a lower one, twice in one layer is a mistake. The group without members is the one for the rest.
#include <algorithm>
#include <set>
#include <tuple>

#include "config/closest.hpp"
#include "config/config_sections.hpp"
#include "config/symbol_name.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::uint64_t kCooldownMaxMs = 7ULL * 86'400'000;

struct Claim {
    std::size_t group;
    Place place;
};

SourceText::Kind kind_of(const Place& place) {
    return place.source == nullptr ? SourceText::Kind::Defaults : place.source->kind;
}

// Names of the groups: the built-in ones first, each layer's in the order of its lines.
std::vector<std::string> ordered_names(const Node& groups, const Node& defaults) {
    const Node* built_in = defaults.find("groups");
    std::vector<std::tuple<SourceText::Kind, std::uint32_t, std::string>> order;
    for (const auto& [name, node] : groups.members) {
        const Node* own = built_in == nullptr ? nullptr : built_in->find(name);
        const Place& place = own == nullptr ? node.key_place : own->key_place;
        order.emplace_back(kind_of(place), place.line, name);
    }
    std::sort(order.begin(), order.end());
    std::vector<std::string> names;
    for (const auto& entry : order) {
        names.push_back(std::get<2>(entry));
    }
    return names;
}

class GroupReader {
public:
    GroupReader(const Node& table, Problems& problems, Config& config)
        : reader_(table, "groups", problems), config_(config) {}

    void read(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            read_group(name);
        }
        reader_.finish();
        settle_claims();
        settle_rest();
    }

private:
    void read_group(const std::string& name) {
        const Node& node = *reader_.node().find(name);
        if (!is_upper_snake(name)) {
            reader_.report(node, "PTL-C010",
                           "group name '" + name.substr(0, 60) + "' is not allowed",
                           "write it in capitals, like LARGE_CAP");
        }
        const std::size_t index = config_.groups.size();
        config_.groups.push_back({name, {}});
        const std::vector<Node> members = reader_.texts(name);
        if (members.empty()) {
            (node.type == Node::Type::List ? rest_ : broken_).push_back(name);
        }
        for (const Node& member : members) {
            const Result<std::string> symbol = canonical_symbol(member.text);
            if (symbol.ok()) {
                claim(symbol.value(), {index, member.place});
            } else {
                reader_.report(member, "PTL-C008",
                               "groups." + name + ": " + symbol.status().message(), "not a symbol");
            }
        }
    }

    void claim(const std::string& symbol, const Claim& claim) {
        const auto [at, added] = claims_.try_emplace(symbol, claim);
        if (added) {
            order_.push_back(symbol);
            return;
        }
        Claim& first = at->second;
        if (kind_of(first.place) == kind_of(claim.place)) {
            Node where;
            where.place = claim.place;
            reader_.report(where, "PTL-C009",
                           short_symbol(symbol) + " is in " + config_.groups[first.group].name +
                               " (" + origin_of(first.place) + ") and again in " +
                               config_.groups[claim.group].name,
                           "keep it in one group");
        } else if (kind_of(first.place) < kind_of(claim.place)) {
            first = claim;
        }
    }

    void settle_claims() {
        for (const std::string& symbol : order_) {
            config_.groups[claims_.at(symbol).group].symbols.push_back(symbol);
        }
    }

    // Exactly one group takes the rest, and it stands last.
    void settle_rest() {
        if (rest_.size() != 1 && broken_.empty()) {
            const auto later = std::max_element(rest_.begin(), rest_.end(),
                                                [&](const std::string& x, const std::string& y) {
                                                    return kind_of(reader_.node().find(x)->place) <
                                                           kind_of(reader_.node().find(y)->place);
                                                });
            const Node* at = rest_.empty() ? &reader_.node() : reader_.node().find(*later);
            reader_.report(*at, "PTL-C010",
                           rest_.empty() ? "no group takes the symbols that no group names"
                                         : rest_.back() + " and " + rest_.front() +
                                               " both have an empty list; one group takes the rest",
                           rest_.empty() ? "add a group with an empty list, like OTHERS = []"
                                         : "name its members");
            return;
        }
        if (!rest_.empty()) {
            const auto at =
                std::find_if(config_.groups.begin(), config_.groups.end(),
                             [&](const SymbolGroup& group) { return group.name == rest_[0]; });
            std::rotate(at, at + 1, config_.groups.end());
        }
    }

    TableReader reader_;
    Config& config_;
    std::map<std::string, Claim> claims_;
    std::vector<std::string> order_;   // symbols as they came
    std::vector<std::string> rest_;    // groups with an empty list
    std::vector<std::string> broken_;  // groups whose members could not be read
};

}  // namespace

bool is_upper_snake(const std::string& text) {
    return !text.empty() && text.size() <= 32 && text[0] >= 'A' && text[0] <= 'Z' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
           });
}

std::vector<std::string> read_symbol_list(TableReader& reader, const std::string& key) {
    std::vector<std::string> symbols;
    std::set<std::string> seen;
    for (const Node& node : reader.texts(key)) {
        const Result<std::string> symbol = canonical_symbol(node.text);
        if (!symbol.ok()) {
            reader.report(node, "PTL-C008", reader.name_of(key) + ": " + symbol.status().message(),
                          "not a symbol");
        } else if (seen.insert(symbol.value()).second) {
            symbols.push_back(symbol.value());
        }
    }
    return symbols;
}

void read_symbols(TableReader& root, Config& config) {
    config.symbols = read_symbol_list(root, "symbols");
}

void read_groups(TableReader& root, const Node& defaults, Problems& problems, Config& config) {
    const Node* table = root.table("groups");
    if (table != nullptr) {
        GroupReader(*table, problems, config).read(ordered_names(*table, defaults));
    }
    root.text("fallback_group", config.fallback_group);
    std::vector<std::string> names;
    for (const SymbolGroup& group : config.groups) {
        names.push_back(group.name);
    }
    const Node* node = root.node().find("fallback_group");
    if (node == nullptr || std::count(names.begin(), names.end(), config.fallback_group) > 0) {
        return;
    }
    const std::string near = did_you_mean(config.fallback_group, names);
    root.report(*node, "PTL-C010",
                "fallback_group '" + config.fallback_group.substr(0, 60) +
                    "' is no group; groups: " + human_list(names),
                near);
}

void read_cooldowns(TableReader& root, const Node& defaults, Problems& problems, Config& config) {
    const Node* table = root.table("cooldowns");
    if (table == nullptr) {
        return;
    }
    std::vector<std::string> usual;
    if (const Node* built_in = defaults.find("cooldowns")) {
        for (const auto& [type, node] : built_in->members) {
            usual.push_back(type);
        }
    }
    TableReader reader(*table, "cooldowns", problems);
    for (const auto& [type, node] : table->members) {
        std::uint64_t ms = 0;
        reader.duration(type, {0, kCooldownMaxMs}, ms);
        config.cooldown_ms[type] = ms;
        const std::string near = did_you_mean(type, usual);
        const bool known = std::find(usual.begin(), usual.end(), type) != usual.end();
        if (known || (is_upper_snake(type) && near.empty())) {
            continue;
        }
        Problem problem;
        problem.severity = is_upper_snake(type) ? Severity::Warning : Severity::Error;
        problem.code = "PTL-C013";
        problem.message = "'" + type.substr(0, 60) + "' is no alert type of petrel's own";
        problem.place = node.key_place;
        problem.help = near.empty() ? "alert types are in capitals, like LIQ_STORM" : near;
        problems.push_back(std::move(problem));
    }
}

}  // namespace petrel::core
