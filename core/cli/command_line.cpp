// Finds the command by its words, so that an unknown one gets a near miss, and hands its options to
// its handler. Help and version are answered here.
#include "cli/command_line.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/command_notifications.hpp"
#include "cli/command_options.hpp"
#include "cli/command_texts.hpp"
#include "config/closest.hpp"
#include "config/product_version.hpp"
#include "petrel/abi/version.h"

namespace petrel::core {
namespace {

using Words = std::vector<std::string>;

template <typename Arguments>
int run_command(const Invocation& call, const CommandHandler<Arguments>& handler) {
    Arguments arguments;
    if (const std::optional<int> ended = read_words(call, arguments)) {
        return *ended;
    }
    if (!handler) {
        return usage_error(
            call.terminal, "PTL-U004",
            "this build of petrel is without 'petrel " + std::string(call.text.path) + "'",
            "install the full package");
    }
    return handler(arguments, call.terminal);
}

int print_version(const VersionArguments& arguments, Terminal& terminal) {
    const std::string version(product_version());
    const std::string abi =
        std::to_string(PETREL_ABI_MAJOR) + "." + std::to_string(PETREL_ABI_MINOR);
    if (arguments.output.json) {
        const nlohmann::json document{{"petrel", version}, {"plugin_abi", abi}};
        terminal.out << document.dump() << "\n";
    } else {
        terminal.out << "petrel " << version << " (plugin ABI " << abi << ")\n";
    }
    return kExitDone;
}

int unknown_command(const std::string& word, Terminal& terminal) {
    std::vector<std::string> known;
    for (const CommandText& text : command_texts()) {
        known.emplace_back(text.path);
        known.emplace_back(text.path.substr(0, text.path.find(' ')));
    }
    const std::string near = did_you_mean(word, known);
    return usage_error(
        terminal, "PTL-U001",
        "there is no command '" + word.substr(0, 60) + "'" + (near.empty() ? "" : "; " + near),
        "petrel help lists all commands");
}

const CommandText* find_text(const std::string& path) {
    for (const CommandText& text : command_texts()) {
        if (text.path == path) {
            return &text;
        }
    }
    return nullptr;
}

struct CommandEntry {
    std::string_view path;
    int (*run)(const Invocation& call, const CommandHandlers& handlers);
};

constexpr CommandEntry kEntries[] = {
    {"run", [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.run); }},
    {"replay",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.replay); }},
    {"record",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.record); }},
    {"check",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.check); }},
    {"signals",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.signals); }},
    {"explain",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.explain); }},
    {"status",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.status); }},
    {"coverage",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.coverage); }},
    {"notify preview", [](const Invocation& c,
                          const CommandHandlers& h) { return run_command(c, h.notify_preview); }},
    {"reload",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.reload); }},
    {"plugin list",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.plugin_list); }},
    {"plugin decode",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.plugin_decode); }},
    {"plugin verify",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.plugin_verify); }},
    {"plugin reload",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.plugin_reload); }},
    {"db status",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.db_status); }},
    {"db migrate",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.db_migrate); }},
    {"secrets set",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.secrets_set); }},
    {"secrets list",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.secrets_list); }},
    {"secrets remove", [](const Invocation& c,
                          const CommandHandlers& h) { return run_command(c, h.secrets_remove); }},
    {"rules new",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_new); }},
    {"rules check",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_check); }},
    {"rules test",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_test); }},
    {"rules diff",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_diff); }},
    {"rules shadow",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_shadow); }},
    {"rules promote",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_promote); }},
    {"rules drop",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_drop); }},
    {"rules versions", [](const Invocation& c,
                          const CommandHandlers& h) { return run_command(c, h.rules_versions); }},
    {"rules restore",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_restore); }},
    {"rules log",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_log); }},
    {"rules score",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.rules_score); }},
    {"input sentiment", [](const Invocation& c,
                           const CommandHandlers& h) { return run_command(c, h.input_sentiment); }},
    {"notifications",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.notifications); }},
    {"notifications gaps",
     [](const Invocation& c, const CommandHandlers& h) {
         return run_command(c, h.notifications_gaps);
     }},
    {"notifications verify",
     [](const Invocation& c, const CommandHandlers& h) {
         return run_command(c, h.notifications_verify);
     }},
    {"notify resend",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.notify_resend); }},
    {"notify drill",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.notify_drill); }},
    {"notify silence add",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.silence_add); }},
    {"notify silence list",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.silence_list); }},
    {"notify silence end",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.silence_end); }},
    {"notify silence preview",
     [](const Invocation& c, const CommandHandlers& h) {
         return run_command(c, h.silence_preview);
     }},
    {"notify ack",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.notify_ack); }},
    {"notify test",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.notify_test); }},
    {"notify explain", [](const Invocation& c,
                          const CommandHandlers& h) { return run_command(c, h.notify_explain); }},
    {"notify route",
     [](const Invocation& c, const CommandHandlers& h) { return run_command(c, h.notify_route); }},
    {"version",
     [](const Invocation& c, const CommandHandlers&) {
         return run_command<VersionArguments>(c, &print_version);
     }},
};

