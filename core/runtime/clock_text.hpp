// Times as text, UTC. Pure: reads no clock, so every stage may use it.
#pragma once

#include <cstdint>
#include <string>

namespace petrel::core {

// "2026-11-20T18:40:40.123Z"; the year is clamped to 1970..9999.
std::string iso_utc(std::int64_t ts_ns);

// "18:40:40".
std::string clock_utc(std::int64_t ts_ns);

// "2026-11-20 18:40:40".
std::string date_clock_utc(std::int64_t ts_ns);

}  // namespace petrel::core
