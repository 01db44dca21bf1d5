// The options of `petrel notify`, read by the way that all commands are.
//
// Main thread.
#include <CLI/CLI.hpp>

#include "cli/command_input.hpp"
#include "cli/command_options.hpp"
#include "config/units.hpp"
#include "routing/alert_words.hpp"
#include "routing/match_text.hpp"

namespace petrel::core {
namespace {

// What it would be refused for is told before anybody is asked.
template <typename Parse>
auto checked(const char* name, Parse&& parse) {
    return [name, parse](const std::string& word) {
        if (const auto parsed = parse(word); !parsed.ok()) {
            throw CLI::ValidationError(name, parsed.status().message());
        }
    };
}

void add_match(CLI::App& app, std::string& match) {
    const auto check = checked("MATCH", [](const std::string& word) { return parse_match(word); });
    app.add_option_function<std::string>(
           "MATCH",
           [&match, check](const std::string& word) {
               check(word);
               match = word;
           },
           "field=pattern words, like 'symbol=BTC-* severity>=warning'; all")
        ->required();
}

void add_comment(CLI::App& app, std::string& comment) {
    app.add_option("--comment", comment, "why, at most 200 bytes")->type_name("TEXT");
}

template <typename Arguments, typename Define>
std::optional<int> read(const Invocation& call, Arguments& arguments, Define&& define) {
    return read_options(call, [&](CLI::App& app) {
        define(app);
        define_engine(app, arguments);
    });
}

}  // namespace

template <>
std::optional<int> read_words(const Invocation& call, SilenceAddArguments& arguments) {
    return read(call, arguments, [&](CLI::App& app) {
        add_match(app, arguments.match);
        app.add_option_function<std::string>(
               "--for",
               [&arguments](const std::string& word) {
                   const auto ms = parse_duration_ms(word);
                   if (!ms || *ms == 0) {
                       throw CLI::ValidationError(
                           "--for", "'" + word.substr(0, 40) + "' is no time; write 30m or 2h");
                   }
                   arguments.for_ms = *ms;
               },
               "how long it holds: 30m, 2h, 3d")
            ->type_name("DURATION")
            ->required();
        add_comment(app, arguments.comment);
    });
}

template <>
std::optional<int> read_words(const Invocation& call, SilenceEndArguments& arguments) {
    return read(call, arguments, [&](CLI::App& app) {
        app.add_option("ID", arguments.id, "of the silence, or the beginning of it")->required();
    });
}

template <>
std::optional<int> read_words(const Invocation& call, SilencePreviewArguments& arguments) {
    return read(call, arguments, [&](CLI::App& app) {
        add_match(app, arguments.match);
        app.add_option("--since", arguments.since, "since when: 2h, 7d or a time in UTC (24h)")
            ->type_name("WHEN");
    });
}

template <>
std::optional<int> read_words(const Invocation& call, NotifyAckArguments& arguments) {
    return read(call, arguments, [&](CLI::App& app) {
        app.add_option("SIGNAL", arguments.id, "its id, the beginning of it, or last")->required();
        add_comment(app, arguments.comment);
    });
}

template <>
std::optional<int> read_words(const Invocation& call, NotifyTestArguments& arguments) {
    return read(call, arguments, [&](CLI::App& app) {
        app.add_option("TO", arguments.to, "a channel, or a route for all of its channels")
            ->required();
    });
}

template <>
std::optional<int> read_words(const Invocation& call, NotifyExplainArguments& arguments) {
    return read(call, arguments, [&](CLI::App& app) {
        app.add_option("SIGNAL", arguments.id, "its id, the beginning of it, or last")->required();
    });
}

template <>
std::optional<int> read_words(const Invocation& call, NotifyRouteArguments& arguments) {
    const auto check = checked("ALERT", [](const std::string& word) { return parse_alert(word); });
    return read(call, arguments, [&](CLI::App& app) {
        app.add_option_function<std::string>(
               "ALERT",
               [&arguments, check](const std::string& word) {
                   check(word);
                   arguments.alert = word;
               },
               "type, symbol and strength, and field=value")
            ->required();
    });
}

}  // namespace petrel::core
