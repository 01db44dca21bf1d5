// Addresses of proxies and the list of exceptions; a strict parser, as for other addresses.
#include "net/proxy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "observe/clean_text.hpp"
#include "runtime/letter_case.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kCredentialMax = 255;  // what SOCKS5 can carry
constexpr std::size_t kExceptionsMax = 256;

struct ProxyScheme {
    std::string_view name;
    Proxy::Kind kind;
    std::string_view port;
};
constexpr std::array<ProxyScheme, 3> kProxySchemes{{{"http", Proxy::Kind::HttpConnect, "3128"},
                                                    {"socks5", Proxy::Kind::Socks5, "1080"},
                                                    {"socks5h", Proxy::Kind::Socks5, "1080"}}};

int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

// Nothing for a broken percent code.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        decoded.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return decoded;
}

// Bytes of an address, empty for a name.
std::vector<unsigned char> address_bytes(const std::string& host) {
    std::vector<unsigned char> bytes(16);
    if (inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) {
        bytes.resize(4);
        return bytes;
    }
    return inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1 ? bytes
                                                                : std::vector<unsigned char>();
}

bool same_bits(const std::vector<unsigned char>& a, const std::vector<unsigned char>& b,
               unsigned bits) {
    for (std::size_t i = 0; bits > 0; ++i) {
        const unsigned here = std::min(bits, 8U);
        const unsigned mask = 0xFFU << (8 - here) & 0xFFU;
        if ((a[i] & mask) != (b[i] & mask)) {
            return false;
        }
        bits -= here;
    }
    return true;
}

bool in_network(const std::string& host, std::string_view network) {
    const std::size_t slash = network.find('/');
    const auto address = address_bytes(host);
    const auto base = address_bytes(std::string(network.substr(0, slash)));
    const std::string_view digits = network.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    return error == std::errc() && end == digits.data() + digits.size() && !base.empty() &&
           base.size() == address.size() && bits <= base.size() * 8 &&
           same_bits(address, base, bits);
}

bool is_loopback(const std::string& host) {
    const auto bytes = address_bytes(host);
    return lower_case(host) == "localhost" || (bytes.size() == 4 && bytes[0] == 127) ||
           bytes == address_bytes("::1");
}

// "*", "host", ".domain", "host:port", "10.0.0.0/8", "[::1]:443".
bool matches(std::string entry, const Url& url) {
    if (entry == "*") {
        return true;
    }
    if (entry.find('/') != std::string::npos) {
        return in_network(url.host, entry);
    }
    const bool bracketed = entry.starts_with('[');
    const std::size_t close = bracketed ? entry.find(']') : 0;
    const bool one_colon = std::count(entry.begin(), entry.end(), ':') == 1;
    if (const std::size_t colon = entry.find(':', close);
        colon != std::string::npos && (bracketed || one_colon)) {
        if (entry.substr(colon + 1) != url.port) {
            return false;
        }
        entry.resize(colon);
    }
    if (bracketed && entry.ends_with(']')) {
        entry = entry.substr(1, entry.size() - 2);
    }
    if (const auto address = address_bytes(entry); !address.empty()) {
        return address == address_bytes(url.host);
    }
    entry.erase(0, entry.starts_with("*.") ? 2 : (entry.starts_with('.') ? 1 : 0));
    const std::string host = lower_case(url.host);
    return !entry.empty() && (host == entry || host.ends_with("." + entry));
}

