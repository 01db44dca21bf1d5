// Loads configuration and plugins as `run` would, makes and drops the instances that do no I/O, and
// looks whether the places that must be written can be.
#include "cli/cmd_check.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/config_source.hpp"
#include "cli/delivery_check.hpp"
#include "cli/problem_json.hpp"
#include "pipeline_parts.hpp"
#include "plugin/plugin_instance.hpp"
#include "plugin/plugin_setup.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

void add_error(Problems& problems, const char* code, std::string message, std::string help) {
    Problem problem;
    problem.code = code;
    problem.message = std::move(message);
    problem.help = std::move(help);
    problems.push_back(std::move(problem));
}

// The nearest existing folder above decides whether the directory can be made.
void check_state_dir(const Config& config, Problems& problems) {
    std::error_code error;
    fs::path at = fs::absolute(config.state_dir, error);
    if (fs::exists(at, error) && !fs::is_directory(at, error)) {
        add_error(problems, "PTL-C024", "state_dir " + at.string() + " is not a directory",
                  "name a directory that petrel may write to");
        return;
    }
    while (!fs::exists(at, error) && at.has_relative_path()) {
        at = at.parent_path();
    }
    if (::access(at.c_str(), W_OK | X_OK) != 0) {
        add_error(
            problems, "PTL-C024",
            "state_dir " + config.state_dir + " cannot be written: no permission in " + at.string(),
            "change its owner, or name another directory");
    }
}

void check_rules(const Config& config, Problems& problems) {
    std::error_code error;
    if (config.rules.directory.empty()) {
        add_error(problems, "PTL-C023", "no rule pack was found beside petrel",
                  "set rules.directory");
    } else if (!fs::is_regular_file(fs::path(config.rules.directory) / "pack.lua", error)) {
        add_error(problems, "PTL-C023",
                  "rules.directory " + config.rules.directory + " holds no pack.lua",
                  "name the folder of a rule pack");
    }
}

// "PTL-P010: it refused" as a problem.
Problem refusal_of(const Status& status) {
    const std::string& text = status.message();
    const std::size_t colon = text.find(": ");
    Problem problem;
    problem.code = text.substr(0, colon);
    problem.message = text.substr(colon + 2);
    return problem;
}

// Adapters and detectors do no I/O, so making one shows whether it takes its configuration.
template <typename Instance>
void try_instances(const std::vector<PlannedPlugin>& planned, Problems& refusals) {
    for (const PlannedPlugin& entry : planned) {
        const Result<Instance> made = Instance::create(*entry.plugin, entry.name, entry.values);
        if (!made.ok()) {
            refusals.push_back(refusal_of(made.status()));
        }
    }
}

// And whether the figures that a voter wants are there.
void try_voters(const std::vector<PlannedPlugin>& planned, Problems& refusals) {
    for (const PlannedPlugin& entry : planned) {
        VoterSet set;
        if (const Status added = add_voter(entry, set); !added.ok()) {
            refusals.push_back(refusal_of(added));
        }
    }
}

