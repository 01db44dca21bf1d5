// How a section of the configuration becomes a way to the venue's hosts.
#include "feed/network_choice.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace petrel::core::test {
namespace {

ExchangeConfig section(const std::string& proxy) {
    ExchangeConfig exchange;
    exchange.plugin.name = "acme";
    exchange.proxy = proxy;
    return exchange;
}

std::string way_of(const NetworkPath& path, const std::string& address) {
    if (path.proxies == nullptr) {
        return "direct";
    }
    const Result<const Proxy*> proxy = path.proxies->find(*parse_url(address));
    return proxy.ok() && *proxy != nullptr ? (*proxy)->name() : "direct";
}

TEST(NetworkChoice, section_with_a_proxy_takes_it_for_every_host) {
    const Result<NetworkPath> path = network_path_of(section("socks5://10.0.0.1:1080"));
    ASSERT_TRUE(path.ok());
    EXPECT_EQ(way_of(*path, "wss://venue.test"), "socks5://10.0.0.1:1080");
    EXPECT_EQ(way_of(*path, "http://127.0.0.1"), "socks5://10.0.0.1:1080");
    EXPECT_EQ(path->family, AddressFamily::Any);
}

TEST(NetworkChoice, none_goes_past_the_environment_and_silence_follows_it) {
    EXPECT_EQ(network_path_of(section("none"))->proxies, nullptr);
    EXPECT_EQ(network_path_of(section(""))->proxies, environment_proxies());
}

TEST(NetworkChoice, credentials_come_by_reference_and_no_sentence_shows_them) {
    ExchangeConfig exchange = section("http://proxy.test:3128");
    exchange.proxy_credentials =
        SecretReference{SecretReference::Source::Environment, "PETREL_TEST_PROXY_LOGIN", {}};
    ::setenv("PETREL_TEST_PROXY_LOGIN", "me:hidden-word", 1);
    const Result<NetworkPath> path = network_path_of(exchange);
    ASSERT_TRUE(path.ok());
    const Proxy* proxy = *path->proxies->find(*parse_url("wss://venue.test"));
    EXPECT_EQ(proxy->user, "me");
    EXPECT_EQ(proxy->password, "hidden-word");
    ::setenv("PETREL_TEST_PROXY_LOGIN", "hidden-word", 1);
    const Result<NetworkPath> bad = network_path_of(exchange);
    ASSERT_FALSE(bad.ok());
    EXPECT_EQ(bad.status().message(),
              "exchanges.acme.proxy: the credentials of the proxy are not user:password, each at "
              "most 255 bytes");
    ::unsetenv("PETREL_TEST_PROXY_LOGIN");
    EXPECT_NE(
        network_path_of(exchange).status().message().find("PETREL_TEST_PROXY_LOGIN is not set"),
        std::string::npos);
}

TEST(NetworkChoice, family_is_that_of_the_section) {
    ExchangeConfig exchange = section("none");
    exchange.address_family = "ipv4";
    EXPECT_EQ(network_path_of(exchange)->family, AddressFamily::Ipv4);
    exchange.address_family = "ipv6";
    EXPECT_EQ(network_path_of(exchange)->family, AddressFamily::Ipv6);
}

TEST(KeysOfAnExchange, are_read_by_reference_and_told_by_their_label) {
    ExchangeConfig exchange = section("none");
    ApiKeyConfig config;
    config.label = "main";
    config.key = {SecretReference::Source::Environment, "PETREL_TEST_KEY", {}};
    config.secret = {SecretReference::Source::Environment, "PETREL_TEST_KEY_SECRET", {}};
    config.per_minute = 7;
    exchange.keys.push_back(config);
    ::setenv("PETREL_TEST_KEY", "public", 1);
    ::setenv("PETREL_TEST_KEY_SECRET", "hidden", 1);
    const Result<std::vector<ApiKey>> keys = api_keys_of(exchange);
    ASSERT_TRUE(keys.ok());
    ASSERT_EQ(keys->size(), 1U);
    EXPECT_EQ((*keys)[0].label, "main");
    EXPECT_EQ((*keys)[0].key.view(), "public");
    EXPECT_EQ((*keys)[0].secret.view(), "hidden");
    EXPECT_TRUE((*keys)[0].passphrase.empty());
    EXPECT_EQ((*keys)[0].per_minute, 7U);
    ::setenv("PETREL_TEST_KEY_SECRET", "hid den", 1);
    const Result<std::vector<ApiKey>> bad = api_keys_of(exchange);
    ASSERT_FALSE(bad.ok());
    EXPECT_TRUE(
        bad.status().message().starts_with("exchanges.acme.keys.main.secret is not 1 to 512"))
        << bad.status().message();
    EXPECT_EQ(bad.status().message().find("den"), std::string::npos);
    ::unsetenv("PETREL_TEST_KEY_SECRET");
    EXPECT_FALSE(api_keys_of(exchange).ok());
    ::unsetenv("PETREL_TEST_KEY");
}

}  // namespace
}  // namespace petrel::core::test
