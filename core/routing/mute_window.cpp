// Wall clocks of time zones by the date library over the machine's zone files.
#include "routing/mute_window.hpp"

#include <date/tz.h>

#include <chrono>
#include <stdexcept>

#include "petrel/types.hpp"

namespace petrel::core {

struct MuteWindow::Zone {
    const date::time_zone* zone;
};

namespace {

using std::chrono::minutes;

const date::time_zone* zone_of(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::runtime_error&) {
        return nullptr;  // not listed, or the machine has no zone files
    }
}

date::sys_seconds seconds_of(std::int64_t ns) {
    return date::sys_seconds(std::chrono::seconds(ns / kNsPerSecond));
}

}  // namespace

Result<MuteWindow> MuteWindow::make(MuteWindowConfig config) {
    const date::time_zone* zone = zone_of(config.time_zone);
    if (zone == nullptr) {
        return Status::invalid(
            "'" + config.time_zone.substr(0, 60) +
            "' is no time zone of this machine. Write one of the IANA list, like "
            "Europe/Berlin, and see that the package tzdata is installed");
    }
    return MuteWindow(std::move(config), std::make_shared<const Zone>(Zone{zone}));
}

std::int64_t MuteWindow::ends_ns(std::int64_t now_ns) const {
    const date::sys_seconds now = seconds_of(now_ns);
    const auto local = zone_->zone->to_local(now);
    const auto today = date::floor<date::days>(local);
    const bool over_midnight = config_.to_min <= config_.from_min;
    // What began yesterday may still hold; what begins today may hold already.
    for (const auto day : {today - date::days(1), today}) {
        const unsigned weekday = date::weekday(day).iso_encoding() - 1;
        if (!config_.weekdays[weekday]) {
            continue;
        }
        const auto from = day + minutes(config_.from_min);
        const auto to = day + minutes(config_.to_min) + date::days(over_midnight ? 1 : 0);
        if (local >= from && local < to) {
            const auto end = zone_->zone->to_sys(date::local_seconds(to.time_since_epoch()),
                                                 date::choose::latest);
            return end.time_since_epoch() / std::chrono::nanoseconds(1);
        }
    }
    return 0;
}

std::string clock_at(std::int64_t now_ns, const std::string& time_zone) {
    const date::time_zone* zone = zone_of(time_zone);
    const auto moment = date::floor<minutes>(seconds_of(now_ns));
    return zone == nullptr ? date::format("%H:%M", moment)
                           : date::format("%H:%M", zone->to_local(moment));
}

}  // namespace petrel::core
