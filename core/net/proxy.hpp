// Which connections go through a proxy, and through which one: what the environment says
// (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY) or one proxy for all.
//
// Made on the control thread, read by the clients of this folder on their loops' threads. A
// setting that cannot be used refuses connections with a sentence; nothing then goes directly.
// Credentials appear in no sentence.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/url.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

struct Proxy {
    enum class Kind : std::uint8_t { HttpConnect, Socks5 };
    Kind kind = Kind::HttpConnect;
    std::string host;
    std::string port;
    std::string user;  // empty: no credentials
    std::string password;

    // "http://host:port", without credentials.
    [[nodiscard]] std::string name() const;
};

// Whether a user and password may stand in the address: in the environment, never in a file.
enum class ProxyUserInfo : std::uint8_t { Refused, Taken };

// "http://host[:port]" or "socks5://host[:port]" (also socks5h). Quotes the text only where it
// cannot hold a password.
Result<Proxy> parse_proxy(std::string_view text, ProxyUserInfo user_info);

// Adds "user:password" to a proxy.
Status add_credentials(Proxy& proxy, std::string_view user_and_password);

class ProxyRules {
public:
    using Environment = std::function<std::optional<std::string>(const std::string& name)>;

    // Everything through this one.
    static ProxyRules always(Proxy proxy);
    // By the variables; lower case counts before upper case. Loopback never goes through a proxy.
    static ProxyRules from_environment(const Environment& environment);

    // The proxy for this address; null: directly.
    [[nodiscard]] Result<const Proxy*> find(const Url& url) const;
    // What is wrong with the variables; empty: nothing.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

private:
    [[nodiscard]] bool is_exception(const Url& url) const;

    std::optional<Proxy> plain_;   // for ws:// and http://
    std::optional<Proxy> secure_;  // for wss:// and https://
    std::vector<std::string> exceptions_;
    bool from_environment_ = false;
    std::string trouble_;
};

// Those of this process's environment, read once.
std::shared_ptr<const ProxyRules> environment_proxies();

}  // namespace petrel::core
