// The only file that knows the argument library: the options of each command, help's list of them,
// and the library's failures in petrel's own words.
#include "cli/command_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "cli/command_input.hpp"
#include "cli/command_rules.hpp"
#include "config/closest.hpp"
#include "config/symbol_name.hpp"

namespace petrel::core {
namespace {

using Words = std::vector<std::string>;

void add_output(CLI::App& app, OutputArguments& output) {
    static const std::map<std::string, ColourMode> modes{
        {"auto", ColourMode::Auto}, {"always", ColourMode::Always}, {"never", ColourMode::Never}};
    app.add_flag("--json", output.json, "machine-readable output");
    app.add_option_function<std::string>(
           "--color", [&output](const std::string& word) { output.colour = modes.at(word); },
           "auto, always or never")
        ->check(CLI::IsMember(modes))
        ->type_name("WHEN");
}

void add_config(CLI::App& app, ConfigArguments& config) {
    app.add_option("-c,--config", config.file, "configuration file")->type_name("FILE");
    app.add_option("--set", config.settings, "set one value, like engine.shards=2; may be repeated")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
}

void add_state(CLI::App& app, std::string& state_dir) {
    app.add_option("--state-dir", state_dir, "where petrel keeps its state")->type_name("DIR");
}

// The three that commands about an engine share.
template <typename Arguments>
void add_engine(CLI::App& app, Arguments& arguments) {
    add_state(app, arguments.state_dir);
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

// Commands that know these alone.
template <typename Arguments>
void define(CLI::App& app, Arguments& arguments) {
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, ReplayArguments& arguments) {
    app.add_option("FILE", arguments.files, "journal folder, captured frames or CSV")->required();
    app.add_option("--rules", arguments.rules, "rule pack to use")->type_name("DIR");
    app.add_flag("--held", arguments.held, "show what was held back, too");
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, RecordArguments& arguments) {
    app.add_option("FILE", arguments.file, "file to make, like storm.jsonl.zst")->required();
    app.add_option("--for", arguments.seconds, "end after so many seconds (or 10m, 2h)")
        ->type_name("DURATION")
        ->transform(CLI::AsNumberWithUnit(
            std::map<std::string, std::uint64_t>{{"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}},
            CLI::AsNumberWithUnit::CASE_SENSITIVE, "DURATION"));
    app.add_option("--max-bytes", arguments.bytes_max, "end when the file is so large (1 GiB)")
        ->type_name("BYTES")
        ->transform(CLI::AsSizeValue(false));
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, SignalsArguments& arguments) {
    app.add_option("--since", arguments.since, "only newer ones: 2h, 1d or a time in UTC")
        ->type_name("WHEN");
    add_symbol(app, arguments.symbol, "only this one, like BTCUSDT");
    app.add_option("-n,--limit", arguments.limit, "at most so many (50)")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000'000));
    app.add_flag("--held", arguments.held, "near misses, too: what was held back, and why");
    add_engine(app, arguments);
}

// --why-not takes a symbol and a time, everything else an id alone.
void check_explain(ExplainArguments& arguments) {
    if (arguments.why_not != !arguments.time.empty()) {
        throw CLI::ValidationError("explain",
                                   "--why-not takes SYMBOL and TIME, otherwise there "
                                   "is one ID");
    }
    if (arguments.why_not) {
        const Result<std::string> symbol = canonical_symbol(arguments.id);
        if (!symbol.ok()) {
            throw CLI::ValidationError("explain", symbol.status().message());
        }
        arguments.id = symbol.value();
    }
}

void define(CLI::App& app, ExplainArguments& arguments) {
    app.add_option("ID", arguments.id, "of the signal, or 'last'; with --why-not a symbol")
        ->required();
    app.add_option("TIME", arguments.time, "with --why-not: a time in UTC, or a span ago");
    app.add_flag("--again", arguments.again, "run the rules again on what they were given");
    app.add_option("--rules", arguments.rules, "the same by this pack")->type_name("DIR");
    app.add_flag("--why-not", arguments.why_not, "what was decided about SYMBOL around TIME");
    app.add_option("--within", arguments.within_s, "with --why-not: of the time (5m)")
        ->type_name("DURATION")
        ->transform(CLI::AsNumberWithUnit(
            std::map<std::string, std::uint64_t>{{"s", 1}, {"m", 60}, {"h", 3'600}},
            CLI::AsNumberWithUnit::CASE_SENSITIVE, "DURATION"));
    app.callback([&arguments] { check_explain(arguments); });
    add_engine(app, arguments);
}

void define(CLI::App& app, StatusArguments& arguments) {
    app.add_flag("-q,--quiet", arguments.quiet, "print nothing, the exit code says it");
    add_engine(app, arguments);
}

void define(CLI::App& app, NotifyPreviewArguments& arguments) {
    app.add_option("WHAT", arguments.what, "alert type, id of a signal, or last; else one of each")
        ->type_name("TYPE|OCCASION|SIGNAL");
    app.add_option("--channel", arguments.channel, "this one alone")->type_name("NAME");
    app.add_option("--card", arguments.card_file, "write the picture there, too")
        ->type_name("FILE");
    add_engine(app, arguments);
}

void define(CLI::App& app, CoverageArguments& arguments) { add_engine(app, arguments); }

void define(CLI::App& app, ReloadArguments& arguments) {
    app.add_option("WHAT", "rules, which is also meant when left out")
        ->check([](const std::string& word) {
            return word == "rules" ? std::string()
                                   : "'" + word.substr(0, 60) +
                                         "' is not reloaded here, only rules are; petrel plugin "
                                         "reload NAME takes a detector. The configuration is read "
                                         "at start: restart petrel";
        });
    add_engine(app, arguments);
}

void define(CLI::App& app, PluginDecodeArguments& arguments) {
    app.add_option("NAME", arguments.plugin, "exchange plugin, or the path of one")->required();
    app.add_option("FRAMES", arguments.frames, "captured frames, one JSON line each; - for stdin")
        ->required();
    app.add_option("--instruments", arguments.instruments, "the venue's instrument reply")
        ->type_name("FILE");
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, PluginVerifyArguments& arguments) {
    app.add_option("LIB", arguments.library, "library of an exchange adapter, or its name")
        ->required();
    app.add_option("--frames", arguments.frames, "the venue's frames and what must come of them")
        ->type_name("FILE");
    app.add_option("--fuzz-seconds", arguments.fuzz_seconds, "mutate frames for so long (5)")
        ->type_name("N")
        ->check(CLI::Range(0, 86'400));
    app.add_option("--seed", arguments.seed, "of the mutations; another each time when left out")
        ->type_name("N");
    app.add_option("--time-limit", arguments.check_seconds_max,
                   "a check that takes longer hangs, in seconds (60)")
        ->type_name("N")
        ->check(CLI::Range(1, 86'400));
    app.add_option("--save", arguments.save_directory, "folder for frames that broke the adapter")
        ->type_name("DIR");
    app.add_flag("--strict", arguments.strict, "what no frame shows counts as failed");
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, PluginReloadArguments& arguments) {
    app.add_option("NAME", arguments.plugin, "of a detector plugin that runs")->required();
    add_engine(app, arguments);
}

void define(CLI::App& app, SecretsArguments& arguments) {
    app.add_option("NAME", arguments.name, "of the secret, like acme-token")->required();
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, RulesArguments& arguments) {
    app.add_option("DIR", arguments.directory, "of the rule pack")->required();
    app.add_flag("--strict", arguments.strict, "findings make the exit code 1");
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, RulesNewArguments& arguments) {
    app.add_option("DIR", arguments.directory, "folder to make; its name becomes the pack's")
        ->required();
    app.add_option("--from", arguments.from, "begin from a copy of this pack: default")
        ->type_name("PACK");
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, RulesTestArguments& arguments) {
    app.add_option("DIR", arguments.directory, "of the rule pack")->required();
    app.add_flag("--coverage", arguments.coverage, "which lines the tests have run");
    app.add_option("--junit", arguments.junit, "write the results there as JUnit XML")
        ->type_name("FILE");
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, RulesDiffArguments& arguments) {
    app.add_option("BEFORE", arguments.before, "folder of the pack as it is")->required();
    app.add_option("AFTER", arguments.after, "folder of the pack as it would be")->required();
    app.add_option("--on", arguments.recordings, "recordings, as replay takes them")
        ->type_name("RECORDING...")
        ->required();
    app.add_option("--html", arguments.html, "write a page with a timeline there")
        ->type_name("FILE");
    add_config(app, arguments.config);
    add_output(app, arguments.output);
}

void define(CLI::App& app, RulesScoreArguments& arguments) {
    app.add_option("--since", arguments.since, "only newer signals: 2h, 7d or a time in UTC")
        ->type_name("WHEN");
    app.add_option("--by", arguments.by, "version, pattern, group, type, strength, voter, reason")
        ->check(
            CLI::IsMember({"version", "pattern", "group", "type", "strength", "voter", "reason"}))
        ->type_name("WHAT");
    app.add_option("--horizon", arguments.horizon, "how long after the signal (15m)")
        ->type_name("DURATION");
    app.add_option("--on", arguments.recordings, "score recordings, as replay takes them")
        ->type_name("RECORDING...");
    app.add_option("--rules", arguments.rules, "rule pack to use on them")->type_name("DIR");
    app.add_flag("--each", arguments.each, "show what came of each signal, too");
    app.add_flag("--near-misses", arguments.near_misses, "of what was held: is a limit strict?");
    app.add_option("--reasons", arguments.reasons, "what was sent and held, by day or hour")
        ->check(CLI::IsMember({"day", "hour"}));
    add_engine(app, arguments);
}

void define(CLI::App& app, RulesEngineArguments& arguments) { add_engine(app, arguments); }

std::string help_text(const CommandText& text, const CLI::App& app) {
    std::string out = std::string(text.sentence) + "\n\nusage: petrel " + std::string(text.path) +
                      " " + std::string(text.usage) + "\n\nExamples\n" + std::string(text.examples);
    std::string options;
    for (const CLI::Option* option : app.get_options()) {
        const bool positional = option->get_positional();
        std::string row = "  " + option->get_name(positional, !positional);
        // Behind the type's name the library writes what it allows; the description says it.
        const std::string type = option->get_type_name();
        if (!positional && !type.empty()) {
            row += " " + type.substr(0, type.find(':'));
        }
        row.resize(std::max<std::size_t>(row.size() + 2, 28), ' ');
        options += row + option->get_description() + "\n";
    }
    out += "\nOptions\n" + options + "  -h, --help                this text\n";
    return out + "\nConfiguration: petrel help config        Exit codes: petrel help exit-codes\n";
}

// The words that no option took: unknown options, or one argument too many.
int unexpected(const Invocation& call, const CLI::App& app) {
    const std::string path(call.text.path);
    const std::string word = app.remaining().empty() ? "" : app.remaining().front();
    const std::string remedy = "petrel " + path + " --help shows what it takes";
    if (!word.starts_with('-')) {
        return usage_error(call.terminal, "PTL-U002",
                           "'petrel " + path + "' does not take '" + word + "'", remedy);
    }
    std::vector<std::string> known{"--help"};
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            known.push_back("--" + name);
        }
    }
    const std::string name = word.substr(0, word.find('='));
    const std::string near = did_you_mean(name, known);
    return usage_error(
        call.terminal, "PTL-U002",
        "'petrel " + path + "' has no option '" + name + "'" + (near.empty() ? "" : "; " + near),
        remedy);
}

void define(CLI::App& app, VersionArguments& arguments) { add_output(app, arguments.output); }

}  // namespace

void define_engine(CLI::App& app, RulesEngineArguments& arguments) { define(app, arguments); }

int usage_error(Terminal& terminal, const std::string& code, const std::string& message,
                const std::string& remedy) {
    terminal.err << "error[" << code << "]: " << message << "\n  " << remedy << "\n";
    return kExitUsage;
}

std::optional<int> read_options(const Invocation& call,
                                const std::function<void(CLI::App&)>& define) {
    CLI::App app;
    app.set_help_flag();
    define(app);
    if (call.wants_help) {
        call.terminal.out << help_text(call.text, app);
        return kExitDone;
    }
    try {
        Words reversed(call.words.rbegin(), call.words.rend());
        app.parse(std::move(reversed));
    } catch (const CLI::ExtrasError&) {
        return unexpected(call, app);
    } catch (const CLI::ParseError& error) {
        return usage_error(
            call.terminal, "PTL-U003",
            "petrel " + std::string(call.text.path) + ": " + error.what(),
            "usage: petrel " + std::string(call.text.path) + " " + std::string(call.text.usage));
    }
    return std::nullopt;
}

template <typename Arguments>
std::optional<int> read_words(const Invocation& call, Arguments& arguments) {
    return read_options(call, [&](CLI::App& app) { define(app, arguments); });
}

template std::optional<int> read_words(const Invocation&, RunArguments&);
template std::optional<int> read_words(const Invocation&, ReplayArguments&);
template std::optional<int> read_words(const Invocation&, RecordArguments&);
template std::optional<int> read_words(const Invocation&, CheckArguments&);
template std::optional<int> read_words(const Invocation&, SignalsArguments&);
template std::optional<int> read_words(const Invocation&, ExplainArguments&);
template std::optional<int> read_words(const Invocation&, StatusArguments&);
template std::optional<int> read_words(const Invocation&, CoverageArguments&);
template std::optional<int> read_words(const Invocation&, NotifyPreviewArguments&);
template std::optional<int> read_words(const Invocation&, ReloadArguments&);
template std::optional<int> read_words(const Invocation&, PluginListArguments&);
template std::optional<int> read_words(const Invocation&, PluginDecodeArguments&);
template std::optional<int> read_words(const Invocation&, PluginVerifyArguments&);
template std::optional<int> read_words(const Invocation&, PluginReloadArguments&);
template std::optional<int> read_words(const Invocation&, SecretsArguments&);
template std::optional<int> read_words(const Invocation&, SecretsListArguments&);
template std::optional<int> read_words(const Invocation&, RulesNewArguments&);
template std::optional<int> read_words(const Invocation&, RulesArguments&);
template std::optional<int> read_words(const Invocation&, RulesTestArguments&);
template std::optional<int> read_words(const Invocation&, RulesDiffArguments&);
template std::optional<int> read_words(const Invocation&, RulesEngineArguments&);
template std::optional<int> read_words(const Invocation&, RulesShadowArguments&);
template std::optional<int> read_words(const Invocation&, RulesRestoreArguments&);
template std::optional<int> read_words(const Invocation&, RulesLogArguments&);
template std::optional<int> read_words(const Invocation&, RulesScoreArguments&);
template std::optional<int> read_words(const Invocation&, InputSentimentArguments&);
template std::optional<int> read_words(const Invocation&, VersionArguments&);

}  // namespace petrel::core
