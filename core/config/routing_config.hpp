// Where alerts go, as plain structs: the tree of routes, windows of time in which a route keeps
// silent, and alerts that make others superfluous. Read by the loader, used by the router.
//
// Immutable once loaded; shared by value.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

// Of the severities 1 to 3.
inline constexpr std::array<std::string_view, 3> kSeverityWords{"info", "warning", "critical"};

// Which alerts are meant. An empty list means all; texts are patterns in which * stands for any
// characters.
struct AlertMatch {
    std::vector<std::string> types{};
    std::vector<std::string> symbols{};
    std::vector<std::string> groups{};
    std::vector<std::string> venues{};
    std::vector<std::string> sides{};
    std::vector<std::string> patterns{};
    std::vector<std::string> rules{};  // "default@*"
    std::uint32_t severity_min = 1;    // 1 info, 2 warning, 3 critical
    double score_min = 0;
};

// An alert that nobody acknowledged within the time goes to these channels, too.
struct EscalationStep {
    std::uint64_t after_ms = 0;  // since it was admitted
    std::vector<std::string> channels{};
};

// At most so many alerts with the same `by` in the time; `max` 0: no limit.
struct ThrottleConfig {
    std::uint32_t max = 0;
    std::uint64_t per_ms = 0;
};

struct RouteConfig {
    std::string name{};
    AlertMatch match{};
    std::vector<std::string> channels{};  // empty: those of the route above
    bool go_on = false;                   // routes beside it are looked at, too
    ThrottleConfig throttle{};
    std::vector<std::string> by{"symbol", "type"};  // what a throttle counts together
    std::vector<std::string> mute{};                // names of windows
    std::vector<EscalationStep> escalate{};         // by time; at most 9
    std::vector<RouteConfig> routes{};              // the first that matches takes it
};

// Recurring hours in a time zone; `to` before `from` goes over midnight and belongs to the day on
// which it begins.
struct MuteWindowConfig {
    std::string name{};
    std::string time_zone = "UTC";   // of the IANA list
    std::array<bool, 7> weekdays{};  // from Monday
    std::uint32_t from_min = 0;      // minutes after midnight
    std::uint32_t to_min = 24 * 60;
    std::uint32_t up_to_severity = 2;  // what is more severe is not muted
    bool silent = false;               // delivered, without a sound, instead of held back
};

// While an alert that `source` means is active, those that `target` means are held back when the
// fields of `equal` are the same.
struct InhibitionConfig {
    AlertMatch source{};
    AlertMatch target{};
    std::vector<std::string> equal{"symbol"};
};

struct RoutingConfig {
    RouteConfig root;  // matches everything; no channels: all that are configured
    std::vector<MuteWindowConfig> mute_windows{};
    std::vector<InhibitionConfig> inhibitions{};
};

}  // namespace petrel::core
