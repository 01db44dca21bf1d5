// The section's own proxy counts before the environment's.
#include "feed/network_choice.hpp"

#include "secrets/secret_reader.hpp"

namespace petrel::core {
namespace {

Status proxy_trouble(const ExchangeConfig& exchange, const std::string& why) {
    return Status::invalid("exchanges." + exchange.plugin.name + ".proxy: " + why);
}

Result<LockedText> read_key_text(const SecretReference& reference, const std::string& what) {
    Result<std::string> text = read_secret(reference);
    if (!text.ok()) {
        return Status::invalid(what + ": " + text.status().message());
    }
    const Status fits = check_key_text(*text, what);
    LockedText locked(*text);
    wipe_secret(*text);
    return fits.ok() ? Result<LockedText>(std::move(locked)) : Result<LockedText>(fits);
}

}  // namespace

Result<std::vector<ApiKey>> api_keys_of(const ExchangeConfig& exchange) {
    std::vector<ApiKey> keys;
    for (const ApiKeyConfig& config : exchange.keys) {
        const std::string path = "exchanges." + exchange.plugin.name + ".keys." + config.label;
        Result<LockedText> key = read_key_text(config.key, path + ".key");
        Result<LockedText> secret = read_key_text(config.secret, path + ".secret");
        Result<LockedText> phrase = config.passphrase
                                        ? read_key_text(*config.passphrase, path + ".passphrase")
                                        : Result<LockedText>(LockedText());
        for (const Result<LockedText>* part : {&key, &secret, &phrase}) {
            if (!part->ok()) {
                return part->status();
            }
        }
        keys.push_back({config.label, std::move(*key), std::move(*secret), std::move(*phrase),
                        config.per_minute});
    }
    return keys;
}

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
