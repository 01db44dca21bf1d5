// The tree is walked once; what came of each route becomes choices of channels. A channel that two
// routes name gets the alert once: the first that lets it through wins.
#include "routing/router.hpp"

#include <algorithm>

#include "petrel/types.hpp"
#include "routing/alert_match.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kKeysMax = 10'000;

std::string key_of(const RouteConfig& route, const AlertFacts& facts) {
    std::string key = route.name;
    for (const std::string& field : route.by) {
        key += '|';
        key += fact_of(facts, field).value_or("");
    }
    return key;
}

std::string mute_words(const MuteWindow& window, std::int64_t ends_ns) {
    const MuteWindowConfig& config = window.config();
    return "muted by " + config.name + " until " + clock_at(ends_ns, config.time_zone) + " " +
           config.time_zone;
}

ChannelChoice* find_channel(RoutingDecision& decision, const std::string& channel) {
    const auto found = std::find_if(decision.choices.begin(), decision.choices.end(),
                                    [&](const auto& choice) { return choice.channel == channel; });
    return found == decision.choices.end() ? nullptr : &*found;
}

void add_choice(RoutingDecision& decision, ChannelChoice choice) {
    ChannelChoice* known = find_channel(decision, choice.channel);
    if (known == nullptr) {
        decision.choices.push_back(std::move(choice));
    } else if (!known->send && choice.send) {
        *known = std::move(choice);
    }
}

// Two routes may escalate to one channel: a step goes there once.
void add_escalations(const RouteConfig& route, RoutingDecision& decision) {
    std::uint32_t number = 0;
    for (const EscalationStep& step : route.escalate) {
        ++number;
        for (const std::string& channel : step.channels) {
            const bool known = std::any_of(
                decision.escalations.begin(), decision.escalations.end(), [&](const auto& other) {
                    return other.channel == channel && other.step == number;
                });
            if (!known) {
                decision.escalations.push_back({channel, route.name, number, step.after_ms});
            }
        }
    }
}

// A route without channels has those of the one above.
const std::vector<std::string>* find_channels(const RouteConfig& route,
                                              const std::vector<std::string>& above,
                                              const std::string& name) {
    const std::vector<std::string>& own = route.channels.empty() ? above : route.channels;
    if (route.name == name) {
        return &own;
    }
    for (const RouteConfig& child : route.routes) {
        if (const auto* found = find_channels(child, own, name)) {
            return found;
        }
    }
    return nullptr;
}

void add_windows(const RouteConfig& route, std::vector<std::string>& names) {
    names.insert(names.end(), route.mute.begin(), route.mute.end());
    for (const RouteConfig& child : route.routes) {
        add_windows(child, names);
    }
}

}  // namespace

Result<Router> Router::make(RoutingConfig config, std::vector<std::string> channels) {
    std::map<std::string, MuteWindow> windows;
    for (const MuteWindowConfig& window : config.mute_windows) {
        Result<MuteWindow> made = MuteWindow::make(window);
        if (!made.ok()) {
            return made.status();
        }
        windows.emplace(window.name, std::move(*made));
    }
    std::vector<std::string> named;
    add_windows(config.root, named);
    for (const std::string& name : named) {
        if (!windows.contains(name)) {
            return Status::invalid("a route names the mute window '" + name +
                                   "', which is not there. Add [mute_windows." + name + "]");
        }
    }
    return Router(std::make_shared<const RoutingConfig>(std::move(config)), std::move(channels),
                  std::move(windows));
}

Router::Router(std::shared_ptr<const RoutingConfig> config, std::vector<std::string> channels,
               std::map<std::string, MuteWindow> windows)
    : config_(std::move(config)), channels_(std::move(channels)), windows_(std::move(windows)) {}

bool Router::walk(const RouteConfig& route, const Way& above, const AlertFacts& facts,
                  std::vector<Way>& ways, std::vector<RouteNote>& notes,
                  std::uint32_t depth) const {
    std::string why_not = mismatch(route.match, facts);
    const bool taken = why_not.empty();
    notes.push_back({route.name, depth, taken, std::move(why_not)});
    if (!taken) {
        return false;
    }
    const Way way{&route, route.channels.empty() ? above.channels : &route.channels};
    bool below = false;
    for (const RouteConfig& child : route.routes) {
        if (walk(child, way, facts, ways, notes, depth + 1)) {
            below = true;
            if (!child.go_on) {
                break;
            }
        }
    }
    if (!below) {
        ways.push_back(way);
    }
    return true;
}

