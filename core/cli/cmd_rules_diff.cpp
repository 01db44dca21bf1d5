// The first pack takes the place of the configured one; everything else is as in a replay.
#include "cli/cmd_rules_diff.hpp"

#include <fstream>
#include <ostream>

#include "cli/config_source.hpp"
#include "cli/diff_page.hpp"
#include "cli/diff_text.hpp"
#include "cli/replay_progress.hpp"
#include "plugin/plugin_setup.hpp"
#include "replay/rule_diff.hpp"

namespace petrel::core {
namespace {

bool write_page(const std::string& path, const RuleDiff& diff, Terminal& terminal) {
    std::ofstream page(path, std::ios::binary | std::ios::trunc);
    page << diff_page(diff) << std::flush;
    if (!page.good()) {
        terminal.err << "error: cannot write the page to " << path
                     << ". Name a file in a folder that you may write to\n";
        return false;
    }
    terminal.err << "page      " << path << "\n";
    return true;
}

}  // namespace

int cmd_rules_diff(const RulesDiffArguments& arguments, Terminal& terminal) {
    LoadOptions options = load_options(arguments.config, terminal, ImplicitFile::Ignored);
    options.settings.push_back("rules.directory=" + arguments.before);
    const PluginSetup setup = load_setup(options);
    if (!can_replay(setup, arguments.recordings, arguments.output, terminal)) {
        return kExitUsage;
    }
    ReplayProgress progress(terminal);
    RuleDiffOptions wish;
    wish.after = arguments.after;
    wish.paths = arguments.recordings;
    wish.on_progress = [&](std::uint64_t bytes, std::uint64_t total, std::uint64_t events) {
        progress.update(bytes, total, events);
    };
    const Result<RuleDiff> diff = run_rule_diff(setup, wish);
    progress.clear();
    if (!diff.ok()) {
        terminal.err << "error: " << diff.status().message() << "\n";
        return diff.status().code() == PETREL_E_IO ? kExitBroken : kExitUsage;
    }
    for (const std::string& warning : diff->warnings) {
        terminal.err << "warning: " << warning << "\n";
    }
    if (!arguments.html.empty() && !write_page(arguments.html, *diff, terminal)) {
        return kExitBroken;
    }
    terminal.out << (arguments.output.json
                         ? diff_json(*diff) + "\n"
                         : diff_text(*diff, terminal.out_colour(arguments.output.colour)))
                 << std::flush;
    return diff->differs() ? kExitNo : kExitDone;
}

}  // namespace petrel::core
