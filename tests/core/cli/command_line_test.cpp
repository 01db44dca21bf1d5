// Arguments to structs, help, and what mistakes are answered with.
#include "cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command_texts.hpp"
#include "cli/config_source.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Keeps the last arguments of every command and answers with a code of the test's choice.
class CommandLine : public ::testing::Test {
protected:
    CommandLine() {
        keep(handlers_.run, run_);
        keep(handlers_.replay, replay_);
        keep(handlers_.record, record_);
        keep(handlers_.signals, signals_);
        keep(handlers_.explain, explain_);
        keep(handlers_.status, status_);
        keep(handlers_.coverage, coverage_);
        keep(handlers_.reload, reload_);
        keep(handlers_.plugin_list, plugin_list_);
        keep(handlers_.plugin_decode, plugin_decode_);
        keep(handlers_.plugin_verify, plugin_verify_);
        keep(handlers_.plugin_reload, plugin_reload_);
        keep(handlers_.rules_test, rules_);
        keep(handlers_.rules_check, rules_check_);
        keep(handlers_.rules_new, rules_new_);
    }

    int call(const std::vector<std::string>& words) {
        out_.str("");
        err_.str("");
        Terminal terminal{out_, err_, false, false, {}};
        return dispatch(words, handlers_, terminal);
    }
    [[nodiscard]] std::string out() const { return out_.str(); }
    [[nodiscard]] std::string err() const { return err_.str(); }

