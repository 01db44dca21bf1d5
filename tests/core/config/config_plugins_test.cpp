// Sections of plugins: which instances there are, their values and defaults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "config/channel_names.hpp"
#include "config/endpoint_strategy.hpp"
#include "core/config/config_support.hpp"

namespace petrel::core {
namespace {

using testing::codes;
using ::testing::HasSubstr;
using testing::load;
using ::testing::Not;

class PluginDefaults : public ::testing::Test {
protected:
    void SetUp() override {
        file_ = (std::filesystem::path(::testing::TempDir()) / "libsurge.toml").string();
        std::ofstream(file_) << "window = \"30s\"\nminimum_usd = { MAJORS = 10, MID_CAP = 5 }\n";
        options_.plugins = std::vector<KnownPlugin>{{"detectors", "surge", file_},
                                                    {"detectors", "other", ""},
                                                    {"exchanges", "venue", file_},
                                                    {"notifiers", "console", ""},
                                                    {"notifiers", "chat", ""}};
    }
    void TearDown() override { std::filesystem::remove(file_); }

    std::string file_;
    LoadOptions options_;
};

TEST_F(PluginDefaults, every_detector_found_runs_with_its_defaults) {
    const LoadResult result = load("[detectors.other]\nenabled = false\n", options_);
    EXPECT_EQ(codes(result), "");
    ASSERT_EQ(result.config.detectors.size(), 2U);
    const PluginConfig& other = result.config.detectors[0];
    EXPECT_EQ(other.name, "other");
    EXPECT_FALSE(other.enabled);
    const PluginConfig& surge = result.config.detectors[1];
    EXPECT_TRUE(surge.enabled);
    EXPECT_EQ(surge.values.at("window").type, PluginValue::Type::Duration);
    EXPECT_EQ(surge.values.at("window").number, 30'000);
    EXPECT_EQ(surge.values.at("minimum_usd").per_group.at("MAJORS").number, 10);
}

TEST_F(PluginDefaults, user_overrides_one_group_and_keeps_the_others) {
    const LoadResult result = load("[detectors.surge.minimum_usd]\nMAJORS = 99\n", options_);
    EXPECT_EQ(codes(result), "");
    const PluginValue& minimum = result.config.detectors[1].values.at("minimum_usd");
    EXPECT_EQ(minimum.per_group.at("MAJORS").number, 99);
    EXPECT_EQ(minimum.per_group.at("MID_CAP").number, 5);
    EXPECT_EQ(origin_of(minimum.per_group.at("MAJORS").place), "petrel.toml:2:10");
    EXPECT_EQ(origin_of(minimum.per_group.at("MID_CAP").place), file_ + ":2:40");
}

TEST_F(PluginDefaults, environment_reaches_a_groups_figure) {
    options_.environment = {{"PETREL_DETECTORS__SURGE__MINIMUM_USD__MAJORS", "7"}};
    const LoadResult result = load("", options_);
    EXPECT_EQ(codes(result), "");
    EXPECT_EQ(result.config.detectors[1].values.at("minimum_usd").per_group.at("MAJORS").number, 7);
}

TEST_F(PluginDefaults, exchange_runs_only_when_named_and_takes_its_plugins_defaults) {
    EXPECT_TRUE(load("", options_).config.exchanges.empty());
    const LoadResult result = load("[exchanges.second]\nplugin = \"venue\"\n", options_);
    EXPECT_EQ(codes(result), "");
    ASSERT_EQ(result.config.exchanges.size(), 1U);
    EXPECT_EQ(result.config.exchanges[0].plugin.plugin, "venue");
    EXPECT_EQ(result.config.exchanges[0].plugin.values.count("window"), 1U);
}

TEST_F(PluginDefaults, a_channel_says_what_becomes_of_stories_and_of_a_short_budget) {
    const LoadResult result = load(
        "[notifiers.console]\nupdates = \"rise\"\nfallback = \"chat\"\nper_minute = 6\n"
        "digests = false\n[notifiers.chat]\n",
        options_);
    EXPECT_EQ(codes(result), "");
    const ChannelConfig& console = result.config.delivery.channels.at("console");
    EXPECT_EQ(console.updates, "rise");
    EXPECT_EQ(console.fallback, "chat");
    EXPECT_EQ(console.per_minute, 6);
    EXPECT_EQ(console.digests, false);
    EXPECT_TRUE(result.config.notifiers[0].values.empty()) << "the plugin has none of them";
    EXPECT_EQ(result.config.delivery.channels.at("chat").digests, std::nullopt);
}

TEST_F(PluginDefaults, a_fallback_is_another_channel_that_runs) {
    for (const std::string fallback : {"console", "nobody", "chat"}) {
        const LoadResult result = load("[notifiers.console]\nfallback = \"" + fallback +
                                           "\"\n[notifiers.chat]\nenabled = false\n",
                                       options_);
        EXPECT_EQ(codes(result), "PTL-C007@2:12") << fallback;
    }
    EXPECT_EQ(codes(load("[notifiers.console]\nupdates = \"some\"\n", options_)), "PTL-C007@2:11");
}

TEST(ExchangeNetwork, proxy_family_and_compression_are_read) {
    const LoadResult result = load(
        "[exchanges.a]\nproxy = \"socks5://10.0.0.1:1080\"\n"
        "proxy_credentials = { env = \"PROXY_LOGIN\" }\naddress_family = \"ipv6\"\n"
        "compress = false\n[exchanges.b]\nproxy = \"none\"\n");
    EXPECT_EQ(codes(result), "");
    const ExchangeConfig& a = result.config.exchanges.at(0);
    EXPECT_EQ(a.proxy, "socks5://10.0.0.1:1080");
    EXPECT_EQ(a.proxy_credentials.value().name, "PROXY_LOGIN");
    EXPECT_EQ(a.address_family, "ipv6");
    EXPECT_EQ(a.compress, std::optional(false));
    const ExchangeConfig& b = result.config.exchanges.at(1);
    EXPECT_EQ(b.proxy, "none");
    EXPECT_FALSE(b.proxy_credentials.has_value());
    EXPECT_EQ(b.address_family, "any");
    EXPECT_FALSE(b.compress.has_value());
}

TEST(ExchangeNetwork, mistakes_are_told_with_their_place_and_no_password) {
    const LoadResult login = load("[exchanges.a]\nproxy = \"http://me:hidden@proxy\"\n");
    EXPECT_EQ(codes(login), "PTL-C012@2:9");
    EXPECT_THAT(render(login.problems), HasSubstr("credentials go into proxy_credentials"));
    EXPECT_THAT(render(login.problems), Not(HasSubstr("hidden")));
    EXPECT_EQ(codes(load("[exchanges.a]\nproxy = \"https://proxy\"\n")), "PTL-C012@2:9");
    EXPECT_EQ(codes(load("[exchanges.a]\naddress_family = \"ipv5\"\n")), "PTL-C007@2:18");
    EXPECT_EQ(codes(load("[exchanges.a]\nproxy_credentials = { env = \"A\" }\n")), "PTL-C004@2:21");
    EXPECT_EQ(codes(load("[exchanges.a]\nproxy = \"http://p\"\nproxy_credentials = \"me:x\"\n")),
              "PTL-C015@3:21");
}

TEST(ExchangeKeys, are_read_with_label_references_and_budget) {
    const LoadResult result = load(
        "[exchanges.a.keys.main]\nkey = { env = \"A_KEY\" }\nsecret = { store = \"a-secret\" }\n"
        "passphrase = { env = \"A_PHRASE\" }\nper_minute = 60\n"
        "[exchanges.a.keys.spare]\nkey = { env = \"B_KEY\" }\nsecret = { env = \"B_SECRET\" }\n");
    EXPECT_EQ(codes(result), "");
    const std::vector<ApiKeyConfig>& keys = result.config.exchanges.at(0).keys;
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0].label, "main");
    EXPECT_EQ(keys[0].secret.source, SecretReference::Source::Store);
    EXPECT_EQ(keys[0].secret.store.file, result.config.secrets.file);
    EXPECT_EQ(keys[0].passphrase.value().name, "A_PHRASE");
    EXPECT_EQ(keys[0].per_minute, 60U);
    EXPECT_FALSE(keys[1].passphrase.has_value());
    EXPECT_EQ(keys[1].per_minute, 600U);
    EXPECT_TRUE(result.config.exchanges.at(0).plugin.values.empty());
}

TEST(ExchangeKeys, mistakes_are_told_without_what_may_be_a_secret) {
    const LoadResult result = load(
        "[exchanges.a.keys.main]\nkey = \"written-out\"\nsecret = { env = \"S\" }\n"
        "[exchanges.a.keys.half]\nkey = { env = \"K\" }\nbogus = 1\n");
    EXPECT_THAT(codes(result), HasSubstr("PTL-C015@2:7"));
    EXPECT_THAT(codes(result), HasSubstr("PTL-C019"));
    EXPECT_THAT(codes(result), HasSubstr("PTL-C003"));
    EXPECT_THAT(render(result.problems), Not(HasSubstr("written-out")));
    EXPECT_TRUE(result.config.exchanges.at(0).keys.empty());
}

TEST(Connections, limits_of_the_four_types_are_read) {
    const LoadResult result = load("[connections]\ntotal = 2000\ntrading = 5\n");
    EXPECT_EQ(codes(result), "");
    EXPECT_EQ(result.config.connections.total, 2'000U);
    EXPECT_EQ(result.config.connections.trading, 5U);
    EXPECT_EQ(result.config.connections.market_data, 1'000U);
    EXPECT_EQ(codes(load("[connections]\nsystem = 0\n")), "PTL-C005@2:10");
}

TEST_F(PluginDefaults, plugin_that_was_not_found_is_named_with_the_near_one) {
    const LoadResult result = load("[exchanges.vneue]\n[notifiers.x]\nenabled = false\n", options_);
    EXPECT_EQ(codes(result), "PTL-C018@1:12");
    EXPECT_THAT(render(result.problems), HasSubstr("did you mean 'venue'?"));
}

TEST_F(PluginDefaults, unreadable_defaults_are_a_warning) {
    std::filesystem::remove(file_);
    const LoadResult result = load("", options_);
    EXPECT_FALSE(has_errors(result.problems));
    EXPECT_THAT(render(result.problems), HasSubstr("libsurge.toml"));
}

TEST(ConfigPlugins, console_is_used_only_when_no_notifier_is_configured) {
    EXPECT_EQ(load("").config.notifiers.at(0).plugin, "console");
    const Config config = load("[notifiers.ops]\nplugin = \"chat\"\nroom = 5\n").config;
    ASSERT_EQ(config.notifiers.size(), 1U);
    EXPECT_EQ(config.notifiers[0].name, "ops");
    EXPECT_EQ(config.notifiers[0].plugin, "chat");
    EXPECT_EQ(config.notifiers[0].values.at("room").number, 5);
}

TEST(ConfigPlugins, exchange_keys_of_the_core_are_read_and_the_rest_kept_for_the_plugin) {
    const LoadResult result = load(
        "[exchanges.venue]\n"
        "ws = [\"wss://a.example\", \"ws://127.0.0.1:8080/x\"]\n"
        "rest = \"https://[::1]:8443\"\n"
        "channels = [\"trades\", \"best_bid_ask\"]\n"
        "depth = 20\n"
        "region = \"eu\"\n");
    EXPECT_EQ(codes(result), "");
    const ExchangeConfig& venue = result.config.exchanges.at(0);
    EXPECT_EQ(venue.ws_endpoints.size(), 2U);
    EXPECT_EQ(venue.rest_endpoints.at(0), "https://[::1]:8443");
    EXPECT_EQ(channels_mask(venue.channels), kind_bit(EventKind::Trade) |
                                                 kind_bit(EventKind::BestBid) |
                                                 kind_bit(EventKind::BestAsk));
    EXPECT_EQ(channels_mask(std::vector<std::string>{"sentiment"}), kind_bit(EventKind::Sentiment));
    EXPECT_EQ(channels_mask({}), 0x1feU);
    EXPECT_EQ(venue.plugin.values.size(), 2U);
}

TEST(ConfigPlugins, no_exchange_has_the_name_of_what_is_fed_in) {
    const LoadResult result = load("[exchanges.operator]\nplugin = \"venue\"\n");
    EXPECT_THAT(render(result.problems),
                ::testing::HasSubstr("exchanges.operator: the name is taken by"));
}

TEST(ConfigPlugins, the_choice_of_end_points_is_read_and_checked) {
    const LoadResult result = load(
        "[exchanges.venue]\n"
        "ws = [\"wss://a.example\", \"wss://b.example\"]\n"
        "ws_weights = [3, 1]\n"
        "endpoint_strategy = \"weighted_round_robin\"\n"
        "circuit_failures = 4\n"
        "circuit_open = \"1m\"\n");
    EXPECT_EQ(codes(result), "");
    const ExchangeConfig& venue = result.config.exchanges.at(0);
    EXPECT_EQ(venue.ws_weights, (std::vector<std::uint32_t>{3, 1}));
    EXPECT_EQ(endpoint_strategy_of(venue.endpoint_strategy), EndpointStrategy::WeightedRoundRobin);
    EXPECT_EQ(venue.circuit_failures, 4U);
    EXPECT_EQ(venue.circuit_open_ms, 60'000U);
    EXPECT_TRUE(venue.plugin.values.empty());
    EXPECT_EQ(codes(load("[exchanges.a]\nendpoint_strategy = \"fastest\"\n")), "PTL-C007@2:21");
    EXPECT_EQ(codes(load("[exchanges.a]\nws = \"wss://h\"\nws_weights = [1, 2]\n")),
              "PTL-C004@3:14");
    EXPECT_EQ(codes(load("[exchanges.a]\nws = \"wss://h\"\nws_weights = [0]\n")), "PTL-C004@3:14");
    EXPECT_EQ(codes(load("[exchanges.a]\ncircuit_failures = 0\n")), "PTL-C005@2:20");
    EXPECT_EQ(codes(load("[exchanges.a]\ncircuit_open = \"10ms\"\n")), "PTL-C005@2:16");
}

TEST(ConfigPlugins, bad_addresses_names_and_channels_are_reported) {
    EXPECT_EQ(codes(load("[exchanges.a]\nws = \"wss://\"\n")), "PTL-C012@2:6");
    EXPECT_EQ(codes(load("[exchanges.a]\nws = \"wss://h:70000\"\n")), "PTL-C012@2:6");
    EXPECT_EQ(codes(load("[exchanges.a]\nws = \"wss://h:\"\n")), "PTL-C012@2:6");
    EXPECT_EQ(codes(load("[exchanges.a]\nws = \"wss://h /\"\n")), "PTL-C012@2:6");
    EXPECT_EQ(codes(load("[exchanges.a]\nchannels = [\"trade\"]\n")), "PTL-C007@2:13");
    EXPECT_EQ(codes(load("[exchanges.A]\n")), "PTL-C003@1:12");
    EXPECT_EQ(codes(load("[exchanges]\na = 1\n")), "PTL-C004@2:1");
    EXPECT_EQ(codes(load("exchanges = 1\n")), "PTL-C004@1:13");
    EXPECT_EQ(codes(load("[detectors.a]\nx = [1]\n")), "PTL-C004@2:5");
}

TEST(ConfigPlugins, secrets_are_kept_as_references) {
    LoadOptions options;
    options.file = "/etc/petrel/petrel.toml";
    options.environment = {{"PETREL_CHAT_TOKEN", "SECRET"}};
    const LoadResult result = load(
        "[notifiers.chat]\ntoken = { env = \"PETREL_CHAT_TOKEN\" }\nkey = { file = \"key\" }\n",
        options);
    EXPECT_EQ(render(result.problems), "");
    const auto& values = result.config.notifiers.at(0).values;
    EXPECT_EQ(values.at("token").type, PluginValue::Type::Secret);
    EXPECT_EQ(values.at("token").secret.name, "PETREL_CHAT_TOKEN");
    EXPECT_EQ(values.at("key").secret.name, "/etc/petrel/key");
}

TEST(ConfigPlugins, secret_reference_must_name_one_place) {
    EXPECT_EQ(codes(load("[notifiers.a]\nt = { file = \"a\", env = \"b\" }\n")), "PTL-C015@2:5");
    EXPECT_EQ(codes(load("[notifiers.a]\nt = { env = 5 }\n")), "PTL-C015@2:5");
    EXPECT_EQ(codes(load("[notifiers.a]\nt = { file = \"\" }\n")), "PTL-C015@2:5");
}

}  // namespace
}  // namespace petrel::core
