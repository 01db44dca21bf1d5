// Time here is the terminal's, not the recording's: it decides nothing but when a line is drawn.
#include "cli/replay_progress.hpp"

#include <filesystem>
#include <ostream>

#include "petrel/types.hpp"
#include "runtime/clock.hpp"
#include "runtime/human.hpp"

namespace petrel::core {

ReplayProgress::ReplayProgress(Terminal& terminal)
    : terminal_(terminal), started_ns_(steady_now_ns()), told_ns_(started_ns_) {}

void ReplayProgress::update(std::uint64_t bytes, std::uint64_t bytes_total, std::uint64_t events) {
    const std::int64_t now_ns = steady_now_ns();
    const std::int64_t every_ns = terminal_.err_is_terminal ? 500 * kNsPerMs : 10 * kNsPerSecond;
    if (now_ns - told_ns_ < every_ns) {
        return;
    }
    told_ns_ = now_ns;
    const double seconds = static_cast<double>(now_ns - started_ns_) / 1e9;
    const double rate = static_cast<double>(events) / seconds;
    std::string line =
        human_count(events) + " events · " + human_count(static_cast<std::uint64_t>(rate)) + "/s";
    if (bytes_total > 0 && bytes > 0) {
        const double share = static_cast<double>(bytes) / static_cast<double>(bytes_total);
        line = human_fixed(share * 100, 0) + " % · " + line + " · " +
               human_fixed(seconds / share - seconds, 0) + " s left";
    }
    if (terminal_.err_is_terminal) {
        terminal_.err << "\r\x1b[K" << line << std::flush;
        drawn_ = true;
    } else {
        terminal_.err << line << "\n";
    }
}

void ReplayProgress::clear() {
    if (drawn_) {
        terminal_.err << "\r\x1b[K" << std::flush;
        drawn_ = false;
    }
}

bool can_replay(const PluginSetup& setup, const std::vector<std::string>& files,
                const OutputArguments& output, Terminal& terminal) {
    const Colour colour = terminal.err_colour(output.colour);
    terminal.err << render(setup.refusals, colour);
    if (has_errors(setup.problems)) {
        terminal.err << render(setup.problems, colour);
        return false;
    }
    bool missing = false;
    for (const std::string& file : files) {
        std::error_code error;
        if (!std::filesystem::exists(file, error)) {
            terminal.err << "error: there is no " << file
                         << ". Name a journal folder, captured frames (*.jsonl) or a *.csv file\n";
            missing = true;
        }
    }
    return !missing;
}

}  // namespace petrel::core
