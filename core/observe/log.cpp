// The log over spdlog, which gives a locked, flushed standard error; the lines are made here.
#include "observe/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>

#include "observe/clean_text.hpp"
#include "observe/privacy_filter.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core::log {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"debug", "info", "warning", "error",
                                                         "off"};
constexpr std::size_t kKeysMax = 256;

struct State {
    std::atomic<Level> level{Level::Info};
    std::atomic<Format> format{isatty(STDERR_FILENO) == 1 ? Format::Lines : Format::Json};
    std::mutex mutex;  // guards sink
    Sink sink;
    spdlog::logger logger{"petrel", std::make_shared<spdlog::sinks::stderr_sink_mt>()};

    State() {
        logger.set_level(spdlog::level::trace);
        logger.set_pattern("%v");
        logger.flush_on(spdlog::level::trace);
    }
};

State& state() {
    static State value;
    return value;
}

}  // namespace

Result<Level> level_of(std::string_view name) {
    for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
        if (name == kLevelNames[i]) {
            return static_cast<Level>(i);
        }
    }
    return Status::invalid("log level \"" + clean_text(name, 40) +
                           "\" is not known; use debug, info, warning, error or off");
}

Result<Format> format_of(std::string_view name) {
    if (name == "auto") {
        return Format::Auto;
    }
    if (name == "lines") {
        return Format::Lines;
    }
    if (name == "json") {
        return Format::Json;
    }
    return Status::invalid("log format \"" + clean_text(name, 40) +
                           "\" is not known; use auto, lines or json");
}

void configure(Level level, Format format) {
    if (format == Format::Auto) {
        format = isatty(STDERR_FILENO) == 1 ? Format::Lines : Format::Json;
    }
    state().level = level;
    state().format = format;
}

bool enabled(Level level) { return level >= state().level.load(std::memory_order_relaxed); }

void redirect(Sink sink) {
    const std::lock_guard lock(state().mutex);
    state().sink = std::move(sink);
}

std::string render(const Line& line, Format format) {
    const std::string_view level = kLevelNames[static_cast<std::size_t>(line.level)];
    const std::string text = clean_text(private_text(line.text));
    std::string out;
    if (format == Format::Json) {
        out = R"({"ts":")" + iso_utc(line.ts_ns) + R"(","level":")";
        out.append(level).append(R"(","component":")").append(json_escape(line.component));
        out.append(R"(","text":")").append(json_escape(text)).append("\"}");
        return out;
    }
    constexpr std::size_t level_width = 8;
    out = clock_utc(line.ts_ns) + ' ';
    out.append(level).append(level_width - level.size(), ' ');
    out.append(line.component).append(": ").append(text);
    return out;
}

void write(Level level, std::string_view component, std::string_view text) {
    if (!enabled(level) || level == Level::Off) {
        return;
    }
    State& s = state();
    {
        const std::lock_guard lock(s.mutex);
        if (s.sink) {
            s.sink(level, component, clean_text(private_text(text)));
            return;
        }
    }
    const std::string line = render({level, wall_now_ns(), component, text}, s.format.load());
    try {
        s.logger.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
    } catch (...) {  // NOLINT(bugprone-empty-catch)
        // Standard error is gone; there is nowhere left to say so.
    }
}

std::optional<std::uint64_t> Sampler::admit(std::string_view key, std::int64_t now_ns) {
    const std::lock_guard lock(mutex_);
    auto found = entries_.find(key);
    if (found == entries_.end()) {
        const std::string_view stored = entries_.size() < kKeysMax ? key : std::string_view();
        found = entries_.try_emplace(std::string(stored)).first;
    }
    Entry& entry = found->second;
    if (entry.passed == 0 || now_ns - entry.minute_start_ns >= 60 * kNsPerSecond) {
        entry.minute_start_ns = now_ns;
        entry.passed = 0;
    }
    if (entry.passed >= per_minute_) {
        ++entry.held;
        ++suppressed_;
        return std::nullopt;
    }
    ++entry.passed;
    return std::exchange(entry.held, 0);
}

void Sampler::write(Level level, std::string_view component, std::string_view key,
                    std::string_view text) {
    if (!enabled(level)) {
        return;
    }
    const std::optional<std::uint64_t> held = admit(key, steady_now_ns());
    if (!held) {
        return;
    }
    std::string line(text);
    if (*held > 0) {
        line += " (" + std::to_string(*held) + " more of these were held back)";
    }
    log::write(level, component, line);
}

std::uint64_t Sampler::suppressed() const {
    const std::lock_guard lock(mutex_);
    return suppressed_;
}

}  // namespace petrel::core::log