std::string count(std::size_t number, const std::string& noun) {
    return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

std::size_t error_count(const Problems& problems) {
    return static_cast<std::size_t>(
        std::count_if(problems.begin(), problems.end(),
                      [](const Problem& p) { return p.severity == Severity::Error; }));
}

nlohmann::json names(const std::vector<PlannedPlugin>& planned) {
    nlohmann::json list = nlohmann::json::array();
    for (const PlannedPlugin& entry : planned) {
        list.push_back(entry.name);
    }
    return list;
}

void print_json(const PluginSetup& setup, bool fine, Terminal& terminal) {
    const nlohmann::json document{{"version", 1},
                                  {"ok", fine},
                                  {"file", setup.config.source},
                                  {"problems", problems_json(setup.problems)},
                                  {"refusals", problems_json(setup.refusals)},
                                  {"exchanges", names(setup.exchanges)},
                                  {"detectors", names(setup.detectors)},
                                  {"notifiers", names(setup.notifiers)},
                                  {"voters", names(setup.voters)},
                                  {"rules", setup.config.rules.directory}};
    terminal.out << document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

void print_text(const PluginSetup& setup, bool fine, const CheckArguments& arguments,
                Terminal& terminal) {
    const Colour colour = terminal.err_colour(arguments.output.colour);
    terminal.err << render(setup.refusals, colour) << render(setup.problems, colour);
    const std::string file = setup.config.source.empty() ? "the defaults" : setup.config.source;
    if (!fine) {
        const std::size_t errors = error_count(setup.problems) + error_count(setup.refusals);
        terminal.err << file << ": " << count(errors, "error") << "\n";
        return;
    }
    terminal.out << file << ": good · " << count(setup.exchanges.size(), "exchange") << ", "
                 << count(setup.detectors.size(), "detector") << ", "
                 << count(setup.notifiers.size(), "notifier")
                 << (setup.voters.empty() ? "" : ", " + count(setup.voters.size(), "voter"))
                 << " · rules " << setup.config.rules.directory << "\n";
    const std::string option = setup.config.source.empty() ? "" : " --config " + file;
    terminal.out << (setup.exchanges.empty()
                         ? "no exchange is named: add [exchanges.<name>], see petrel plugin list\n"
                         : "next: petrel run" + option + "\n");
}

std::string plugin_state(const PluginSetup& setup, const LoadedPlugin& plugin) {
    for (const auto* planned :
         {&setup.exchanges, &setup.detectors, &setup.notifiers, &setup.voters}) {
        for (const PlannedPlugin& entry : *planned) {
            if (entry.plugin == &plugin) {
                return "used";
            }
        }
    }
    return "unused";
}

std::string abi_text(AbiVersion abi) {
    return std::to_string(abi.major) + "." + std::to_string(abi.minor);
}

void print_rows(const PluginSetup& setup, std::ostream& out) {
    std::vector<std::vector<std::string>> rows{
        {"NAME", "KIND", "STATE", "VERSION", "ABI", "HASH", "AUTHOR", "FILE"}};
    for (const LoadedPlugin& plugin : setup.registry.all()) {
        rows.push_back({plugin.name, kind_word(plugin.kind), plugin_state(setup, plugin),
                        plugin.version, abi_text(plugin.abi), plugin.hash.substr(0, 8),
                        plugin.author, plugin.path});
    }
    std::vector<std::size_t> widths(rows[0].size(), 0);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (const auto& row : rows) {
        for (std::size_t i = 0; i + 1 < row.size(); ++i) {
            std::string cell = row[i];
            cell.resize(widths[i] + 2, ' ');
            out << cell;
        }
        out << row.back() << "\n";
    }
}

void print_list_json(const PluginSetup& setup, std::ostream& out) {
    nlohmann::json list = nlohmann::json::array();
    for (const LoadedPlugin& plugin : setup.registry.all()) {
        list.push_back({{"name", plugin.name},
                        {"kind", kind_word(plugin.kind)},
                        {"state", plugin_state(setup, plugin)},
                        {"version", plugin.version},
                        {"author", plugin.author},
                        {"description", plugin.description},
                        {"abi", abi_text(plugin.abi)},
                        {"hash", plugin.hash},
                        {"file", plugin.path}});
    }
    const nlohmann::json document{
        {"version", 1}, {"plugins", list}, {"refused", problems_json(setup.refusals)}};
    out << document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

}  // namespace

int cmd_check(const CheckArguments& arguments, Terminal& terminal) {
    PluginSetup setup = load_setup(load_options(arguments.config, terminal));
    check_state_dir(setup.config, setup.problems);
    check_rules(setup.config, setup.problems);
    settle_delivery(setup.config, setup.problems);
    if (!has_errors(setup.problems)) {
        try_instances<ExchangeInstance>(setup.exchanges, setup.refusals);
        try_instances<DetectorInstance>(setup.detectors, setup.refusals);
        try_voters(setup.voters, setup.refusals);
    }
    const bool fine = !has_errors(setup.problems) && setup.refusals.empty();
    if (arguments.output.json) {
        print_json(setup, fine, terminal);
    } else {
        print_text(setup, fine, arguments, terminal);
    }
    if (has_errors(setup.problems)) {
        return kExitUsage;
    }
    return fine ? kExitDone : kExitBroken;
}

int cmd_plugin_list(const PluginListArguments& arguments, Terminal& terminal) {
    const PluginSetup setup = load_setup(load_options(arguments.config, terminal));
    if (arguments.output.json) {
        print_list_json(setup, terminal.out);
    } else {
        print_rows(setup, terminal.out);
        terminal.err << render(setup.refusals, terminal.err_colour(arguments.output.colour));
    }
    return setup.refusals.empty() ? kExitDone : kExitBroken;
}

}  // namespace petrel::core
