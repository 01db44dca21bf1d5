// Spans are tried first: no time looks like one.
#include "cli/since.hpp"

#include <ctime>

#include "config/units.hpp"
#include "petrel/types.hpp"

namespace petrel::core {

Result<std::int64_t> parse_moment(const std::string& text, std::int64_t now_ns) {
    if (const auto ago_ms = parse_duration_ms(text)) {
        return now_ns - static_cast<std::int64_t>(*ago_ms) * kNsPerMs;
    }
    for (const char* form : {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"}) {
        std::tm parts{};
        const char* end = ::strptime(text.c_str(), form, &parts);
        if (end != nullptr && *end == '\0') {
            return std::int64_t{::timegm(&parts)} * kNsPerSecond;
        }
    }
    return Status::invalid("'" + text +
                           "' is neither a span such as 2h or 1d nor a time such as "
                           "2026-11-20T18:40:00Z (UTC)");
}

Result<std::int64_t> parse_since(const std::string& text, std::int64_t now_ns) {
    return text.empty() ? Result<std::int64_t>(0) : parse_moment(text, now_ns);
}

}  // namespace petrel::core
