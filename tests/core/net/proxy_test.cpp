// Which addresses go through which proxy: settings, variables and exceptions.
#include "net/proxy.hpp"

#include <gtest/gtest.h>

#include <map>

namespace petrel::core::test {
namespace {

ProxyRules rules_of(std::map<std::string, std::string> variables) {
    return ProxyRules::from_environment(
        [variables](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        });
}

// "direct", the proxy's name, or what is wrong.
std::string way(const ProxyRules& rules, const std::string& address) {
    const Result<const Proxy*> proxy = rules.find(*parse_url(address));
    return !proxy.ok() ? proxy.status().message()
                       : (*proxy == nullptr ? "direct" : (*proxy)->name());
}

TEST(ProxyAddress, is_read_with_its_usual_port) {
    const auto name = [](const char* text) {
        const Result<Proxy> proxy = parse_proxy(text, ProxyUserInfo::Refused);
        return proxy.ok() ? proxy->name() : "refused: " + proxy.status().message();
    };
    EXPECT_EQ(name("http://proxy.test:8080"), "http://proxy.test:8080");
    EXPECT_EQ(name("http://proxy.test:80/"), "http://proxy.test:80");
    EXPECT_EQ(name("HTTP://proxy.test"), "http://proxy.test:3128");
    EXPECT_EQ(name("proxy.test:8080"), "http://proxy.test:8080");
    EXPECT_EQ(name("socks5://10.0.0.1"), "socks5://10.0.0.1:1080");
    EXPECT_EQ(name("socks5h://[::1]:9"), "socks5://[::1]:9");
    for (const char* bad :
         {"https://proxy.test", "socks4://a", "http://", "http://a:b", "http://a/b", "http://a b",
          "", "http://user:word@proxy.test", "http://a?b"}) {
        EXPECT_TRUE(name(bad).starts_with("refused: ")) << bad << " " << name(bad);
    }
    EXPECT_NE(name("http://user:word@proxy.test").find("by reference"), std::string::npos);
    EXPECT_EQ(name("http://user:word@proxy.test").find("word@"), std::string::npos);
}

TEST(ProxyAddress, of_the_environment_may_carry_credentials_that_no_name_shows) {
    const Result<Proxy> proxy =
        parse_proxy("http://us%40er:pa%3Ass@proxy.test:3128", ProxyUserInfo::Taken);
    ASSERT_TRUE(proxy.ok());
    EXPECT_EQ(proxy->user, "us@er");
    EXPECT_EQ(proxy->password, "pa:ss");
    EXPECT_EQ(proxy->name(), "http://proxy.test:3128");
    for (const char* bad : {"http://u%4:p@a", "http://u%zz:p@a", "http://:p@a", "http://u:p@"}) {
        const Result<Proxy> refused = parse_proxy(bad, ProxyUserInfo::Taken);
        EXPECT_FALSE(refused.ok()) << bad;
    }
    Proxy long_word;
    EXPECT_FALSE(add_credentials(long_word, "u:" + std::string(256, 'x')).ok());
    EXPECT_FALSE(add_credentials(long_word, "nobody").ok());
    EXPECT_TRUE(add_credentials(long_word, "u:" + std::string(255, 'x')).ok());
}

TEST(ProxyEnvironment, scheme_of_the_address_chooses_the_variable) {
    const ProxyRules rules =
        rules_of({{"HTTP_PROXY", "http://plain:1"}, {"HTTPS_PROXY", "http://secure:2"}});
    EXPECT_EQ(way(rules, "ws://venue.test"), "http://plain:1");
    EXPECT_EQ(way(rules, "http://venue.test"), "http://plain:1");
    EXPECT_EQ(way(rules, "wss://venue.test"), "http://secure:2");
    EXPECT_EQ(way(rules, "https://venue.test"), "http://secure:2");
    EXPECT_EQ(way(rules_of({}), "wss://venue.test"), "direct");
    EXPECT_EQ(way(rules_of({{"HTTPS_PROXY", "http://a:1"}}), "ws://venue.test"), "direct");
    const ProxyRules all =
        rules_of({{"ALL_PROXY", "socks5://all:3"}, {"https_proxy", "http://b:4"}});
    EXPECT_EQ(way(all, "ws://venue.test"), "socks5://all:3");
    EXPECT_EQ(way(all, "wss://venue.test"), "http://b:4");
}

TEST(ProxyEnvironment, lower_case_counts_before_upper_case_and_empty_is_unset) {
    EXPECT_EQ(way(rules_of({{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", "http://lower:2"}}),
                  "wss://venue.test"),
              "http://lower:2");
    EXPECT_EQ(
        way(rules_of({{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", ""}}), "wss://venue.test"),
        "http://upper:1");
}

TEST(ProxyEnvironment, exceptions_go_directly) {
    const std::string list =
        "exact.test, .dotted.test ported.test:8443,10.1.0.0/16,fd00::/8,192.168.7.9,*.star.test";
    const ProxyRules rules = rules_of({{"HTTPS_PROXY", "http://p:1"}, {"no_proxy", list}});
    for (const char* direct :
         {"wss://exact.test", "wss://EXACT.test", "wss://sub.exact.test", "wss://a.dotted.test",
          "wss://dotted.test", "wss://ported.test:8443", "wss://10.1.255.3", "wss://[fd12::1]",
          "wss://192.168.7.9:444", "wss://a.star.test", "wss://localhost:1", "wss://127.0.0.2",
          "wss://[::1]"}) {
        EXPECT_EQ(way(rules, direct), "direct") << direct;
    }
    for (const char* proxied :
         {"wss://notexact.test", "wss://exact.test.evil", "wss://ported.test", "wss://10.2.0.1",
          "wss://[fe80::1]", "wss://192.168.7.8", "wss://venue.test"}) {
        EXPECT_EQ(way(rules, proxied), "http://p:1") << proxied;
    }
    EXPECT_EQ(way(rules_of({{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "*"}}), "wss://venue.test"),
              "direct");
}

TEST(ProxyEnvironment, variable_that_names_no_proxy_lets_nothing_go_directly) {
    const ProxyRules rules =
        rules_of({{"HTTPS_PROXY", "https://u:hidden@p"}, {"NO_PROXY", "b.test"}});
    const std::string said = way(rules, "wss://venue.test");
    EXPECT_NE(said.find("variable HTTPS_PROXY names no proxy"), std::string::npos) << said;
    EXPECT_NE(said.find("expected http://host:port"), std::string::npos) << said;
    EXPECT_EQ(said.find("hidden"), std::string::npos);
    EXPECT_EQ(rules.trouble(), said);
    EXPECT_EQ(way(rules, "wss://b.test"), "direct");
}

TEST(ProxyRules, one_for_all_takes_loopback_too) {
    const ProxyRules rules =
        ProxyRules::always(*parse_proxy("socks5://p:1", ProxyUserInfo::Refused));
    EXPECT_EQ(way(rules, "wss://127.0.0.1:5"), "socks5://p:1");
    EXPECT_EQ(way(rules, "http://venue.test"), "socks5://p:1");
}

}  // namespace
}  // namespace petrel::core::test
