// How the running minute of delivery goes, for the store's table of minutes.
//
// Used by the delivery thread alone. Bounded: of each figure the first 4,096 values of a minute.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "outbox/outbox.hpp"
#include "store/rows.hpp"

namespace petrel::core {

class MinuteFigures {
public:
    void admitted(std::int64_t write_ns);
    void settled(const DeliveryOutcome& outcome, std::int64_t now_ns);

    // The minute that has ended, once; nothing while it goes on, or when nothing came of it.
    std::optional<MetricsRow> ended(std::int64_t now_ns);

private:
    MetricsRow row_;
    std::vector<double> latencies_ms_, writes_ms_;
};

}  // namespace petrel::core
