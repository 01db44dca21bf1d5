// The date library finds offset and abbreviation; the figures are written as everywhere else, free
// of locale.
#include "routing/reader_zone.hpp"

#include <date/tz.h>

#include <chrono>
#include <stdexcept>

#include "petrel/types.hpp"
#include "runtime/clock_text.hpp"

namespace petrel::core {

struct ReaderZone::Zone {
    const date::time_zone* zone;

    [[nodiscard]] date::sys_info at(std::int64_t ts_ns) const {
        return zone->get_info(date::sys_seconds(std::chrono::seconds(ts_ns / kNsPerSecond)));
    }
};

Result<ReaderZone> ReaderZone::make(const std::string& name) {
    try {
        const auto zone = std::make_shared<Zone>(Zone{date::locate_zone(name)});
        return ReaderZone(zone, name != "UTC" && name != "Etc/UTC");
    } catch (const std::runtime_error&) {  // not listed, or the machine has no zone files
        return Status::invalid(
            "messages.zone: '" + name.substr(0, 60) +
            "' is no time zone of this machine. Write one of the IANA list, like "
            "Europe/Berlin, and see that the package tzdata is installed");
    }
}

std::string ReaderZone::clock(std::int64_t ts_ns) const { return date_clock(ts_ns).substr(11); }

std::string ReaderZone::date_clock(std::int64_t ts_ns) const {
    const date::sys_info info = zone_->at(ts_ns);
    return date_clock_utc(ts_ns + info.offset.count() * kNsPerSecond) + " " + info.abbrev;
}

}  // namespace petrel::core
