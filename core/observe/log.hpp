// The log: one line a fact on standard error, for people on a terminal and as JSON otherwise.
//
// Any thread. Text is cleaned of control characters, so that what a venue sends forges nothing.
// Hot paths say what they have to say through a Sampler, which lets a few lines a minute through
// and counts the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core::log {

enum class Level : std::uint8_t { Debug, Info, Warning, Error, Off };
enum class Format : std::uint8_t { Auto, Lines, Json };

// Names as they stand in the configuration: "debug", "info", "warning", "error", "off".
Result<Level> level_of(std::string_view name);
// "auto", "lines", "json".
Result<Format> format_of(std::string_view name);

// Until the first call: Info, Auto.
void configure(Level level, Format format);
[[nodiscard]] bool enabled(Level level);

void write(Level level, std::string_view component, std::string_view text);
inline void debug(std::string_view component, std::string_view text) {
    write(Level::Debug, component, text);
}
inline void info(std::string_view component, std::string_view text) {
    write(Level::Info, component, text);
}
inline void warning(std::string_view component, std::string_view text) {
    write(Level::Warning, component, text);
}
inline void error(std::string_view component, std::string_view text) {
    write(Level::Error, component, text);
}

// Everything written goes to `sink` instead of standard error, already cleaned; an empty one puts
// standard error back. For tests and for the ring that the control end point shows.
using Sink = std::function<void(Level, std::string_view component, std::string_view text)>;
void redirect(Sink sink);

// One line as it is written, without its line end.
struct Line {
    Level level = Level::Info;
    std::int64_t ts_ns = 0;
    std::string_view component;
    std::string_view text;
};
std::string render(const Line& line, Format format);

// At most `per_minute` lines a key and minute; what was held back is counted and handed out with
// the next line that passes. Keeps at most 256 keys, the rest share one.
class Sampler {
public:
    explicit Sampler(std::uint32_t per_minute) : per_minute_(per_minute) {}

    // Nothing: hold this one back. A number: let it pass; so many were held back since the last.
    std::optional<std::uint64_t> admit(std::string_view key, std::int64_t now_ns);
    // Writes `text` when the key is admitted, with the count held back before it.
    void write(Level level, std::string_view component, std::string_view key,
               std::string_view text);
    [[nodiscard]] std::uint64_t suppressed() const;

private:
    struct Entry {
        std::int64_t minute_start_ns = 0;
        std::uint32_t passed = 0;
        std::uint64_t held = 0;
    };

    const std::uint32_t per_minute_;
    mutable std::mutex mutex_;  // guards what follows
    std::map<std::string, Entry, std::less<>> entries_;
    std::uint64_t suppressed_ = 0;
};

}  // namespace petrel::core::log
