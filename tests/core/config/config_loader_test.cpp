// Layers, sections and bounds of the configuration.
#include "config/config_loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/config/config_support.hpp"

namespace petrel::core {
namespace {

using testing::codes;
using ::testing::ElementsAre;
using testing::find_problem;
using ::testing::HasSubstr;
using testing::load;

TEST(ConfigLoader, built_in_defaults_load_without_a_problem) {
    const LoadResult result = load_config({});
    EXPECT_EQ(render(result.problems), "");
    const Config& config = result.config;
    EXPECT_EQ(config.state_dir, "petrel-state");
    EXPECT_EQ(config.engine.window_ms, 30'000U);
    EXPECT_EQ(config.cooldown_ms.at("WHALE_TRADE"), 600'000U);
    EXPECT_EQ(config.cooldown_ms.at("LIQ_STORM"), 300'000U);
    EXPECT_EQ(config.fallback_group, "MID_CAP");
    ASSERT_EQ(config.groups.size(), 4U);
    EXPECT_EQ(config.groups[0].name, "MAJORS");
    EXPECT_THAT(config.groups[0].symbols,
                ElementsAre("BTC-USDT-PERP", "ETH-USDT-PERP", "BNB-USDT-PERP"));
    EXPECT_EQ(config.groups[3].name, "OTHERS");
    EXPECT_TRUE(config.exchanges.empty());
    ASSERT_EQ(config.notifiers.size(), 1U);
}

TEST(ConfigLoader, structs_and_built_in_defaults_agree) {
    const Config config = load_config({}).config;
    EXPECT_EQ(config.engine.queue_capacity, EngineConfig{}.queue_capacity);
    EXPECT_EQ(config.engine.window_horizon_ms, EngineConfig{}.window_horizon_ms);
    EXPECT_EQ(config.engine.kept_events_max, EngineConfig{}.kept_events_max);
    EXPECT_EQ(config.rules.fuel, RulesConfig{}.fuel);
    EXPECT_EQ(config.rules.memory_bytes, RulesConfig{}.memory_bytes);
    EXPECT_EQ(config.journal.segment_bytes, JournalConfig{}.segment_bytes);
    EXPECT_EQ(config.journal.retain_bytes, JournalConfig{}.retain_bytes);
    EXPECT_EQ(config.journal.retain_s, JournalConfig{}.retain_s);
    EXPECT_EQ(config.journal.sync_ms, JournalConfig{}.sync_ms);
    EXPECT_EQ(config.delivery.use_by_s, DeliveryConfig{}.use_by_s);
    EXPECT_EQ(config.delivery.attempts_max, DeliveryConfig{}.attempts_max);
    EXPECT_EQ(config.delivery.queue_capacity, DeliveryConfig{}.queue_capacity);
    EXPECT_EQ(config.delivery.drill_every_s, DeliveryConfig{}.drill_every_s);
    EXPECT_EQ(config.delivery.drill_limit_s, DeliveryConfig{}.drill_limit_s);
    EXPECT_EQ(config.store.retain_s, StoreConfig{}.retain_s);
    EXPECT_EQ(config.store.near_misses_max, StoreConfig{}.near_misses_max);
}

TEST(ConfigLoader, drills_are_off_until_a_channel_allows_them) {
    const LoadResult result = load(
        "[store]\nretain_age = \"7d\"\nnear_misses_max = 5\n[delivery.drill]\nevery = \"12h\"\n"
        "limit = \"5s\"\n[notifiers.chat]\nplugin = \"log\"\ndrill = true\n[notifiers.log]\n");
    EXPECT_EQ(codes(result), "");
    EXPECT_EQ(result.config.delivery.drill_every_s, 12U * 3'600);
    EXPECT_EQ(result.config.delivery.drill_limit_s, 5U);
    EXPECT_EQ(result.config.store.retain_s, 7U * 86'400);
    EXPECT_EQ(result.config.store.near_misses_max, 5U);
    ASSERT_EQ(result.config.notifiers.size(), 2U);
    EXPECT_TRUE(result.config.notifiers[0].drill);
    EXPECT_FALSE(result.config.notifiers[1].drill);
    EXPECT_TRUE(result.config.notifiers[0].values.empty()) << "it is no value of the plugin's";
    EXPECT_NE(codes(load("[delivery.drill]\nevery = \"1s\"\n")), "");
    EXPECT_NE(codes(load("[delivery.drill]\nchannels = []\n")), "");
}

TEST(ConfigLoader, later_layers_win_value_by_value) {
    LoadOptions options;
    options.environment = {{"PETREL_ENGINE__SHARDS", "3"}, {"PETREL_ENGINE__WINDOW", "20s"}};
    options.settings = {"engine.window=10s"};
    const LoadResult result =
        load("[engine]\nshards = 2\nqueue_capacity = 2048\nwindow = \"15s\"\n", options);
    EXPECT_EQ(render(result.problems), "");
    EXPECT_EQ(result.config.engine.queue_capacity, 2048U);
    EXPECT_EQ(result.config.engine.shards, 3U);
    EXPECT_EQ(result.config.engine.window_ms, 10'000U);
    EXPECT_EQ(result.config.engine.window_horizon_ms, 300'000U);
}

TEST(ConfigLoader, environment_reaches_lists_groups_and_cooldowns) {
    LoadOptions options;
    options.environment = {{"PETREL_SYMBOLS", "BTCUSDT, ethusdt"},
                           {"PETREL_COOLDOWNS__LIQ_STORM", "1m"},
                           {"PETREL_GROUPS__MEMES", "[\"1000PEPEUSDT\"]"},
                           {"PETREL_STATE_DIR", "/var/lib/petrel"},
                           {"PETREL_LOG__LEVEL", "debug"},
                           {"PETREL_CONFIG", "elsewhere.toml"},
                           {"HOME", "elsewhere"}};
    const LoadResult result = load("", options);
    EXPECT_EQ(render(result.problems), "");
    EXPECT_THAT(result.config.symbols, ElementsAre("BTC-USDT-PERP", "ETH-USDT-PERP"));
    EXPECT_EQ(result.config.cooldown_ms.at("LIQ_STORM"), 60'000U);
    EXPECT_EQ(result.config.state_dir, "/var/lib/petrel");
    EXPECT_EQ(result.config.log.level, "debug");
    ASSERT_EQ(result.config.groups.size(), 5U);
    EXPECT_EQ(result.config.groups[3].name, "MEMES");
    EXPECT_THAT(result.config.groups[3].symbols, ElementsAre("PEPE-USDT-PERP"));
    EXPECT_EQ(result.config.groups[4].name, "OTHERS");
}

TEST(ConfigLoader, unknown_variable_is_a_warning_because_it_may_be_anothers) {
    LoadOptions options;
    options.environment = {{"PETREL_PORT", "tcp://10.0.0.1:80"}, {"PETREL_ENGINE__SHRADS", "2"}};
    const LoadResult result = load("", options);
    EXPECT_FALSE(has_errors(result.problems));
    const std::string text = render(result.problems);
    EXPECT_THAT(text, HasSubstr("warning[PTL-C017]: unknown key 'port' at the top level"));
    EXPECT_THAT(text, HasSubstr("environment variable PETREL_ENGINE__SHRADS"));
    EXPECT_THAT(text, HasSubstr("did you mean 'shards'?"));
    EXPECT_THAT(text, Not(HasSubstr("10.0.0.1")));
}

TEST(ConfigLoader, setting_without_value_is_reported) {
    LoadOptions options;
    options.settings = {"engine.shards", "=2", "a..b=1"};
    const LoadResult result = load("", options);
    EXPECT_EQ(codes(result), "PTL-C016@0:0 PTL-C016@0:0 PTL-C016@0:0");
}

TEST(ConfigLoader, every_mistake_comes_at_once_with_its_place) {
    const LoadResult result = load(
        "state_dir = 5\n"
        "[engine]\n"
        "shards = 65\n"
        "window = \"10\"\n"
        "queue_cpacity = 1\n"
        "[log]\n"
        "level = \"inof\"\n"
        "[exchanges.venue]\n"
        "ws = \"htp://x\"\n"
        "symbols = [\"BTCUSDT\", \"??\"]\n");
    EXPECT_EQ(codes(result),
              "PTL-C004@1:13 PTL-C005@3:10 PTL-C011@4:10 PTL-C003@5:1 PTL-C007@7:9 PTL-C012@9:6 "
              "PTL-C008@10:23");
}

TEST(ConfigLoader, bounds_are_inclusive) {
    EXPECT_EQ(codes(load("[engine]\nshards = 64\n")), "");
    EXPECT_EQ(codes(load("[engine]\nshards = 1\n")), "");
    EXPECT_EQ(codes(load("[engine]\nshards = 0\n")), "PTL-C005@2:10");
    EXPECT_EQ(codes(load("[engine]\nshards = -1\n")), "PTL-C005@2:10");
    EXPECT_EQ(codes(load("[engine]\nshards = 9223372036854775807\n")), "PTL-C005@2:10");
    EXPECT_EQ(codes(load("[detection]\nminima_scale = nan\n")), "PTL-C005@2:16");
    EXPECT_EQ(codes(load("[detection]\nminima_scale = inf\n")), "PTL-C005@2:16");
    EXPECT_EQ(codes(load("[journal]\nsegment_size = \"1KiB\"\n")), "PTL-C005@2:16");
    EXPECT_EQ(codes(load("[cooldowns]\nLIQ_STORM = \"8d\"\n")), "PTL-C005@2:13");
}

TEST(ConfigLoader, the_store_is_one_line_and_its_password_a_reference) {
    EXPECT_EQ(load("").config.store.url, "");
    EXPECT_EQ(load("").config.store.spool_bytes, StoreConfig{}.spool_bytes);
    const auto loaded = load(
        "[store]\nurl = \"postgresql://me@db.example,db2:5433/x?sslmode=require"
        "\"\npassword = { env = \"DB_WORD\" }\nspool_size = \"1GiB\"\n");
    EXPECT_EQ(codes(loaded), "");
    EXPECT_EQ(loaded.config.store.url, "postgresql://me@db.example,db2:5433/x?sslmode=require");
    EXPECT_EQ(loaded.config.store.password->name, "DB_WORD");
    EXPECT_EQ(loaded.config.store.spool_bytes, 1ULL << 30);
    for (const std::string url :
         {"mysql://x/y", "postgresql://me:word@x/y", "postgresql://x/y?password=word", "x y"}) {
        EXPECT_EQ(codes(load("[store]\nurl = \"" + url + "\"\n")), "PTL-C012@2:7") << url;
    }
    EXPECT_EQ(codes(load("[store]\npassword = \"word\"\n")), "PTL-C015@2:12");
}

TEST(ConfigLoader, horizons_of_outcomes_are_sorted_and_bounded) {
    EXPECT_THAT(load("").config.outcomes.horizons_ms,
                ElementsAre(60'000, 300'000, 900'000, 3'600'000));
    EXPECT_EQ(load("").config.outcomes.horizons_ms, OutcomesConfig{}.horizons_ms);
    EXPECT_EQ(load("").config.outcomes.hit_sigma, OutcomesConfig{}.hit_sigma);
    const LoadResult result = load("[outcomes]\nhorizons = [\"1h\", \"10s\", \"60m\", \"24h\"]\n");
    EXPECT_EQ(codes(result), "");
    EXPECT_THAT(result.config.outcomes.horizons_ms, ElementsAre(10'000, 3'600'000, 86'400'000));
    EXPECT_TRUE(load("[outcomes]\nhorizons = []\n").config.outcomes.horizons_ms.empty());
    EXPECT_EQ(codes(load("[outcomes]\nhorizons = [\"9s\"]\n")), "PTL-C005@2:13");
    EXPECT_EQ(codes(load("[outcomes]\nhorizons = [\"1m\", \"25h\"]\n")), "PTL-C005@2:19");
    EXPECT_EQ(codes(load("[outcomes]\nhorizons = [\"soon\"]\n")), "PTL-C011@2:13");
    EXPECT_EQ(codes(load("[outcomes]\nhorizons = [15]\n")), "PTL-C004@2:13");
    EXPECT_EQ(codes(load("[outcomes]\nhorizons = [\"1m\", \"2m\", \"3m\", \"4m\", \"5m\", \"6m\", "
                         "\"7m\", \"8m\", \"9m\"]\n")),
              "PTL-C005@2:12");
    EXPECT_EQ(codes(load("[outcomes]\nhit_sigma = 0\n")), "PTL-C005@2:13");
}

TEST(ConfigLoader, the_main_horizon_is_the_longest_of_at_most_a_quarter_of_an_hour) {
    EXPECT_EQ(main_horizon_ms({{60'000, 900'000, 3'600'000}, 1}), 900'000U);
    EXPECT_EQ(main_horizon_ms({{60'000, 300'000, 3'600'000}, 1}), 300'000U);
    EXPECT_EQ(main_horizon_ms({{1'800'000, 3'600'000}, 1}), 1'800'000U);
    EXPECT_EQ(main_horizon_ms({{}, 1}), 0U);
}

TEST(ConfigLoader, window_longer_than_the_horizon_is_refused) {
    EXPECT_EQ(codes(load("[engine]\nwindow = \"10m\"\n")), "PTL-C022@2:10");
    EXPECT_EQ(codes(load("[engine]\nwindow = \"10m\"\nwindow_horizon = \"10m\"\n")), "");
}

TEST(ConfigLoader, misspelt_alert_type_in_cooldowns_is_a_warning_with_the_right_one) {
    const LoadResult result = load("[cooldowns]\nLIQ_STROM = \"1s\"\nCUSTOM_ALERT = \"5s\"\n");
    EXPECT_EQ(codes(result), "PTL-C013@2:1");
    EXPECT_FALSE(has_errors(result.problems));
    EXPECT_THAT(render(result.problems), HasSubstr("did you mean 'LIQ_STORM'?"));
    EXPECT_EQ(result.config.cooldown_ms.at("CUSTOM_ALERT"), 5'000U);
    EXPECT_EQ(codes(load("[cooldowns]\nstorm = \"1s\"\n")), "PTL-C013@2:1");
}

TEST(ConfigLoader, symbol_twice_in_one_file_is_refused_and_a_move_between_layers_is_not) {
    const LoadResult twice = load("[groups]\nA = [\"XUSDT\"]\nB = [\"X/USDT:USDT\"]\n");
    EXPECT_EQ(codes(twice), "PTL-C009@3:6");
    EXPECT_THAT(render(twice.problems), HasSubstr("petrel.toml:2:6"));

    const LoadResult moved = load("[groups]\nMAJORS = [\"BTCUSDT\", \"SOLUSDT\"]\n");
    EXPECT_EQ(codes(moved), "");
    EXPECT_THAT(moved.config.groups[0].symbols, ElementsAre("BTC-USDT-PERP", "SOL-USDT-PERP"));
    EXPECT_THAT(moved.config.groups[1].symbols, ElementsAre("ADA-USDT-PERP", "XRP-USDT-PERP"));
    EXPECT_EQ(group_index(moved.config, "SOL-USDT-PERP"), 0U);
    EXPECT_EQ(group_index(moved.config, "BTC-USDC-PERP"), 3U);
}

TEST(ConfigLoader, one_group_takes_the_rest) {
    EXPECT_EQ(codes(load("[groups]\nMAJORS = []\n")), "PTL-C010@2:10");
    EXPECT_EQ(codes(load("[groups]\nOTHERS = [\"LTCUSDT\"]\n")), "PTL-C010@1:1");
    const LoadResult wrong = load("fallback_group = \"MIDCAP\"\n");
    EXPECT_EQ(codes(wrong), "PTL-C010@1:18");
    EXPECT_THAT(render(wrong.problems), HasSubstr("did you mean 'MID_CAP'?"));
}

TEST(ConfigLoader, relative_paths_start_at_the_file_that_says_them) {
    LoadOptions options;
    options.file = "/etc/petrel/petrel.toml";
    options.environment = {{"PETREL_JOURNAL__DIRECTORY", "here"}};
    const LoadResult result = load(
        "state_dir = \"state\"\n[rules]\ndirectory = \"../rules\"\n[exchanges.a]\nca_file = "
        "\"/abs.pem\"\n",
        options);
    EXPECT_EQ(codes(result), "");
    EXPECT_EQ(result.config.state_dir, "/etc/petrel/state");
    EXPECT_EQ(result.config.rules.directory, "/etc/rules");
    EXPECT_EQ(result.config.exchanges[0].ca_file, "/abs.pem");
    EXPECT_EQ(journal_directory(result.config), "here");
    EXPECT_EQ(control_socket_path(result.config), "/etc/petrel/state/petrel.sock");
}

TEST(ConfigLoader, socket_path_too_long_for_the_system_is_refused_before_it_is_bound) {
    const std::string deep(120, 'd');
    EXPECT_EQ(codes(load("state_dir = \"/" + deep + "\"\n")), "PTL-C005@1:13");
    EXPECT_EQ(codes(load("state_dir = \"/" + deep + "\"\ncontrol_socket = \"/run/p.sock\"\n")), "");
    EXPECT_EQ(codes(load("state_dir = \"\"\n")), "PTL-C021@1:13");
}

TEST(ConfigLoader, rule_parameters_are_free_numbers) {
    const LoadResult result = load(
        "[rules.parameters]\nhalf_life = \"30s\"\nweight = 0.4\nstrict = true\nname = \"x\"\n");
    EXPECT_EQ(codes(result), "PTL-C004@5:8");
    EXPECT_EQ(result.config.rules.parameters.at("half_life"), 30'000);
    EXPECT_EQ(result.config.rules.parameters.at("weight"), 0.4);
    EXPECT_EQ(result.config.rules.parameters.at("strict"), 1);
}

TEST(ConfigLoader, wanted_symbols_fall_back_from_venue_to_list_to_groups) {
    const Config config = load("[exchanges.a]\nsymbols = [\"LTCUSDT\"]\n[exchanges.b]\n").config;
    EXPECT_THAT(wanted_symbols(config, config.exchanges[0]), ElementsAre("LTC-USDT-PERP"));
    EXPECT_EQ(wanted_symbols(config, config.exchanges[1]).size(), 9U);
    Config listed = config;
    listed.symbols = {"DOT-USDT-PERP"};
    EXPECT_THAT(wanted_symbols(listed, config.exchanges[1]), ElementsAre("DOT-USDT-PERP"));
}

TEST(ConfigLoader, missing_file_and_directory_are_named) {
    const std::filesystem::path directory = std::filesystem::path(::testing::TempDir());
    LoadOptions options;
    options.file = (directory / "no-such.toml").string();
    const LoadResult missing = load_config(options);
    EXPECT_EQ(codes(missing), "PTL-C001@0:0");
    EXPECT_THAT(render(missing.problems), HasSubstr("no-such.toml"));
    options.file = directory.string();
    EXPECT_THAT(render(load_config(options).problems), HasSubstr("it is a directory"));
}

TEST(ConfigLoader, file_is_read_and_named_in_messages) {
    const std::string file = (std::filesystem::path(::testing::TempDir()) / "read.toml").string();
    std::ofstream(file) << "[engine]\nshards = 4\nbad = 1\n";
    LoadOptions options;
    options.file = file;
    const LoadResult result = load_config(options);
    EXPECT_EQ(result.config.engine.shards, 4U);
    EXPECT_EQ(codes(result), "PTL-C003@3:1");
    EXPECT_THAT(render(result.problems), HasSubstr("  --> " + file + ":3:1\n 3 │ bad = 1\n"));
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace petrel::core
