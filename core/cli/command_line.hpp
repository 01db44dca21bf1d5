// The command line: arguments to plain structs, structs to the handler of the command.
//
// One struct a command and one handler a struct; a handler that is not set is a command this build
// does not have. Mistakes are answered in petrel's own words with a near miss and exit code 2. The
// argument library stays behind this header.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal.hpp"

namespace petrel::core {

enum ExitCode : int {
    kExitDone = 0,
    kExitNo = 1,           // test failed, differences found, degraded
    kExitUsage = 2,        // used wrongly, or bad configuration
    kExitUnreachable = 3,  // no running petrel
    kExitNotAllowed = 4,
    kExitBroken = 5,  // a plugin or rule broke
    kExitInterrupted = 130,
};

struct ConfigArguments {
    std::string file;                   // --config; see config_source.hpp for what "" means
    std::vector<std::string> settings;  // --set, in order
};

struct OutputArguments {
    bool json = false;
    ColourMode colour = ColourMode::Auto;
};

struct RunArguments {
    ConfigArguments config;
    OutputArguments output;
};

struct ReplayArguments {
    std::vector<std::string> files;
    std::string rules;  // folder of a pack; "": the configured one
    bool held = false;  // show what was held back, too
    ConfigArguments config;
    OutputArguments output;
};

struct RecordArguments {
    std::string file;
    std::uint64_t seconds = 0;           // 0: until a signal
    std::uint64_t bytes_max = 1U << 30;  // of the file
    ConfigArguments config;
    OutputArguments output;
};

struct CheckArguments {
    ConfigArguments config;
    OutputArguments output;
};

struct SignalsArguments {
    std::string since;   // "2h", "1d" or a time in UTC; "": everything
    std::string symbol;  // canonical; "": all
    std::uint64_t limit = 50;
    bool held = false;      // near misses, too
    std::string state_dir;  // "": the configured one
    ConfigArguments config;
    OutputArguments output;
};

struct ExplainArguments {
    std::string id;     // "last" for the newest; with why_not a symbol
    std::string time;   // with why_not
    std::string rules;  // run again by this pack; "": by the one that decided
    bool again = false;
    bool why_not = false;
    std::uint64_t within_s = 300;  // of the time
    std::string state_dir;
    ConfigArguments config;
    OutputArguments output;
};

struct StatusArguments {
    bool quiet = false;  // the exit code alone
    std::string state_dir;
    ConfigArguments config;
    OutputArguments output;
};

struct NotifyPreviewArguments {
    std::string what;       // a type, an id or "last"; "": one of each type
    std::string channel;    // "": all that are configured
    std::string card_file;  // the picture is written there; "": not
    std::string state_dir;
    ConfigArguments config;
    OutputArguments output;
};

struct CoverageArguments {
    std::string state_dir;
    ConfigArguments config;
    OutputArguments output;
};

struct ReloadArguments {
    std::string state_dir;
    ConfigArguments config;
    OutputArguments output;
};

struct PluginListArguments {
    ConfigArguments config;
    OutputArguments output;
};

struct PluginDecodeArguments {
    std::string plugin;       // name, or path of a library
    std::string frames;       // file; "-" for standard input
    std::string instruments;  // file with the venue's instrument reply; may be ""
    ConfigArguments config;
    OutputArguments output;
};

struct PluginVerifyArguments {
    std::string library;  // path of an exchange library, or its name
    std::string frames;   // file with frames and what must come of them; may be ""
    std::uint32_t fuzz_seconds = 5;
    std::optional<std::uint64_t> seed;     // of the fuzzer; unset: another each time
    std::uint32_t check_seconds_max = 60;  // for one group of checks
    std::string save_directory = ".";      // for frames that broke the adapter
    bool strict = false;                   // what was not shown counts as failed
    ConfigArguments config;
    OutputArguments output;
};

struct PluginReloadArguments {
    std::string plugin;  // name of a detector's
    std::string state_dir;
    ConfigArguments config;
    OutputArguments output;
};

struct SecretsArguments {
    std::string name;  // of one secret in the store
    ConfigArguments config;
    OutputArguments output;
};

struct SecretsListArguments {
    ConfigArguments config;
    OutputArguments output;
};

struct RulesNewArguments {
    std::string directory;  // to make
    std::string from;       // pack to begin from; "": the small one
    ConfigArguments config;
    OutputArguments output;
};

struct RulesTestArguments {
    std::string directory;
    bool coverage = false;
    std::string junit;  // file to write; "": none
    ConfigArguments config;
    OutputArguments output;
};

struct RulesArguments {
    std::string directory;
    bool strict = false;  // findings count as a refusal
    ConfigArguments config;
    OutputArguments output;
};

struct RulesDiffArguments {
    std::string before;  // folders of two packs
    std::string after;
    std::vector<std::string> recordings;
    std::string html;  // file to write the page to; "": none
    ConfigArguments config;
    OutputArguments output;
};

struct RulesScoreArguments {
    std::string since;                    // as in SignalsArguments
    std::string by;                       // "": version; of near misses: reason
    std::string horizon;                  // "15m"; "": the main one of the configuration
    std::vector<std::string> recordings;  // none: from the store
    std::string rules;                    // folder of a pack for the recordings
    bool each = false;                    // signal by signal, too
    bool near_misses = false;             // of what was held, in the place of what was sent
    std::string reasons;                  // "day", "hour": what was sent and held; "": a scorecard
    std::string state_dir;
    ConfigArguments config;
    OutputArguments output;
};

// For the rules of a running engine.
struct RulesEngineArguments {
    std::string state_dir;
    ConfigArguments config;
    OutputArguments output;
};

struct RulesShadowArguments : RulesEngineArguments {
    std::string directory;  // of the pack that is to look on; "": show what it saw
};

struct RulesRestoreArguments : RulesEngineArguments {
    std::string version;  // id, or the beginning of its hash
};

struct RulesLogArguments : RulesEngineArguments {
    std::uint64_t limit = 50;
};

struct InputSentimentArguments : RulesEngineArguments {
    std::string symbol;  // canonical, or "*"
    double value = 0;
    double impact = 0;
    std::string source;
};

struct NotificationsArguments : RulesEngineArguments {
    std::string channel;  // "": all, as below
    std::string state;
    std::string since;
    std::string signal;  // id, its beginning, or a key
    std::string symbol;
    std::string type;
    std::uint64_t limit = 50;
    bool dead = false;      // what was refused or has expired
    bool attempts = false;  // show every try
};

// For gaps and verify.
struct NotificationsSinceArguments : RulesEngineArguments {
    std::string since;
};

struct NotifyResendArguments : RulesEngineArguments {
    std::vector<std::string> keys;
    bool dead = false;  // all of them
    std::string channel;
    std::string since;
};

struct NotifyDrillArguments : RulesEngineArguments {
    std::string channel;  // "": each that allows it
};

struct SilenceAddArguments : RulesEngineArguments {
    std::string match;  // "symbol=BTC-* type=LIQ_STORM"
    std::uint64_t for_ms = 0;
    std::string comment;
};

struct SilenceEndArguments : RulesEngineArguments {
    std::string id;
};

struct SilencePreviewArguments : RulesEngineArguments {
    std::string match;
    std::string since = "24h";
};

struct NotifyAckArguments : RulesEngineArguments {
    std::string id;  // of a signal, or "last"
    std::string comment;
};

struct NotifyTestArguments : RulesEngineArguments {
    std::string to;  // a channel or a route
};

struct NotifyExplainArguments : RulesEngineArguments {
    std::string id;
};

struct NotifyRouteArguments : RulesEngineArguments {
    std::string alert;  // "LIQ_STORM BTC-USDT-PERP extreme"
};

template <typename Arguments>
using CommandHandler = std::function<int(const Arguments&, Terminal&)>;

struct CommandHandlers {
    CommandHandler<RunArguments> run;
    CommandHandler<ReplayArguments> replay;
    CommandHandler<RecordArguments> record;
    CommandHandler<CheckArguments> check;
    CommandHandler<SignalsArguments> signals;
    CommandHandler<ExplainArguments> explain;
    CommandHandler<StatusArguments> status;
    CommandHandler<CoverageArguments> coverage;
    CommandHandler<NotifyPreviewArguments> notify_preview;
    CommandHandler<ReloadArguments> reload;
    CommandHandler<PluginListArguments> plugin_list;
    CommandHandler<PluginDecodeArguments> plugin_decode;
    CommandHandler<PluginVerifyArguments> plugin_verify;
    CommandHandler<PluginReloadArguments> plugin_reload;
    CommandHandler<RulesEngineArguments> db_status;
    CommandHandler<RulesEngineArguments> db_migrate;
    CommandHandler<SecretsArguments> secrets_set;
    CommandHandler<SecretsListArguments> secrets_list;
    CommandHandler<SecretsArguments> secrets_remove;
    CommandHandler<RulesNewArguments> rules_new;
    CommandHandler<RulesArguments> rules_check;
    CommandHandler<RulesTestArguments> rules_test;
    CommandHandler<RulesDiffArguments> rules_diff;
    CommandHandler<RulesShadowArguments> rules_shadow;
    CommandHandler<RulesEngineArguments> rules_promote;
    CommandHandler<RulesEngineArguments> rules_drop;
    CommandHandler<RulesEngineArguments> rules_versions;
    CommandHandler<RulesRestoreArguments> rules_restore;
    CommandHandler<RulesLogArguments> rules_log;
    CommandHandler<InputSentimentArguments> input_sentiment;
    CommandHandler<RulesScoreArguments> rules_score;
    CommandHandler<NotificationsArguments> notifications;
    CommandHandler<NotificationsSinceArguments> notifications_gaps;
    CommandHandler<NotificationsSinceArguments> notifications_verify;
    CommandHandler<NotifyResendArguments> notify_resend;
    CommandHandler<NotifyDrillArguments> notify_drill;
    CommandHandler<SilenceAddArguments> silence_add;
    CommandHandler<RulesEngineArguments> silence_list;
    CommandHandler<SilenceEndArguments> silence_end;
    CommandHandler<SilencePreviewArguments> silence_preview;
    CommandHandler<NotifyAckArguments> notify_ack;
    CommandHandler<NotifyTestArguments> notify_test;
    CommandHandler<NotifyExplainArguments> notify_explain;
    CommandHandler<NotifyRouteArguments> notify_route;
};

// Runs what the arguments (without the program's name) ask for; returns the exit code.
int dispatch(const std::vector<std::string>& arguments, const CommandHandlers& handlers,
             Terminal& terminal);

// For main: this process's arguments and terminal.
int dispatch(int argc, const char* const* argv, const CommandHandlers& handlers);

}  // namespace petrel::core
