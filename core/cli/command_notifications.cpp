// What excludes each other is told here, so that no request is needed for it.
#include "cli/command_notifications.hpp"

#include <CLI/CLI.hpp>

#include "cli/command_input.hpp"
#include "runtime/human.hpp"
#include "store/tracking_rows.hpp"

namespace petrel::core {
namespace {

CLI::Option* add_since(CLI::App& app, std::string& since, const std::string& what) {
    return app.add_option("--since", since, what + ": 2h, 1d or a time in UTC")->type_name("WHEN");
}

std::vector<std::string> state_words() {
    return {kNotificationStates.begin(), kNotificationStates.end()};
}

void define_list(CLI::App& app, NotificationsArguments& arguments) {
    app.add_option("--channel", arguments.channel, "only those of this channel")->type_name("NAME");
    CLI::Option* state = app.add_option("--state", arguments.state, human_list(state_words()))
                             ->check(CLI::IsMember(state_words()))
                             ->type_name("STATE");
    app.add_flag("--dead", arguments.dead, "what was refused or has expired")->excludes(state);
    add_since(app, arguments.since, "only newer ones");
    app.add_option("--signal", arguments.signal, "of this signal: its id, or the beginning of it")
        ->type_name("ID");
    add_symbol(app, arguments.symbol, "of signals of this one, like BTCUSDT");
    app.add_option("--type", arguments.type, "like LIQ_STORM; SYSTEM, or TEST for fire drills")
        ->type_name("TYPE");
    app.add_flag("--attempts", arguments.attempts, "every try of each, too");
    app.add_option("-n,--limit", arguments.limit, "at most so many (50)")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000));
    define_engine(app, arguments);
}

void define_resend(CLI::App& app, NotifyResendArguments& arguments) {
    app.add_option("KEY", arguments.keys, "as petrel notifications shows it, like sig-7f3a/chat");
    app.add_flag("--dead", arguments.dead, "all that was refused or has expired");
    app.add_option("--channel", arguments.channel, "with --dead: of this channel")
        ->type_name("NAME");
    add_since(app, arguments.since, "with --dead: made since");
    app.callback([&arguments] {
        if (arguments.dead != arguments.keys.empty()) {
            throw CLI::ValidationError("KEY", "name keys, or say --dead: one of them");
        }
        if (!arguments.dead && !(arguments.channel + arguments.since).empty()) {
            throw CLI::ValidationError("resend", "--channel and --since go with --dead");
        }
    });
    define_engine(app, arguments);
}

}  // namespace

std::optional<int> read_words(const Invocation& call, NotificationsArguments& arguments) {
    return read_options(call, [&](CLI::App& app) { define_list(app, arguments); });
}

std::optional<int> read_words(const Invocation& call, NotificationsSinceArguments& arguments) {
    return read_options(call, [&](CLI::App& app) {
        add_since(app, arguments.since, "only what is newer");
        define_engine(app, arguments);
    });
}

std::optional<int> read_words(const Invocation& call, NotifyResendArguments& arguments) {
    return read_options(call, [&](CLI::App& app) { define_resend(app, arguments); });
}

std::optional<int> read_words(const Invocation& call, NotifyDrillArguments& arguments) {
    return read_options(call, [&](CLI::App& app) {
        app.add_option("CHANNEL", arguments.channel, "one with drill = true; else each of them");
        define_engine(app, arguments);
    });
}

}  // namespace petrel::core
