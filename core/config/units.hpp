// Durations and sizes as people write them: "300ms", "30s", "5m", "2h", "7d"; "64MiB", "4GB".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace petrel::core {

// Milliseconds, or nothing when the text is no number with a unit of time. "1.5m" is allowed, a
// fraction of a millisecond is not.
std::optional<std::uint64_t> parse_duration_ms(std::string_view text);

// Bytes; units B, KB, MB, GB, TB (1000) and KiB, MiB, GiB, TiB (1024).
std::optional<std::uint64_t> parse_bytes(std::string_view text);

// The shortest exact way to write it: 90000 -> "90s", 67108864 -> "64MiB".
std::string format_duration_ms(std::uint64_t ms);
std::string format_bytes(std::uint64_t bytes);

// A number without needless zeros: 500000 -> "500000", 0.1 -> "0.1".
std::string format_number(double number);

}  // namespace petrel::core
