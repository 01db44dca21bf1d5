// A table of rows for people, one object for scripts. Nothing of the library runs in this process.
#include "cli/cmd_verify.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/config_source.hpp"
#include "config/closest.hpp"
#include "contract/verify.hpp"
#include "plugin/plugin_registry.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

bool is_path(const std::string& name) {
    return name.find('/') != std::string::npos || name.ends_with(".so");
}

// The names of the libraries in the plugin folders: "lib<name>.so".
std::vector<std::string> known_names(const std::vector<std::string>& directories) {
    std::vector<std::string> names;
    std::error_code error;
    for (const std::string& directory : directories) {
        for (fs::directory_iterator at(directory, error), end; !error && at != end;
             at.increment(error)) {
            const std::string stem = at->path().stem().string();
            if (at->path().extension() == ".so" && stem.starts_with("lib")) {
                names.push_back(stem.substr(3));
            }
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

// The path that a name or path means, "" when there is none such.
std::string library_of(const std::string& name, const std::vector<std::string>& directories) {
    std::error_code error;
    if (is_path(name)) {
        return fs::is_regular_file(name, error) ? name : "";
    }
    for (const std::string& directory : directories) {
        const std::string path = directory + "/lib" + name + ".so";
        if (fs::is_regular_file(path, error)) {
            return path;
        }
    }
    return {};
}

int no_library(const std::string& name, const std::vector<std::string>& directories,
               Terminal& terminal) {
    if (is_path(name)) {
        terminal.err << "error: there is no file '" << name
                     << "'. Give the path of an exchange library, or the name of one\n";
        return kExitUsage;
    }
    const std::vector<std::string> names = known_names(directories);
    const std::string near = did_you_mean(name, names);
    terminal.err << "error: there is no plugin '" << name << "'" << (near.empty() ? "" : "; ")
                 << near << ". Give the path of a library, or a name of 'petrel plugin list'\n";
    return kExitUsage;
}

std::string_view colour_of(RowVerdict verdict) {
    switch (verdict) {
        case RowVerdict::Pass:
            return "\x1b[32m";
        case RowVerdict::Fail:
            return "\x1b[31m";
        case RowVerdict::NotApplicable:
            return "\x1b[2m";
        case RowVerdict::NotShown:
            return "\x1b[33m";
    }
    return "";
}

void print_table(const VerifyReport& report, Colour colour, std::ostream& to) {
    constexpr std::size_t row_width = 20;
    constexpr std::size_t verdict_width = 16;
    for (const RowResult& row : report.rows) {
        std::string id = row.id;
        id.resize(std::max(id.size() + 1, row_width), ' ');
        std::string verdict(verdict_word(row.verdict));
        verdict.resize(verdict_width, ' ');
        if (colour == Colour::Always) {
            verdict = std::string(colour_of(row.verdict)) + verdict + "\x1b[0m";
        }
        to << id << verdict << row.sentence << '\n';
        if (!row.frame.empty()) {
            to << std::string(row_width, ' ') << "frame:  " << row.frame << '\n';
        }
        if (!row.remedy.empty()) {
            to << std::string(row_width, ' ') << "to do:  " << row.remedy << '\n';
        }
    }
}

Json json_of(const VerifyReport& report, const VerifyOptions& options, bool ok) {
    Json rows = Json::array();
    for (const RowResult& row : report.rows) {
        Json one;
        one["id"] = row.id;
        one["verdict"] = verdict_word(row.verdict);
        one["sentence"] = row.sentence;
        if (row.verdict == RowVerdict::Fail) {
            one["frame"] = row.frame;
            one["remedy"] = row.remedy;
            one["broken"] = row.broken;
        }
        rows.push_back(std::move(one));
    }
    Json json;
    json["library"] = options.library;
    json["ok"] = ok;
    json["refused"] = report.refusal;
    json["seed"] = options.seed;
    json["passed"] = report.count(RowVerdict::Pass);
    json["failed"] = report.count(RowVerdict::Fail);
    json["not_applicable"] = report.count(RowVerdict::NotApplicable);
    json["not_shown"] = report.count(RowVerdict::NotShown);
    json["rows"] = std::move(rows);
    return json;
}

int exit_code(const VerifyReport& report, bool ok) {
    if (report.broken || !report.refusal.empty()) {
        return kExitBroken;
    }
    return ok ? kExitDone : kExitNo;
}

void print_report(const VerifyReport& report, const VerifyOptions& options, Colour colour,
                  Terminal& terminal) {
    if (!report.refusal.empty()) {
        terminal.err << "error: " << report.refusal << "\n";
        return;
    }
    print_table(report, colour, terminal.out);
    terminal.out << std::flush;
    terminal.err << report.count(RowVerdict::Pass) << " passed, " << report.count(RowVerdict::Fail)
                 << " failed, " << report.count(RowVerdict::NotApplicable) << " not applicable, "
                 << report.count(RowVerdict::NotShown) << " not shown; seed " << options.seed
                 << "\n";
}

}  // namespace

int cmd_plugin_verify(const PluginVerifyArguments& arguments, Terminal& terminal) {
    const std::vector<std::string> directories = default_plugin_directories();
    VerifyOptions options;
    options.library = library_of(arguments.library, directories);
    if (options.library.empty()) {
        return no_library(arguments.library, directories, terminal);
    }
    options.frames = arguments.frames;
    std::error_code error;
    if (!options.frames.empty() && !fs::is_regular_file(options.frames, error)) {
        terminal.err << "error: there is no file '" << options.frames
                     << "'. Give a file of frames, or leave --frames out\n";
        return kExitUsage;
    }
    options.fuzz_seconds = arguments.fuzz_seconds;
    options.seed = arguments.seed.value_or(static_cast<std::uint64_t>(wall_now_ns()));
    options.check_seconds_max = arguments.check_seconds_max;
    options.save_directory = arguments.save_directory;
    options.config = load_options(arguments.config, terminal, ImplicitFile::Ignored);
    const Result<VerifyReport> report = verify_adapter(options);
    if (!report.ok()) {
        terminal.err << "error: " << report.status().message() << "\n";
        return kExitBroken;
    }
    const bool ok = report->refusal.empty() && report->count(RowVerdict::Fail) == 0 &&
                    (!arguments.strict || report->count(RowVerdict::NotShown) == 0);
    if (arguments.output.json) {
        terminal.out
            << json_of(*report, options, ok).dump(2, ' ', false, Json::error_handler_t::replace)
            << "\n";
    } else {
        print_report(*report, options, terminal.out_colour(arguments.output.colour), terminal);
    }
    return exit_code(*report, ok);
}

}  // namespace petrel::core
