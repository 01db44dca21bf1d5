// Progress on a terminal, and the closing lines; both on standard error.
#include "cli/cmd_record.hpp"

#include <csignal>
#include <ostream>

#include "cli/config_source.hpp"
#include "cli/delivery_check.hpp"
#include "observe/log.hpp"
#include "plugin/plugin_setup.hpp"
#include "record/feed_recording.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

std::string human_mib(std::uint64_t bytes) {
    return human_fixed(static_cast<double>(bytes) / 1048576.0, 1) + " MiB";
}

bool prepare(PluginSetup& setup, const RecordArguments& arguments, Terminal& terminal) {
    settle_delivery(setup.config, setup.problems);
    terminal.err << render(setup.refusals, terminal.err_colour(arguments.output.colour));
    terminal.err << render(setup.problems, terminal.err_colour(arguments.output.colour));
    if (has_errors(setup.problems)) {
        return false;
    }
    if (setup.exchanges.empty()) {
        terminal.err << "error: no exchange is configured, so there is nothing to record. Add "
                        "[exchanges.<name>] to the configuration; petrel plugin list shows names\n";
        return false;
    }
    const Result<log::Level> level = log::level_of(setup.config.log.level);
    const Result<log::Format> format = log::format_of(setup.config.log.format);
    if (level.ok() && format.ok()) {
        log::configure(*level, *format);
    }
    return true;
}

void print_closing(const RecordingSummary& summary, const std::string& file, Terminal& terminal) {
    terminal.err << "recorded " << human_count(summary.file.frames) << " frames and "
                 << human_count(summary.file.replies) << " replies, "
                 << human_mib(summary.file.raw_bytes) << " as "
                 << human_mib(summary.file.file_bytes) << " in " << file << " (" << summary.ended_by
                 << ")\n";
    terminal.err << "events    " << human_count(summary.events) << ", refused "
                 << human_count(summary.refused) << "\n";
    for (const FeedStatus& feed : summary.feeds) {
        if (!feed.last_trouble.empty()) {
            terminal.err << "trouble   " << feed.venue << " " << feed.connection << ": "
                         << feed.last_trouble << "\n";
        }
    }
    terminal.err << "replay it with: petrel replay " << file << "\n";
}

}  // namespace

int cmd_record(const RecordArguments& arguments, Terminal& terminal) {
    PluginSetup setup = load_setup(load_options(arguments.config, terminal));
    if (!prepare(setup, arguments, terminal)) {
        return kExitUsage;
    }
    std::signal(SIGPIPE, SIG_IGN);  // a socket that goes away is an error of one write
    Result<std::unique_ptr<FeedRecording>> recording = FeedRecording::create(setup, arguments.file);
    if (!recording.ok()) {
        terminal.err << "error: " << recording.status().message() << "\n";
        return recording.status().code() == PETREL_E_IO ? kExitUsage : kExitBroken;
    }
    RecordingLimits limits;
    limits.seconds = arguments.seconds;
    limits.bytes = arguments.bytes_max;
    const auto progress = [&](const RecordingFigures& figures) {
        if (terminal.err_is_terminal) {
            terminal.err << "\r\x1b[K" << human_count(figures.frames) << " frames · "
                         << human_mib(figures.file_bytes) << std::flush;
        }
    };
    const RecordingSummary summary = (*recording)->run(limits, progress);
    if (terminal.err_is_terminal) {
        terminal.err << "\r\x1b[K";
    }
    print_closing(summary, arguments.file, terminal);
    if (!summary.trouble.ok()) {
        terminal.err << "error: " << summary.trouble.message() << "\n";
        return kExitBroken;
    }
    return kExitDone;
}

}  // namespace petrel::core
