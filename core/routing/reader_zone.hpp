// Times on the wall clock of the people who read: in a time zone of the IANA list.
//
// Constant once made; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "petrel/result.hpp"

namespace petrel::core {

class ReaderZone {
public:
    // Fails when the machine knows no such zone.
    static Result<ReaderZone> make(const std::string& name);

    // False for UTC, which every message has anyhow.
    [[nodiscard]] bool differs() const { return differs_; }
    // "19:40:40 CET".
    [[nodiscard]] std::string clock(std::int64_t ts_ns) const;
    // "2026-11-20 19:40:40 CET".
    [[nodiscard]] std::string date_clock(std::int64_t ts_ns) const;

private:
    struct Zone;
    ReaderZone(std::shared_ptr<const Zone> zone, bool differs)
        : zone_(std::move(zone)), differs_(differs) {}

    std::shared_ptr<const Zone> zone_;  // shared with copies
    bool differs_;
};

}  // namespace petrel::core