std::string Router::inhibited(const AlertFacts& facts, std::span<const AlertFacts> active) const {
    for (const InhibitionConfig& inhibition : config_->inhibitions) {
        if (!matches(inhibition.target, facts) || matches(inhibition.source, facts)) {
            continue;
        }
        for (const AlertFacts& other : active) {
            const bool same = std::all_of(
                inhibition.equal.begin(), inhibition.equal.end(),
                [&](const std::string& f) { return fact_of(other, f) == fact_of(facts, f); });
            if (other.id != facts.id && same && matches(inhibition.source, other)) {
                return "inhibited by " + other.id + " (" + other.type + " " + other.symbol + ")";
            }
        }
    }
    return {};
}

const std::vector<std::string>* Router::channels_of(const std::string& route) const {
    return find_channels(config_->root, channels_, route);
}

std::string Router::throttled(const RouteConfig& route, const std::string& key,
                              std::int64_t now_ns) const {
    const auto found = passed_.find(key);
    if (route.throttle.max == 0 || found == passed_.end()) {
        return {};
    }
    const auto since_ns = now_ns - static_cast<std::int64_t>(route.throttle.per_ms) * kNsPerMs;
    const auto recent = std::count_if(found->second.begin(), found->second.end(),
                                      [&](std::int64_t at_ns) { return at_ns > since_ns; });
    if (recent < static_cast<std::ptrdiff_t>(route.throttle.max)) {
        return {};
    }
    return "throttled: " + std::to_string(recent) + " in the last " +
           human_fixed(static_cast<double>(route.throttle.per_ms) / 1e3, 0) +
           " s, the most of route " + route.name + " is " + std::to_string(route.throttle.max);
}

void Router::choose(const Way& way, const AlertFacts& facts, std::int64_t now_ns,
                    const std::string& held_for, RoutingDecision& decision) const {
    const RouteConfig& route = *way.route;
    const std::string key = key_of(route, facts);
    ChannelChoice choice;
    choice.route = route.name;
    choice.reason = held_for;
    for (const std::string& name : route.mute) {
        const MuteWindow& window = windows_.at(name);
        const std::int64_t ends_ns = window.ends_ns(now_ns);
        if (ends_ns == 0 || facts.severity > window.config().up_to_severity) {
            continue;
        }
        choice.silent = choice.silent || window.config().silent;
        if (!window.config().silent && choice.reason.empty()) {
            choice.reason = mute_words(window, ends_ns);
        }
    }
    if (choice.reason.empty()) {
        choice.reason = throttled(route, key, now_ns);
        choice.throttled = !choice.reason.empty();
    }
    choice.send = choice.reason.empty();
    choice.throttle_key = route.throttle.max > 0 ? key : "";
    for (const std::string& channel : *way.channels) {
        choice.channel = channel;
        add_choice(decision, choice);
    }
    if (choice.send) {
        add_escalations(route, decision);
    }
}

RoutingDecision Router::decide(const AlertFacts& facts, std::int64_t now_ns,
                               std::span<const Silence> silences,
                               std::span<const AlertFacts> active) const {
    RoutingDecision decision;
    std::vector<Way> ways;
    walk(config_->root, {nullptr, &channels_}, facts, ways, decision.notes, 0);
    std::string held_for = inhibited(facts, active);
    const Silence* silence = held_for.empty() ? silence_of(facts, now_ns, silences) : nullptr;
    if (silence != nullptr) {
        decision.silenced_by = silence->id;
        held_for = silence_words(*silence);
    }
    for (const Way& way : ways) {
        choose(way, facts, now_ns, held_for, decision);
    }
    return decision;
}

void Router::count(const RoutingDecision& decision, std::int64_t now_ns) {
    constexpr std::size_t times_max = 10'000;  // the most that a throttle may allow
    std::vector<std::string> counted;
    for (const ChannelChoice& choice : decision.choices) {
        const std::string& key = choice.throttle_key;
        if (!choice.send || key.empty() ||
            std::find(counted.begin(), counted.end(), key) != counted.end()) {
            continue;  // an alert counts once, to however many channels it goes
        }
        counted.push_back(key);
        if (passed_.size() >= kKeysMax && !passed_.contains(key)) {
            const auto oldest = std::min_element(
                passed_.begin(), passed_.end(),
                [](const auto& x, const auto& y) { return x.second.back() < y.second.back(); });
            passed_.erase(oldest);
        }
        std::deque<std::int64_t>& times = passed_[key];
        times.push_back(now_ns);
        if (times.size() > times_max) {
            times.pop_front();
        }
    }
}

}  // namespace petrel::core