std::vector<std::string> list_of(std::string_view text) {
    std::vector<std::string> entries;
    while (!text.empty() && entries.size() < kExceptionsMax) {
        const std::size_t end = std::min(text.find_first_of(", \t"), text.size());
        if (end > 0) {
            entries.push_back(lower_case(text.substr(0, end)));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return entries;
}

}  // namespace

std::string Proxy::name() const {
    const bool bracketed = host.find(':') != std::string::npos;
    return std::string(kind == Kind::Socks5 ? "socks5://" : "http://") +
           (bracketed ? "[" + host + "]" : host) + ":" + port;
}

Result<Proxy> parse_proxy(std::string_view text, ProxyUserInfo user_info) {
    constexpr std::string_view expected = "expected http://host:port or socks5://host:port";
    const std::size_t mark = text.find("://");
    const std::string scheme =
        mark == std::string_view::npos ? "http" : lower_case(text.substr(0, mark));
    std::string_view rest = mark == std::string_view::npos ? text : text.substr(mark + 3);
    const auto known = std::find_if(kProxySchemes.begin(), kProxySchemes.end(),
                                    [&](const ProxyScheme& each) { return each.name == scheme; });
    if (known == kProxySchemes.end()) {
        return Status::invalid("a proxy is not spoken to as \"" + clean_text(scheme, 20) + "\"; " +
                               std::string(expected));
    }
    Proxy proxy;
    proxy.kind = known->kind;
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        if (user_info == ProxyUserInfo::Refused) {
            return Status::invalid(
                "the address of the proxy holds a user name or password: give them by reference, "
                "proxy_credentials = { file = \"path\" } with user:password in it");
        }
        const std::string_view info = rest.substr(0, at);
        const std::size_t colon = info.find(':');
        const auto user = percent_decoded(info.substr(0, colon));
        const auto password = percent_decoded(
            colon == std::string_view::npos ? std::string_view() : info.substr(colon + 1));
        if (!user || !password) {
            return Status::invalid("the proxy's user or password has a broken percent code");
        }
        if (Status added = add_credentials(proxy, *user + ":" + *password); !added.ok()) {
            return added;
        }
        rest.remove_prefix(at + 1);
    }
    rest = rest.ends_with('/') ? rest.substr(0, rest.size() - 1) : rest;
    // What is left is a host and a port: the parser of all other addresses judges it.
    const Result<Url> url = parse_url("http://" + std::string(rest));
    if (!url || url->target != "/" || rest.find('/') != std::string_view::npos) {
        return Status::invalid("the address of the proxy has no valid host and port; " +
                               std::string(expected));
    }
    proxy.host = url->host;
    const bool has_port = url->authority.ends_with(":" + url->port);
    proxy.port = has_port ? url->port : std::string(known->port);
    return proxy;
}

Status add_credentials(Proxy& proxy, std::string_view user_and_password) {
    const std::size_t colon = user_and_password.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > kCredentialMax ||
        user_and_password.size() - colon - 1 > kCredentialMax) {
        return Status::invalid(
            "the credentials of the proxy are not user:password, each at most 255 bytes");
    }
    proxy.user = user_and_password.substr(0, colon);
    proxy.password = user_and_password.substr(colon + 1);
    return {};
}

ProxyRules ProxyRules::always(Proxy proxy) {
    ProxyRules rules;
    rules.plain_ = proxy;
    rules.secure_ = std::move(proxy);
    return rules;
}

ProxyRules ProxyRules::from_environment(const Environment& environment) {
    ProxyRules rules;
    rules.from_environment_ = true;
    const auto value_of = [&](const std::string& upper) {
        for (const std::string& name : {lower_case(upper), upper}) {
            if (const auto value = environment(name); value && !value->empty()) {
                return std::pair(name, *value);
            }
        }
        return std::pair(std::string(), std::string());
    };
    const auto read = [&](const std::string& upper, std::optional<Proxy>& into) {
        const auto [name, value] = value_of(upper);
        if (name.empty() || into) {
            return;
        }
        Result<Proxy> proxy = parse_proxy(value, ProxyUserInfo::Taken);
        if (proxy.ok()) {
            into = std::move(*proxy);
        } else {
            rules.trouble_ =
                "the environment variable " + name + " names no proxy: " + proxy.status().message();
        }
    };
    read("HTTP_PROXY", rules.plain_);
    read("HTTPS_PROXY", rules.secure_);
    read("ALL_PROXY", rules.plain_);
    read("ALL_PROXY", rules.secure_);
    rules.exceptions_ = list_of(value_of("NO_PROXY").second);
    return rules;
}

bool ProxyRules::is_exception(const Url& url) const {
    return from_environment_ &&
           (is_loopback(url.host) ||
            std::any_of(exceptions_.begin(), exceptions_.end(),
                        [&](const std::string& entry) { return matches(entry, url); }));
}

Result<const Proxy*> ProxyRules::find(const Url& url) const {
    if (is_exception(url)) {
        return static_cast<const Proxy*>(nullptr);
    }
    if (!trouble_.empty()) {
        return Status::invalid(trouble_);
    }
    const auto& proxy = url.security == Url::Security::Tls ? secure_ : plain_;
    return proxy ? &*proxy : nullptr;
}

std::shared_ptr<const ProxyRules> environment_proxies() {
    static const std::shared_ptr<const ProxyRules> rules = std::make_shared<const ProxyRules>(
        ProxyRules::from_environment([](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            return value == nullptr ? std::nullopt : std::optional<std::string>(value);
        }));
    return rules;
}

}  // namespace petrel::core
