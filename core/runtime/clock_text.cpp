// Calendar text in UTC; no time zone and no locale takes part.
#include "runtime/clock_text.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

std::tm civil(std::int64_t ts_ns) {
    constexpr std::int64_t last = 253402300799;  // 9999-12-31T23:59:59Z
    const std::time_t seconds = std::clamp<std::int64_t>(ts_ns / kNsPerSecond, 0, last);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return parts;
}

}  // namespace

std::string iso_utc(std::int64_t ts_ns) {
    const std::tm t = civil(ts_ns);
    char text[64];
    const long ms = ts_ns < 0 ? 0 : static_cast<long>(ts_ns / kNsPerMs % 1000);
    std::snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ", t.tm_year + 1900,
                  t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, ms);
    return text;
}

std::string clock_utc(std::int64_t ts_ns) {
    const std::tm t = civil(ts_ns);
    char text[32];
    std::snprintf(text, sizeof(text), "%02d:%02d:%02d", t.tm_hour, t.tm_min, t.tm_sec);
    return text;
}

std::string date_clock_utc(std::int64_t ts_ns) {
    const std::string iso = iso_utc(ts_ns);
    return iso.substr(0, 10) + " " + iso.substr(11, 8);
}

}  // namespace petrel::core
