// Recurring hours in a time zone during which a route keeps silent. Pure but for the machine's list
// of time zones, which is read at the making; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "config/routing_config.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

class MuteWindow {
public:
    // Fails for a zone that the machine does not know.
    static Result<MuteWindow> make(MuteWindowConfig config);

    // When the window that holds at `now_ns` ends, ns since 1970; 0 when none does. A day on which
    // clocks are set keeps to the wall clock of the zone.
    [[nodiscard]] std::int64_t ends_ns(std::int64_t now_ns) const;
    [[nodiscard]] const MuteWindowConfig& config() const { return config_; }

private:
    struct Zone;  // the library's
    MuteWindow(MuteWindowConfig config, std::shared_ptr<const Zone> zone)
        : config_(std::move(config)), zone_(std::move(zone)) {}

    MuteWindowConfig config_;
    std::shared_ptr<const Zone> zone_;
};

// "14:05" at the place, for messages; UTC when the zone is not known.
std::string clock_at(std::int64_t now_ns, const std::string& time_zone);

}  // namespace petrel::core
