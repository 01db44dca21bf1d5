// The section's own proxy counts before the environment's.
#include "feed/network_choice.hpp"

#include "secrets/secret_reader.hpp"

namespace petrel::core {
namespace {

Status proxy_trouble(const ExchangeConfig& exchange, const std::string& why) {
    return Status::invalid("exchanges." + exchange.plugin.name + ".proxy: " + why);
}

}  // namespace

Result<NetworkPath> network_path_of(const ExchangeConfig& exchange) {
    NetworkPath path;
    path.family = exchange.address_family == "ipv4"   ? AddressFamily::Ipv4
                  : exchange.address_family == "ipv6" ? AddressFamily::Ipv6
                                                      : AddressFamily::Any;
    if (exchange.proxy.empty()) {
        path.proxies = environment_proxies();
        return path;
    }
    if (exchange.proxy == "none") {
        return path;
    }
    Result<Proxy> proxy = parse_proxy(exchange.proxy, ProxyUserInfo::Refused);
    if (!proxy.ok()) {
        return proxy_trouble(exchange, proxy.status().message());
    }
    if (exchange.proxy_credentials) {
        Result<std::string> text = read_secret(*exchange.proxy_credentials);
        if (!text.ok()) {
            return proxy_trouble(exchange, text.status().message());
        }
        const Status added = add_credentials(*proxy, *text);
        wipe_secret(*text);
        if (!added.ok()) {
            return proxy_trouble(exchange, added.message());
        }
    }
    path.proxies = std::make_shared<const ProxyRules>(ProxyRules::always(std::move(*proxy)));
    return path;
}

}  // namespace petrel::core