    CommandHandlers handlers_;
    RunArguments run_;
    RecordArguments record_;
    ReplayArguments replay_;
    SignalsArguments signals_;
    ExplainArguments explain_;
    StatusArguments status_;
    CoverageArguments coverage_;
    ReloadArguments reload_;
    PluginListArguments plugin_list_;
    PluginDecodeArguments plugin_decode_;
    PluginVerifyArguments plugin_verify_;
    PluginReloadArguments plugin_reload_;
    RulesTestArguments rules_;
    RulesArguments rules_check_;
    RulesNewArguments rules_new_;
    static constexpr int kAnswered = 42;

private:
    template <typename Arguments>
    static void keep(CommandHandler<Arguments>& handler, Arguments& kept) {
        handler = [&kept](const Arguments& arguments, Terminal&) {
            kept = arguments;
            return kAnswered;
        };
    }

    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(CommandLine, options_reach_the_handler_and_its_code_is_the_exit_code) {
    EXPECT_EQ(call({"run", "-c", "a.toml", "--set", "a.b=1", "--set=c=2"}), kAnswered);
    EXPECT_EQ(run_.config.file, "a.toml");
    EXPECT_THAT(run_.config.settings, ElementsAre("a.b=1", "c=2"));
    EXPECT_FALSE(run_.output.json);

    EXPECT_EQ(call({"replay", "a.jsonl", "b.csv", "--rules", "mine", "--json", "--held"}),
              kAnswered);
    EXPECT_THAT(replay_.files, ElementsAre("a.jsonl", "b.csv"));
    EXPECT_EQ(replay_.rules, "mine");
    EXPECT_TRUE(replay_.held);
    EXPECT_TRUE(replay_.output.json);

    EXPECT_EQ(call({"signals", "--since", "24h", "--symbol", "btcusdt", "-n", "7"}), kAnswered);
    EXPECT_EQ(signals_.since, "24h");
    EXPECT_EQ(signals_.symbol, "BTC-USDT-PERP");
    EXPECT_EQ(signals_.limit, 7U);

    EXPECT_EQ(call({"explain", "sig-7f3a", "--state-dir", "/s"}), kAnswered);
    EXPECT_EQ(explain_.id, "sig-7f3a");
    EXPECT_EQ(explain_.state_dir, "/s");

    EXPECT_EQ(call({"status", "-q", "--color", "never"}), kAnswered);
    EXPECT_TRUE(status_.quiet);
    EXPECT_EQ(status_.output.colour, ColourMode::Never);

    EXPECT_EQ(call({"plugin", "decode", "acme", "f.jsonl", "--instruments", "i.json"}), kAnswered);
    EXPECT_EQ(plugin_decode_.plugin, "acme");
    EXPECT_EQ(plugin_decode_.frames, "f.jsonl");
    EXPECT_EQ(plugin_decode_.instruments, "i.json");

    EXPECT_EQ(call({"plugin", "verify", "./libacme.so", "--frames", "f.jsonl", "--fuzz-seconds",
                    "60", "--seed", "7", "--time-limit", "9", "--save", "/s", "--strict"}),
              kAnswered);
    EXPECT_EQ(plugin_verify_.library, "./libacme.so");
    EXPECT_EQ(plugin_verify_.frames, "f.jsonl");
    EXPECT_EQ(plugin_verify_.fuzz_seconds, 60U);
    EXPECT_EQ(plugin_verify_.seed, 7U);
    EXPECT_EQ(plugin_verify_.check_seconds_max, 9U);
    EXPECT_EQ(plugin_verify_.save_directory, "/s");
    EXPECT_TRUE(plugin_verify_.strict);
    ASSERT_EQ(call({"plugin", "reload", "acme", "--state-dir", "/s"}), kAnswered) << err();
    EXPECT_EQ(plugin_reload_.plugin, "acme");
    EXPECT_EQ(plugin_reload_.state_dir, "/s");

    EXPECT_EQ(call({"rules", "test", "mine", "--coverage", "--junit", "r.xml"}), kAnswered);
    EXPECT_EQ(rules_.directory, "mine");
    EXPECT_TRUE(rules_.coverage);
    EXPECT_EQ(rules_.junit, "r.xml");

    EXPECT_EQ(call({"rules", "check", "mine", "--strict"}), kAnswered);
    EXPECT_TRUE(rules_check_.strict);

    EXPECT_EQ(call({"rules", "new", "mine", "--from", "default"}), kAnswered);
    EXPECT_EQ(rules_new_.directory, "mine");
    EXPECT_EQ(rules_new_.from, "default");
}

TEST_F(CommandLine, setting_does_not_swallow_the_files_behind_it) {
    EXPECT_EQ(call({"replay", "--set", "a=1", "x.jsonl", "y.jsonl"}), kAnswered);
    EXPECT_THAT(replay_.files, ElementsAre("x.jsonl", "y.jsonl"));
    EXPECT_THAT(replay_.config.settings, ElementsAre("a=1"));
}

TEST_F(CommandLine, reload_takes_rules_or_no_word) {
    EXPECT_EQ(call({"reload"}), kAnswered);
    EXPECT_EQ(call({"reload", "rules"}), kAnswered);
    EXPECT_EQ(call({"reload", "config"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("read at start: restart petrel"));
}

TEST_F(CommandLine, signals_leave_near_misses_out_unless_asked) {
    EXPECT_EQ(call({"signals"}), kAnswered);
    EXPECT_FALSE(signals_.held);
    EXPECT_EQ(call({"signals", "--held"}), kAnswered);
    EXPECT_TRUE(signals_.held);
}

TEST_F(CommandLine, unknown_command_gets_a_near_miss_and_code_2) {
    EXPECT_EQ(call({"rpelay", "x"}), kExitUsage);
    EXPECT_EQ(err(),
              "error[PTL-U001]: there is no command 'rpelay'; did you mean 'replay'?\n"
              "  petrel help lists all commands\n");
    EXPECT_EQ(out(), "");
    EXPECT_EQ(call({"plugin", "lst"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("there is no command 'plugin lst'; did you mean 'list'?"));
    EXPECT_EQ(call({"plugin"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("there are: petrel plugin list, petrel plugin decode"));
    EXPECT_EQ(call({"frobnicate"}), kExitUsage);
    EXPECT_THAT(err(), Not(HasSubstr("did you mean")));
}

TEST_F(CommandLine, unknown_option_missing_value_and_surplus_word_are_named) {
    EXPECT_EQ(call({"replay", "x", "--jsno"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("has no option '--jsno'; did you mean '--json'?"));
    EXPECT_EQ(call({"replay", "x", "--ruels=y"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("has no option '--ruels'; did you mean '--rules'?"));
    EXPECT_EQ(call({"replay"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("error[PTL-U003]: petrel replay: FILE is required"));
    EXPECT_THAT(err(), HasSubstr("usage: petrel replay FILE..."));
    EXPECT_EQ(call({"coverage", "b"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("'petrel coverage' does not take 'b'"));
    EXPECT_EQ(call({"explain", "a", "b"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("--why-not takes SYMBOL and TIME"));
    EXPECT_EQ(call({"run", "--config"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("PTL-U003"));
    EXPECT_EQ(call({"signals", "-n", "many"}), kExitUsage);
    EXPECT_EQ(call({"signals", "-n", "0"}), kExitUsage);
    EXPECT_EQ(call({"signals", "--symbol", "??"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("is no symbol"));
    EXPECT_EQ(call({"status", "--color", "blue"}), kExitUsage);
}

TEST_F(CommandLine, command_without_a_handler_says_so) {
    handlers_.run = nullptr;
    EXPECT_EQ(call({"run"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("PTL-U004"));
}

TEST_F(CommandLine, petrel_alone_shows_the_eight_usual_commands) {
    EXPECT_EQ(call({}), kExitDone);
    for (const CommandText& text : command_texts().first(kUsualCommands)) {
        EXPECT_THAT(out(), HasSubstr("  " + std::string(text.path) + " "));
    }
    EXPECT_THAT(out(), Not(HasSubstr("rules test")));
    const std::string shown = out();
    EXPECT_LE(std::count(shown.begin(), shown.end(), '\n'), 12);
}

TEST_F(CommandLine, every_command_has_help_with_examples_before_options) {
    for (const CommandText& text : command_texts()) {
        if (text.path == "help") {
            continue;
        }
        std::vector<std::string> words;
        std::istringstream path{std::string(text.path)};
        for (std::string word; path >> word;) {
            words.push_back(word);
        }
        words.emplace_back("--help");
        EXPECT_EQ(call(words), kExitDone) << text.path;
        const std::string shown = out();
        EXPECT_THAT(shown, StartsWith(std::string(text.sentence)));
        EXPECT_LT(shown.find("\nExamples\n"), shown.find("\nOptions\n")) << text.path;
        EXPECT_THAT(shown, HasSubstr("--json")) << text.path;
        EXPECT_THAT(shown, HasSubstr("--color WHEN")) << text.path;
        const std::string examples(text.examples);
        EXPECT_GE(std::count(examples.begin(), examples.end(), '\n'), 2) << text.path;
        words.back() = "-h";
        words.insert(words.begin(), "help");
        EXPECT_EQ(call(words), kExitDone);
        EXPECT_EQ(out(), shown) << text.path;
    }
}

TEST_F(CommandLine, record_reads_durations_and_sizes) {
    EXPECT_EQ(call({"record", "a.zst", "--for", "10m", "--max-bytes", "200mb"}), kAnswered);
    EXPECT_EQ(record_.file, "a.zst");
    EXPECT_EQ(record_.seconds, 600U);
    EXPECT_EQ(record_.bytes_max, 200U << 20U);
    EXPECT_EQ(call({"record", "a.zst", "--for", "90"}), kAnswered);
    EXPECT_EQ(record_.seconds, 90U);
    EXPECT_EQ(call({"record", "a.zst", "--for", "soon"}), kExitUsage);
    EXPECT_EQ(call({"record"}), kExitUsage);
}

// As a shell cuts a line, with quotes.
std::vector<std::string> shell_words(const std::string& line) {
    std::vector<std::string> words;
    char quote = '\0';
    bool open = false;
    for (const char c : line) {
        if (quote != '\0' ? c == quote : c == '\'' || c == '"') {
            quote = quote != '\0' ? '\0' : c;
        } else if (quote == '\0' && c == ' ') {
            open = false;
        } else {
            words.resize(words.size() + (open ? 0 : 1));
            open = true;
            words.back() += c;
        }
    }
    return words;
}

// Every example line is run through the parser: a guide that rots fails here.
TEST_F(CommandLine, every_example_is_understood) {
    handlers_.check = [](const CheckArguments&, Terminal&) { return kAnswered; };
    handlers_.rules_diff = [](const RulesDiffArguments&, Terminal&) { return kAnswered; };
    handlers_.rules_check = [](const RulesArguments&, Terminal&) { return kAnswered; };
    handlers_.rules_diff = [](const RulesDiffArguments&, Terminal&) { return kAnswered; };
    handlers_.rules_score = [](const RulesScoreArguments&, Terminal&) { return kAnswered; };
    handlers_.secrets_set = [](const SecretsArguments&, Terminal&) { return kAnswered; };
    handlers_.secrets_list = [](const SecretsListArguments&, Terminal&) { return kAnswered; };
    handlers_.secrets_remove = [](const SecretsArguments&, Terminal&) { return kAnswered; };
    handlers_.rules_diff = [](const RulesDiffArguments&, Terminal&) { return kAnswered; };
    handlers_.rules_shadow = [](const RulesShadowArguments&, Terminal&) { return kAnswered; };
    handlers_.rules_promote = [](const RulesEngineArguments&, Terminal&) { return kAnswered; };
    handlers_.rules_drop = handlers_.rules_promote;
    handlers_.db_status = handlers_.db_migrate = handlers_.rules_promote;
    handlers_.rules_versions = handlers_.rules_promote;
    handlers_.rules_restore = [](const RulesRestoreArguments&, Terminal&) { return kAnswered; };
    handlers_.rules_log = [](const RulesLogArguments&, Terminal&) { return kAnswered; };
    handlers_.input_sentiment = [](const InputSentimentArguments&, Terminal&) { return kAnswered; };
    handlers_.notifications = [](const NotificationsArguments&, Terminal&) { return kAnswered; };
    handlers_.notifications_gaps = [](const NotificationsSinceArguments&, Terminal&) {
        return kAnswered;
    };
    handlers_.notifications_verify = handlers_.notifications_gaps;
    handlers_.notify_resend = [](const NotifyResendArguments&, Terminal&) { return kAnswered; };
    handlers_.notify_drill = [](const NotifyDrillArguments&, Terminal&) { return kAnswered; };
    handlers_.notify_preview = [](const NotifyPreviewArguments&, Terminal&) { return kAnswered; };
    handlers_.silence_add = [](const SilenceAddArguments&, Terminal&) { return kAnswered; };
    handlers_.silence_list = handlers_.rules_promote;
    handlers_.silence_end = [](const SilenceEndArguments&, Terminal&) { return kAnswered; };
    handlers_.silence_preview = [](const SilencePreviewArguments&, Terminal&) { return kAnswered; };
    handlers_.notify_ack = [](const NotifyAckArguments&, Terminal&) { return kAnswered; };
    handlers_.notify_test = [](const NotifyTestArguments&, Terminal&) { return kAnswered; };
    handlers_.notify_explain = [](const NotifyExplainArguments&, Terminal&) { return kAnswered; };
    handlers_.notify_route = [](const NotifyRouteArguments&, Terminal&) { return kAnswered; };
    for (const CommandText& text : command_texts()) {
        std::istringstream lines{std::string(text.examples)};
        for (std::string line; std::getline(lines, line);) {
            std::vector<std::string> words = shell_words(line.substr(0, line.find_first_of("|<")));
            ASSERT_EQ(words.at(0), "petrel") << line;
            words.erase(words.begin());
            // Remarks stand behind three blanks.
            const std::size_t remark = line.find("   ", line.find("petrel"));
            if (remark != std::string::npos) {
                std::istringstream short_line(line.substr(0, remark));
                words.clear();
                for (std::string word; short_line >> word;) {
                    words.push_back(word);
                }
                words.erase(words.begin());
            }
            const int expected =
                text.path == "version" || text.path == "help" ? kExitDone : kAnswered;
            EXPECT_EQ(call(words), expected) << line << "\n" << err();
        }
    }
}

TEST_F(CommandLine, help_knows_topics_and_refuses_what_it_does_not_know) {
    EXPECT_EQ(call({"help", "exit-codes"}), kExitDone);
    EXPECT_THAT(out(), HasSubstr("130  interrupted"));
    EXPECT_EQ(call({"help", "config"}), kExitDone);
    EXPECT_EQ(call({"--help"}), kExitDone);
    EXPECT_THAT(out(), HasSubstr("plugin decode"));
    EXPECT_EQ(call({"help", "replya"}), kExitUsage);
    EXPECT_THAT(err(), HasSubstr("did you mean 'replay'?"));
    EXPECT_EQ(call({"help", "rules"}), kExitDone);
    EXPECT_THAT(out(), HasSubstr("pack.lua"));
}

TEST_F(CommandLine, version_is_printed_for_people_and_programs) {
    EXPECT_EQ(call({"--version"}), kExitDone);
    EXPECT_THAT(out(), StartsWith("petrel 0."));
    EXPECT_EQ(call({"version", "--json"}), kExitDone);
    EXPECT_EQ(nlohmann::json::parse(out())["plugin_abi"], "1.5");
}

TEST(Colours, follow_terminal_environment_and_wish) {
    std::ostringstream sink;
    Terminal terminal{sink, sink, true, false, {}};
    EXPECT_EQ(terminal.out_colour(ColourMode::Auto), Colour::Always);
    EXPECT_EQ(terminal.err_colour(ColourMode::Auto), Colour::Never);
    EXPECT_EQ(terminal.err_colour(ColourMode::Always), Colour::Always);
    terminal.environment = {{"NO_COLOR", ""}};
    EXPECT_EQ(terminal.out_colour(ColourMode::Auto), Colour::Always);
    terminal.environment = {{"NO_COLOR", "1"}};
    EXPECT_EQ(terminal.out_colour(ColourMode::Auto), Colour::Never);
    EXPECT_EQ(terminal.out_colour(ColourMode::Always), Colour::Always);
    terminal.environment = {{"TERM", "dumb"}};
    EXPECT_EQ(terminal.out_colour(ColourMode::Auto), Colour::Never);
}

TEST(ConfigSource, named_file_wins_over_the_environment_and_state_dir_is_a_setting) {
    std::ostringstream sink;
    const Terminal terminal{sink, sink, false, false, {{"PETREL_CONFIG", "env.toml"}}};
    EXPECT_EQ(load_options({"arg.toml", {}}, terminal).file, "arg.toml");
    EXPECT_EQ(load_options({"", {}}, terminal).file, "env.toml");
    EXPECT_THAT(load_options({"", {"a=1"}}, terminal, "/s").settings,
                ElementsAre("a=1", "state_dir=/s"));
    const Terminal bare{sink, sink, false, false, {}};
    EXPECT_EQ(load_options({"", {}}, bare, ImplicitFile::Ignored).file, "");
}

}  // namespace
}  // namespace petrel::core
