// Texts as data; nothing here parses or decides.
#include "cli/command_texts.hpp"

#include <algorithm>
#include <array>

namespace petrel::core {
namespace {

constexpr std::array<CommandText, 46> kCommands{{
    {"run", "Runs the radar: takes market data, detects, judges, delivers.",
     "[--config FILE] [--set KEY=VALUE]...",
     "  petrel run --config petrel.toml\n"
     "  petrel run --set engine.shards=2 --set log.level=debug\n"},
    {"check", "Checks the configuration and the plugins; starts nothing.",
     "[--config FILE] [--set KEY=VALUE]...",
     "  petrel check --config petrel.toml\n"
     "  petrel check --json | jq '.problems[]'\n"},
    {"replay", "Runs recorded data through detectors and rules as fast as it can.",
     "FILE... [--rules DIR] [--config FILE]",
     "  petrel replay recording.jsonl\n"
     "  petrel replay liquidations.csv trades.csv --rules mine --json\n"
     "  petrel replay recording.jsonl --set detection.minima_scale=0.1 --held\n"},
    {"record", "Writes what the configured venues send to a file that replay plays.",
     "FILE [--for DURATION] [--max-bytes BYTES]",
     "  petrel record storm.jsonl.zst --for 10m\n"
     "  petrel record bug.jsonl.zst --config petrel.toml --max-bytes 200mb\n"},
    {"signals", "Lists the signals that were made, newest first.",
     "[--since WHEN] [--symbol SYMBOL] [--limit N] [--held]",
     "  petrel signals --since 24h\n"
     "  petrel signals --held --limit 10\n"
     "  petrel signals --symbol BTCUSDT --json\n"},
    {"explain", "Shows what a signal rests on: findings, figures, each term, the verdict.",
     "ID | --why-not SYMBOL TIME",
     "  petrel explain sig-7f3a\n"
     "  petrel explain last --again\n"
     "  petrel explain --why-not BTCUSDT 2026-11-20T18:40:00Z --within 2m\n"},
    {"status", "Says how a running petrel is: 0 healthy, 1 degraded, 3 unreachable.", "[-q]",
     "  petrel status\n"
     "  petrel status -q || echo \"not healthy\"\n"},
    {"reload", "Makes a running petrel read its rules again, as one transaction.", "[rules]",
     "  petrel reload\n"
     "  petrel reload rules --json\n"},
    {"coverage", "Lists what a running petrel could not see, and whether it was filled.", "",
     "  petrel coverage\n"
     "  petrel coverage --json | jq '.entries[]'\n"},
    {"notify preview", "Shows an alert as each channel would get it; nothing is sent.",
     "[TYPE|OCCASION|SIGNAL] [--channel NAME] [--card FILE]",
     "  petrel notify preview LIQ_STORM --channel pager\n"
     "  petrel notify preview digest --channel pager\n"
     "  petrel notify preview last --json\n"
     "  petrel notify preview GLOBAL_RADAR --card storm.png\n"},
    {"plugin list", "Lists the plugins that were found, and why others were refused.",
     "[--config FILE]",
     "  petrel plugin list\n"
     "  petrel plugin list --json\n"},
    {"plugin decode", "Prints the events that an exchange plugin makes of recorded frames.",
     "NAME FRAMES [--instruments FILE]",
     "  petrel plugin decode acme frames.jsonl\n"
     "  petrel plugin decode acme frames.jsonl --instruments instruments.json | head\n"},
    {"plugin verify", "Runs the contract of exchange adapters on a library, and fuzzes it.",
     "LIB [--frames FILE] [--fuzz-seconds N] [--strict]",
     "  petrel plugin verify ./libacme.so --frames acme.jsonl\n"
     "  petrel plugin verify ./libacme.so --fuzz-seconds 60 --seed 7\n"
     "  petrel plugin verify acme --json | jq '.rows[] | select(.verdict == \"fail\")'\n"},
    {"plugin reload", "Replaces a detector of a running petrel by what is in its file now.", "NAME",
     "  petrel plugin reload acme\n"
     "  petrel plugin reload acme --json\n"},
    {"db status", "Shows where the store is, and whether its tables are up to date.",
     "[--state-dir DIR]",
     "  petrel db status\n"
     "  petrel db status --json\n"},
    {"db migrate", "Brings the store's tables up to date; a running petrel has done so.",
     "[--state-dir DIR]",
     "  petrel db migrate\n"
     "  petrel db migrate --json\n"},
    {"secrets set", "Keeps a secret in the encrypted store; reads it from standard input.", "NAME",
     "  petrel secrets set acme-token\n"
     "  petrel secrets set acme-token < token.txt\n"},
    {"secrets list", "Lists the names of the secrets in the encrypted store.", "[--config FILE]",
     "  petrel secrets list\n"
     "  petrel secrets list --json\n"},
    {"secrets remove", "Removes a secret from the encrypted store.", "NAME",
     "  petrel secrets remove acme-token\n"
     "  petrel secrets remove acme-token --config petrel.toml\n"},
    {"rules new", "Writes a small complete rule pack to begin from.", "DIR [--from default]",
     "  petrel rules new mine\n"
     "  petrel rules new mine --from default\n"},
    {"rules check", "Compiles a rule pack, tries it on sample inputs and says what looks odd.",
     "DIR [--strict]",
     "  petrel rules check mine\n"
     "  petrel rules check mine --strict\n"
     "  petrel rules check rules/default --json\n"},
    {"rules test", "Runs the tests of a rule pack.", "DIR [--coverage] [--junit FILE]",
     "  petrel rules test mine --coverage\n"
     "  petrel rules test mine --junit results.xml\n"
     "  petrel rules test rules/default --json\n"},
    {"rules diff", "Shows what another version of the rules would have sent on recordings.",
     "BEFORE AFTER --on RECORDING... [--html FILE]",
     "  petrel rules diff rules/default mine --on recording.jsonl.zst\n"
     "  petrel rules diff rules/default mine --on state/journal --html diff.html\n"
     "  petrel rules diff old new --on storm.csv --json | jq '.counts'\n"},
    {"rules shadow", "Lets a second version look on at live data, or shows what it saw.", "[DIR]",
     "  petrel rules shadow mine\n"
     "  petrel rules shadow\n"
     "  petrel rules shadow --json | jq '.counts'\n"},
    {"rules promote", "Makes the version that looks on the one that decides.", "",
     "  petrel rules promote\n"
     "  petrel rules promote --json\n"},
    {"rules drop", "Ends the version that looks on.", "",
     "  petrel rules drop\n"
     "  petrel rules drop --json\n"},
    {"rules versions", "Lists the versions that were live and are kept.", "",
     "  petrel rules versions\n"
     "  petrel rules versions --json | jq -r '.versions[].path'\n"},
    {"rules restore", "Makes a version that was live decide again.", "VERSION",
     "  petrel rules restore default@9c41e2\n"
     "  petrel rules restore 9c41 --json\n"},
    {"rules log", "Lists who changed the rules or a detector, when, in what, and what came of it.",
     "[-n N]",
     "  petrel rules log\n"
     "  petrel rules log -n 5 --json\n"},
    {"rules score", "Shows what came of the signals: hits, false alarms, moves, lead times.",
     "[--since WHEN] [--by WHAT] [--horizon DURATION] [--on RECORDING... [--rules DIR]]",
     "  petrel rules score --since 7d\n"
     "  petrel rules score --by pattern --horizon 5m\n"
     "  petrel rules score --on recording.jsonl.zst --rules mine --json\n"},
    {"input sentiment", "Tells a running petrel the mood of a symbol and how the news weigh.",
     "SYMBOL VALUE [--impact X] [--source NAME]",
     "  petrel input sentiment BTCUSDT -0.6 --impact 0.8 --source newsdesk\n"
     "  petrel input sentiment ETHUSDT 0.2 --json\n"},
    {"notifications", "Lists notifications: where they went, what came of each, and why.",
     "[--channel NAME] [--state STATE | --dead] [--since WHEN] [--signal ID] [--attempts]",
     "  petrel notifications --since 24h\n"
     "  petrel notifications --signal sig-7f3a --attempts\n"
     "  petrel notifications --dead --channel chat --json\n"},
    {"notifications gaps",
     "Shows what was admitted and not delivered, and why; 1 when there is any.", "[--since WHEN]",
     "  petrel notifications gaps --since 24h\n"
     "  petrel notifications gaps --json | jq '.totals[]'\n"},
    {"notifications verify", "Checks the chain of proof from findings to providers' ids.",
     "[--since WHEN]",
     "  petrel notifications verify\n"
     "  petrel notifications verify --since 7d --json\n"},
    {"notify resend", "Sends refused or expired notifications again, under their keys.",
     "KEY... | --dead [--channel NAME] [--since WHEN]",
     "  petrel notify resend sig-7f3a92c1d0e4/chat\n"
     "  petrel notify resend --dead --channel chat --since 2h\n"},
    {"notify drill", "Sends a test the way of an alert, and says whether it arrived.", "[CHANNEL]",
     "  petrel notify drill chat\n"
     "  petrel notify drill --json\n"},
    {"notify silence add", "Holds alerts back for a time, wherever they would go.",
     "MATCH --for DURATION [--comment TEXT]",
     "  petrel notify silence add 'symbol=BTC-* type=LIQ_STORM' --for 2h --comment maintenance\n"
     "  petrel notify silence add all --for 30m\n"},
    {"notify silence list", "Lists the silences that hold: by whom, how long, what they held.", "",
     "  petrel notify silence list\n"
     "  petrel notify silence list --json | jq '.silences[].held'\n"},
    {"notify silence end", "Ends a silence before its time.", "ID",
     "  petrel notify silence end sil-7f3a92\n"
     "  petrel notify silence end sil-7f --json\n"},
    {"notify silence preview", "Shows which stored alerts a silence would have held.",
     "MATCH [--since WHEN]",
     "  petrel notify silence preview 'symbol=BTC-*'\n"
     "  petrel notify silence preview 'severity>=warning side=long' --since 7d\n"},
    {"notify ack", "Says that you have taken a signal on: its escalations end.",
     "SIGNAL [--comment TEXT]",
     "  petrel notify ack sig-7f3a\n"
     "  petrel notify ack last --comment \"closing positions\"\n"},
    {"notify test", "Sends a message marked TEST and waits for what comes of it.", "CHANNEL|ROUTE",
     "  petrel notify test chat\n"
     "  petrel notify test root --json\n"},
    {"notify explain", "Shows where a signal's alert would go now, and why not elsewhere.",
     "SIGNAL",
     "  petrel notify explain sig-7f3a\n"
     "  petrel notify explain last --json\n"},
    {"notify route", "Shows where such an alert would go now, and why not elsewhere.", "ALERT",
     "  petrel notify route 'LIQ_STORM BTC-USDT-PERP extreme'\n"
     "  petrel notify route 'WHALE_CLUSTER ETHUSDT side=buy score=0.7' --json\n"},
    {"version", "Prints the version of petrel and of its plugin ABI.", "[--json]",
     "  petrel version\n"
     "  petrel version --json\n"},
    {"help", "Explains a command or a topic (exit-codes, config, rules).", "[COMMAND|TOPIC]",
     "  petrel help replay\n"
     "  petrel help exit-codes\n"},
}};

constexpr std::array<HelpTopic, 3> kTopics{{
    {"exit-codes",
     "Exit codes\n"
     "    0  yes, or done\n"
     "    1  the answer is no: a test failed, differences were found, degraded\n"
     "    2  used wrongly, or bad configuration\n"
     "    3  no running petrel can be reached\n"
     "    4  not allowed\n"
     "    5  a plugin or a rule broke\n"
     "  130  interrupted\n"},
    {"config",
     "Configuration\n"
     "  Values come from, later ones winning value by value:\n"
     "    1. the defaults built into petrel, and those beside each plugin\n"
     "    2. the file: --config FILE, else $PETREL_CONFIG, else ./petrel.toml, else\n"
     "       /etc/petrel/petrel.toml (replay takes only the first two)\n"
     "    3. the environment: PETREL_ENGINE__SHARDS=2 is engine.shards\n"
     "    4. --set engine.shards=2\n"
     "  Secrets stand elsewhere: token = { file = \"path\" } or { env = \"NAME\" }.\n"
     "  'petrel check' names every mistake with its place.\n"},
    {"rules",
     "Rules\n"
     "  A rule pack is a folder of Lua files: pack.lua names it, the others score findings and\n"
     "  say whether they are fit to be sent; tests/ holds its tests.\n"
     "    petrel rules new DIR         writes a small pack that works, to begin from\n"
     "    petrel rules check DIR       compiles it, tries it on sample inputs, says what looks "
     "odd\n"
     "    petrel rules test DIR        runs its tests; --coverage names lines that none has run\n"
     "    petrel replay FILE --rules DIR\n"
     "    petrel rules diff OLD NEW --on FILE     what an edit would have changed\n"
     "    petrel rules shadow DIR      lets a running petrel try it beside the live one\n"
     "    petrel rules score           what came of the signals they made\n"
     "    petrel reload rules          a running petrel takes the new version, or keeps the old\n"},
}};

std::string rows(std::span<const CommandText> commands) {
    std::string out;
    for (const CommandText& command : commands) {
        std::string row = "  " + std::string(command.path);
        row.resize(std::max<std::size_t>(row.size() + 2, 18), ' ');
        out += row + std::string(command.sentence) + "\n";
    }
    return out;
}

}  // namespace

std::span<const CommandText> command_texts() { return kCommands; }

std::span<const HelpTopic> help_topics() { return kTopics; }

std::string overview() {
    return "petrel: storm warnings for crypto markets\n\n" +
           rows(std::span(kCommands).first(kUsualCommands)) +
           "\nAll commands: petrel help        One of them: petrel COMMAND --help\n";
}

std::string all_commands() {
    return "petrel: storm warnings for crypto markets\n\nusage: petrel COMMAND [OPTIONS]\n\n" +
           rows(kCommands) + "\nTopics: petrel help exit-codes | config | rules\n";
}

}  // namespace petrel::core
