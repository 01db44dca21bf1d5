// [routing], [mute_windows.<name>] and [[inhibitions]]: the tree of routes, read with all its
// mistakes at once. Read after the notifiers, whose names its channels are.
#include <algorithm>
#include <set>

#include "config/closest.hpp"
#include "config/config_sections.hpp"
#include "config/units.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::uint64_t kMinuteMs = 60'000;
constexpr std::uint64_t kDayMs = 24 * 60 * kMinuteMs;
constexpr std::uint32_t kDayMinutes = 24 * 60;
constexpr std::uint32_t kDepthMax = 8;
constexpr std::size_t kRoutesMax = 200;
constexpr std::size_t kStepsMax = 9;

const std::vector<std::string> kSeverityChoices(kSeverityWords.begin(), kSeverityWords.end());
const std::vector<std::string> kDayWords{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
const std::vector<std::string> kFactNames{"type",  "symbol", "coin",    "group",
                                          "venue", "side",   "pattern", "rule"};

bool is_plain_name(const std::string& name) {
    return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

std::uint32_t severity_number(const std::string& word) {
    const auto found = std::find(kSeverityChoices.begin(), kSeverityChoices.end(), word);
    return static_cast<std::uint32_t>(found - kSeverityChoices.begin()) + 1;
}

void texts_into(TableReader& reader, const std::string& key, std::vector<std::string>& out) {
    for (const Node& node : reader.texts(key)) {
        out.push_back(node.text);
    }
}

// What is written replaces what `out` has.
void words_into(TableReader& reader, const std::string& key,
                const std::vector<std::string>& allowed, std::vector<std::string>& out) {
    const std::vector<Node> nodes = reader.texts(key);
    if (!nodes.empty()) {
        out.clear();
    }
    for (const Node& node : nodes) {
        if (std::find(allowed.begin(), allowed.end(), node.text) != allowed.end()) {
            out.push_back(node.text);
            continue;
        }
        const std::string near = did_you_mean(node.text, allowed);
        reader.report(node, "PTL-C007",
                      reader.name_of(key) + " holds '" + node.text.substr(0, 60) +
                          "'; allowed: " + human_list(allowed),
                      near.empty() ? "write one of those" : near);
    }
}

void read_match(TableReader& reader, AlertMatch& match) {
    texts_into(reader, "types", match.types);
    texts_into(reader, "symbols", match.symbols);
    texts_into(reader, "groups", match.groups);
    texts_into(reader, "venues", match.venues);
    words_into(reader, "sides", {"long", "short", "buy", "sell"}, match.sides);
    texts_into(reader, "patterns", match.patterns);
    texts_into(reader, "rules", match.rules);
    std::string severity = kSeverityChoices[match.severity_min - 1];
    reader.choice("severity", kSeverityChoices, severity);
    match.severity_min = severity_number(severity);
    reader.number("score_min", {0, 100}, match.score_min);
}

// Tables of a list, each with its reader; what is no table is reported.
template <typename Take>
void each_table(TableReader& reader, const std::string& key, Problems& problems, Take&& take) {
    const Node* list = reader.any(key);
    if (list == nullptr) {
        return;
    }
    if (list->type != Node::Type::List) {
        reader.report(
            *list, "PTL-C004",
            reader.name_of(key) + " is " + describe(*list) + "; expected a list of tables",
            "write [[" + reader.name_of(key) + "]]");
        return;
    }
    std::size_t number = 0;
    for (const Node& item : list->items) {
        const std::string path = reader.name_of(key) + "[" + std::to_string(++number) + "]";
        if (item.type != Node::Type::Table) {
            reader.report(item, "PTL-C004", path + " is " + describe(item) + "; expected a table",
                          "write [[" + reader.name_of(key) + "]]");
            continue;
        }
        TableReader inner(item, path, problems);
        take(inner);
        inner.finish();
    }
}

class RouteReader {
public:
    RouteReader(Problems& problems, std::vector<std::string> channels)
        : problems_(problems), channels_(std::move(channels)) {}

    void read(TableReader& reader, RouteConfig& route, std::uint32_t depth) {
        read_name(reader, route, depth);
        if (depth > 0) {
            read_match(reader, route.match);
            reader.boolean("continue", route.go_on);
        }
        words_into(reader, "channels", channels_, route.channels);
        texts_into(reader, "mute", route.mute);
        words_into(reader, "by", kFactNames, route.by);
        if (const Node* table = reader.table("throttle")) {
            TableReader inner(*table, reader.name_of("throttle"), problems_);
            route.throttle = {1, 10 * kMinuteMs};
            inner.integer("max", {1, 10'000}, route.throttle.max);
            inner.duration("per", {1'000, kDayMs}, route.throttle.per_ms);
            inner.finish();
        }
        read_escalations(reader, route);
        read_children(reader, route, depth);
    }

private:
    // escalate_after and escalate_to for one step; [[...escalate]] with after and to for several.
    void read_escalations(TableReader& reader, RouteConfig& route) {
        if (reader.node().find("escalate_to") != nullptr ||
            reader.node().find("escalate_after") != nullptr) {
            read_step(reader, {"escalate_after", "escalate_to"}, route);
        }
        each_table(reader, "escalate", problems_, [&](TableReader& inner) {
            if (route.escalate.size() == kStepsMax) {
                inner.report(inner.node(), "PTL-C005", "a route escalates in at most 9 steps",
                             "leave the others out");
            } else {
                read_step(inner, {"after", "to"}, route);
            }
        });
        const bool rising = std::is_sorted(route.escalate.begin(), route.escalate.end(),
                                           [](const EscalationStep& a, const EscalationStep& b) {
                                               return a.after_ms <= b.after_ms;
                                           });
        if (!rising) {
            reader.report(reader.node(), "PTL-C005",
                          "the escalations of route " + route.name + " are not in order of time",
                          "each counts from the alert on: let each be later than the one before");
        }
    }

    struct StepKeys {
        const char* after;
        const char* to;
    };
    void read_step(TableReader& reader, const StepKeys& keys, RouteConfig& route) {
        EscalationStep step{5 * kMinuteMs, {}};
        reader.duration(keys.after, {1'000, kDayMs}, step.after_ms);
        words_into(reader, keys.to, channels_, step.channels);
        if (reader.node().find(keys.to) == nullptr) {
            reader.report(reader.node(), "PTL-C019",
                          "an escalation of route " + route.name + " names no channel",
                          std::string("add ") + keys.to + " = [\"...\"]");
        }
        route.escalate.push_back(std::move(step));
    }

    void read_name(TableReader& reader, RouteConfig& route, std::uint32_t depth) {
        route.name = depth == 0 ? "root" : "route-" + std::to_string(++count_);
        if (depth > 0) {
            reader.text("name", route.name);
        }
        if (!is_plain_name(route.name)) {
            reader.report(*reader.node().find("name"), "PTL-C029",
                          reader.name_of("name") + " is no name of a route",
                          "names are lower case, like big-storms");
        }
        if (!names_.insert(route.name).second) {
            reader.report(reader.node(), "PTL-C029",
                          "two routes are called '" + route.name.substr(0, 60) + "'",
                          "give each route a name of its own");
        }
    }

    void read_children(TableReader& reader, RouteConfig& route, std::uint32_t depth) {
        each_table(reader, "routes", problems_, [&](TableReader& inner) {
            if (depth + 1 > kDepthMax || count_ >= kRoutesMax) {
                inner.report(inner.node(), "PTL-C005",
                             "routes are nested at most 8 deep, and there are at most 200",
                             "use patterns instead of one route a symbol");
                return;
            }
            RouteConfig child;
            read(inner, child, depth + 1);
            route.routes.push_back(std::move(child));
        });
    }

    Problems& problems_;
    std::vector<std::string> channels_;  // that are configured
    std::size_t count_ = 0;
    std::set<std::string> names_;
};

// "22:30" as minutes after midnight; "24:00" is the end of the day.
bool parse_clock(const std::string& text, std::uint32_t& minutes) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
        return false;
    }
    const auto two = [&](std::size_t i) {
        return static_cast<std::uint32_t>((text[i] - '0') * 10 + (text[i + 1] - '0'));
    };
    const std::uint32_t sum = two(0) * 60 + two(3);
    if (two(3) > 59 || sum > kDayMinutes) {
        return false;
    }
    minutes = sum;
    return true;
}

void read_clock(TableReader& reader, const std::string& key, std::uint32_t& minutes) {
    const Node* node = reader.any(key);
    if (node != nullptr && (node->type != Node::Type::Text || !parse_clock(node->text, minutes))) {
        reader.report(*node, "PTL-C004",
                      reader.name_of(key) + " is " + describe(*node) +
                          "; expected a time of day like \"22:30\"",
                      "write hours and minutes, 00:00 to 24:00");
    }
}

void read_mute_window(TableReader& reader, MuteWindowConfig& window) {
    reader.text("time_zone", window.time_zone);
    std::vector<std::string> days = kDayWords;
    words_into(reader, "weekdays", kDayWords, days);
    for (std::size_t i = 0; i < kDayWords.size(); ++i) {
        window.weekdays[i] = std::find(days.begin(), days.end(), kDayWords[i]) != days.end();
    }
    read_clock(reader, "from", window.from_min);
    read_clock(reader, "to", window.to_min);
    std::string severity = kSeverityChoices[window.up_to_severity - 1];
    reader.choice("up_to", kSeverityChoices, severity);
    window.up_to_severity = severity_number(severity);
    reader.boolean("silent", window.silent);
    reader.finish();
}

void read_inhibition(TableReader& reader, Problems& problems, InhibitionConfig& inhibition) {
    const auto read_side = [&](const std::string& key, AlertMatch& match) {
        if (const Node* table = reader.table(key)) {
            TableReader inner(*table, reader.name_of(key), problems);
            read_match(inner, match);
            inner.finish();
        } else if (reader.node().find(key) == nullptr) {
            reader.report(reader.node(), "PTL-C019", reader.name_of(key) + " is missing",
                          "say which alerts are meant: " + key + " = { types = [\"...\"] }");
        }
    };
    read_side("source", inhibition.source);
    read_side("target", inhibition.target);
    words_into(reader, "equal", kFactNames, inhibition.equal);
}

void check_windows(TableReader& root, const RouteConfig& route, const RoutingConfig& routing) {
    std::vector<std::string> names;
    for (const MuteWindowConfig& window : routing.mute_windows) {
        names.push_back(window.name);
    }
    for (const std::string& name : route.mute) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            const Node* at = root.node().find("routing");
            root.report(at == nullptr ? root.node() : *at, "PTL-C029",
                        "route " + route.name + " is muted by '" + name.substr(0, 60) +
                            "', and there is no such window",
                        "add [mute_windows." + name.substr(0, 60) + "]");
        }
    }
    for (const RouteConfig& child : route.routes) {
        check_windows(root, child, routing);
    }
}

}  // namespace

void read_routing(TableReader& root, Problems& problems, Config& config) {
    RoutingConfig& routing = config.routing;
    if (const Node* windows = root.table("mute_windows")) {
        for (const auto& [name, node] : windows->members) {
            if (!is_plain_name(name) || node.type != Node::Type::Table) {
                root.report(node, "PTL-C029",
                            "mute_windows." + name.substr(0, 60) + " is no window",
                            "write a table with a lower-case name, like [mute_windows.nights]");
                continue;
            }
            MuteWindowConfig window;
            window.name = name;
            TableReader reader(node, "mute_windows." + name, problems);
            read_mute_window(reader, window);
            routing.mute_windows.push_back(std::move(window));
        }
    }
    each_table(root, "inhibitions", problems, [&](TableReader& reader) {
        InhibitionConfig inhibition;
        read_inhibition(reader, problems, inhibition);
        routing.inhibitions.push_back(std::move(inhibition));
    });
    routing.root.name = "root";
    if (const Node* table = root.table("routing")) {
        TableReader reader(*table, "routing", problems);
        std::vector<std::string> channels;
        for (const PluginConfig& notifier : config.notifiers) {
            if (notifier.enabled) {
                channels.push_back(notifier.name);
            }
        }
        RouteReader(problems, std::move(channels)).read(reader, routing.root, 0);
        reader.finish();
    }
    check_windows(root, routing.root, routing);
}

}  // namespace petrel::core
