// A small strict parser: what it does not know, it refuses.
#include "net/url.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "observe/clean_text.hpp"

namespace petrel::core {
namespace {

Status bad(std::string_view text, std::string_view why) {
    return Status::invalid("address \"" + clean_text(text, 200) + "\" " + std::string(why));
}

bool digits(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':';
}

// Splits "host:port" or "[address]:port" into the url; the port may be missing.
bool split_authority(std::string_view authority, Url& url) {
    std::string_view port;
    std::string_view host = authority;
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) {
            return false;
        }
        host = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
    } else {
        host = authority.substr(0, authority.find(':'));
        port = authority.substr(host.size());
    }
    if (!port.empty()) {
        if (!port.starts_with(':') || !digits(port.substr(1))) {
            return false;
        }
        url.port = port.substr(1);
    }
    url.host = host;
    return !host.empty() && std::all_of(host.begin(), host.end(), host_character);
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
    struct Scheme {
        std::string_view name;
        Url::Security security;
        std::string_view port;
    };
    constexpr Scheme schemes[] = {{"wss", Url::Security::Tls, "443"},
                                  {"ws", Url::Security::Plain, "80"},
                                  {"https", Url::Security::Tls, "443"},
                                  {"http", Url::Security::Plain, "80"}};
    const auto forbidden = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; };
    if (std::any_of(text.begin(), text.end(), forbidden)) {
        return bad(text, "holds a space or control character");
    }
    Url url;
    const std::size_t colon = text.find("://");
    for (const Scheme& scheme : schemes) {
        if (colon != std::string_view::npos && text.substr(0, colon) == scheme.name) {
            url.scheme = scheme.name;
            url.security = scheme.security;
            url.port = scheme.port;
        }
    }
    if (url.scheme.empty()) {
        return bad(text, "must begin with ws://, wss://, http:// or https://");
    }
    const std::string_view rest = text.substr(colon + 3);
    const std::size_t end = rest.find_first_of("/?#");
    const std::string_view authority = rest.substr(0, end);
    if (!split_authority(authority, url)) {
        return bad(text, "has no valid host and port (user names are not allowed)");
    }
    url.authority = authority;
    url.target = end == std::string_view::npos ? "/" : std::string(rest.substr(end));
    if (url.target.find('#') != std::string::npos) {
        return bad(text, "holds a fragment (#), which is never sent");
    }
    if (url.target.starts_with('?')) {
        url.target.insert(0, "/");
    }
    return url;
}

bool is_ip_literal(const std::string& host) {
    unsigned char bytes[16];
    return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
           inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace petrel::core
