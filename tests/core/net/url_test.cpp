// Addresses: what is understood and what is refused.
#include "net/url.hpp"

#include <gtest/gtest.h>

namespace petrel::core::test {
namespace {

TEST(Url, takes_an_address_apart) {
    const auto url = parse_url("wss://stream.example.com:9443/ws/btc?x=1&y=2");
    ASSERT_TRUE(url.ok());
    EXPECT_EQ(url->scheme, "wss");
    EXPECT_EQ(url->security, Url::Security::Tls);
    EXPECT_EQ(url->host, "stream.example.com");
    EXPECT_EQ(url->port, "9443");
    EXPECT_EQ(url->authority, "stream.example.com:9443");
    EXPECT_EQ(url->target, "/ws/btc?x=1&y=2");
}

TEST(Url, fills_in_what_the_scheme_implies) {
    EXPECT_EQ(parse_url("ws://h")->port, "80");
    EXPECT_EQ(parse_url("wss://h")->port, "443");
    EXPECT_EQ(parse_url("https://h")->port, "443");
    EXPECT_EQ(parse_url("http://h")->target, "/");
    EXPECT_EQ(parse_url("http://h?q")->target, "/?q");
}

TEST(Url, understands_ipv6_addresses) {
    const auto url = parse_url("ws://[::1]:8080/");
    ASSERT_TRUE(url.ok());
    EXPECT_EQ(url->host, "::1");
    EXPECT_EQ(url->port, "8080");
    EXPECT_EQ(url->authority, "[::1]:8080");
}

TEST(Url, refuses_what_it_does_not_know) {
    for (const char* text : {"", "h", "ftp://h/", "wss//h", "ws://", "ws:///x", "ws://:80/",
                             "ws://h:/", "ws://h:x/", "ws://h:123456/", "ws://u@h/", "ws://[::1/",
                             "ws://h/a b", "ws://h/\r\nX: y", "ws://h/#f", "ws://h\x01/"}) {
        EXPECT_FALSE(parse_url(text).ok()) << text;
    }
}

TEST(Url, tells_addresses_from_names) {
    EXPECT_TRUE(is_ip_literal("127.0.0.1"));
    EXPECT_TRUE(is_ip_literal("::1"));
    EXPECT_FALSE(is_ip_literal("localhost"));
    EXPECT_FALSE(is_ip_literal("1.2.3"));
}

}  // namespace
}  // namespace petrel::core::test