int run_text(const Invocation& call, const CommandHandlers& handlers) {
    const auto* entry =
        std::find_if(std::begin(kEntries), std::end(kEntries),
                     [&](const CommandEntry& e) { return e.path == call.text.path; });
    return entry == std::end(kEntries) ? kExitUsage : entry->run(call, handlers);
}

// "plugin" or "notify silence" without a verb, or with one that there is not.
int group_of_commands(const std::string& noun, const std::string& verb, Terminal& terminal) {
    std::vector<std::string> verbs;
    std::string list;
    for (const CommandText& text : command_texts()) {
        if (text.path.starts_with(noun + " ")) {
            verbs.emplace_back(text.path.substr(noun.size() + 1));
            list += (list.empty() ? "petrel " : ", petrel ") + std::string(text.path);
        }
    }
    if (verb.empty() || verb.starts_with('-')) {
        return usage_error(terminal, "PTL-U001", "'petrel " + noun + "' needs to know what to do",
                           "there are: " + list);
    }
    const std::string near = did_you_mean(verb, verbs);
    return usage_error(terminal, "PTL-U001",
                       "there is no command '" + noun + " " + verb.substr(0, 60) + "'" +
                           (near.empty() ? "" : "; " + near),
                       "there are: " + list);
}

bool is_noun(const std::string& word) {
    const auto texts = command_texts();
    return std::any_of(texts.begin(), texts.end(),
                       [&](const CommandText& text) { return text.path.starts_with(word + " "); });
}

bool is_help(const std::string& word) { return word == "-h" || word == "--help"; }

int help(const Words& words, const CommandHandlers& handlers, Terminal& terminal) {
    if (words.empty()) {
        terminal.out << all_commands();
        return kExitDone;
    }
    for (const HelpTopic& topic : help_topics()) {
        if (words.size() == 1 && topic.name == words[0]) {
            terminal.out << topic.text;
            return kExitDone;
        }
    }
    std::string path = words[0];
    for (std::size_t i = 1; i < words.size(); ++i) {
        path += " " + words[i];
    }
    const CommandText* text = find_text(path);
    if (text == nullptr && is_noun(path)) {
        return group_of_commands(path, "", terminal);
    }
    if (text == nullptr) {
        return is_noun(words[0])
                   ? group_of_commands(words[0], words.size() > 1 ? words[1] : "", terminal)
                   : unknown_command(words[0], terminal);
    }
    if (text->path == "help") {
        terminal.out << all_commands();
        return kExitDone;
    }
    return run_text({*text, {}, true, terminal}, handlers);
}

}  // namespace

int dispatch(const std::vector<std::string>& arguments, const CommandHandlers& handlers,
             Terminal& terminal) {
    if (arguments.empty()) {
        terminal.out << overview();
        return kExitDone;
    }
    const std::string& first = arguments[0];
    if (is_help(first)) {
        return help({}, handlers, terminal);
    }
    if (first == "-V" || first == "--version") {
        return print_version({}, terminal);
    }
    Words rest(arguments.begin() + 1, arguments.end());
    if (first == "help") {
        std::erase_if(rest, is_help);
        return help(rest, handlers, terminal);
    }
    std::string path = first;
    while (is_noun(path)) {
        // A noun that is a command by itself needs no verb.
        if (find_text(path) != nullptr && (rest.empty() || rest[0].starts_with('-'))) {
            break;
        }
        const std::string verb = rest.empty() ? "" : rest[0];
        const std::string longer = path + " " + verb;
        if (find_text(longer) == nullptr && !is_noun(longer)) {
            return group_of_commands(path, verb, terminal);
        }
        path = longer;
        rest.erase(rest.begin());
    }
    const CommandText* text = find_text(path);
    if (text == nullptr) {
        return unknown_command(first, terminal);
    }
    const auto end = std::find(rest.begin(), rest.end(), "--");
    const bool wants_help = std::any_of(rest.begin(), end, is_help);
    return run_text({*text, std::move(rest), wants_help, terminal}, handlers);
}

int dispatch(int argc, const char* const* argv, const CommandHandlers& handlers) {
    Terminal terminal = process_terminal();
    const Words words(argv + std::min(argc, 1), argv + argc);
    return dispatch(words, handlers, terminal);
}

}  // namespace petrel::core
