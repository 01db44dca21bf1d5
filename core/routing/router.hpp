// Decides to which channels an alert goes, and why it does not go to the others.
//
// In this order: an inhibition or a silence holds the alert back everywhere; the tree of routes
// names channels; each route's mute windows and throttle hold back what came through it. What is
// held back keeps a choice with its reason, so that nothing is lost without a record. Owned by the
// delivery thread; the time is passed in.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/routing_config.hpp"
#include "petrel/result.hpp"
#include "routing/alert_facts.hpp"
#include "routing/mute_window.hpp"
#include "routing/silence.hpp"

namespace petrel::core {

// One channel for one alert.
struct ChannelChoice {
    std::string channel;
    std::string route;         // by its name
    bool send = true;          // false: held back for `reason`
    std::string reason;        // "silenced by sil-7f3a92: maintenance"
    bool silent = false;       // without a sound
    std::string throttle_key;  // what counts it; empty: nothing does
    bool throttled = false;    // held back for the route's throttle alone
};

// One channel for an alert that nobody has acknowledged until then.
struct EscalationChoice {
    std::string channel;
    std::string route;
    std::uint32_t step = 1;  // 1 to 9
    std::uint64_t after_ms = 0;
};

// One route and what it made of an alert, for an explanation.
struct RouteNote {
    std::string route;
    std::uint32_t depth = 0;
    bool taken = false;
    std::string why_not;  // empty when taken
};

struct RoutingDecision {
    std::vector<ChannelChoice> choices;           // one a channel at most
    std::vector<RouteNote> notes;                 // in the order in which routes were looked at
    std::string silenced_by{};                    // id of the silence that holds it
    std::vector<EscalationChoice> escalations{};  // of routes that let it through
};

class Router {
public:
    // `channels` are all that are configured. Fails for an unknown time zone.
    static Result<Router> make(RoutingConfig config, std::vector<std::string> channels);

    // `active` are the alerts whose signals are active now, for inhibitions. Changes nothing, so
    // that it also answers where an alert would go.
    [[nodiscard]] RoutingDecision decide(const AlertFacts& facts, std::int64_t now_ns,
                                         std::span<const Silence> silences,
                                         std::span<const AlertFacts> active) const;
    // The alert is on its way: throttles take it into account from here on.
    void count(const RoutingDecision& decision, std::int64_t now_ns);

    // Channels of the route with that name; null when there is none.
    [[nodiscard]] const std::vector<std::string>* channels_of(const std::string& route) const;
    [[nodiscard]] const std::vector<std::string>& channels() const { return channels_; }

private:
    struct Way {  // what a route makes of an alert that came to it
        const RouteConfig* route = nullptr;
        const std::vector<std::string>* channels = nullptr;
    };

    Router(std::shared_ptr<const RoutingConfig> config, std::vector<std::string> channels,
           std::map<std::string, MuteWindow> windows);
    bool walk(const RouteConfig& route, const Way& above, const AlertFacts& facts,
              std::vector<Way>& ways, std::vector<RouteNote>& notes, std::uint32_t depth) const;
    void choose(const Way& way, const AlertFacts& facts, std::int64_t now_ns,
                const std::string& held_for, RoutingDecision& decision) const;
    [[nodiscard]] std::string inhibited(const AlertFacts& facts,
                                        std::span<const AlertFacts> active) const;
    [[nodiscard]] std::string throttled(const RouteConfig& route, const std::string& key,
                                        std::int64_t now_ns) const;

    std::shared_ptr<const RoutingConfig> config_;  // routes are pointed at
    std::vector<std::string> channels_;
    std::map<std::string, MuteWindow> windows_;
    // Times of what went through, by route and key; bounded in keys and in times of each.
    std::map<std::string, std::deque<std::int64_t>> passed_;
};

}  // namespace petrel::core
