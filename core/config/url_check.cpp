// scheme://host[:port][/path]; host a name, an IPv4 address or [IPv6]; no user, no blanks.
#include "config/url_check.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

namespace petrel::core {
namespace {

Status check_port(std::string_view port) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
    if (error != std::errc() || end != port.data() + port.size() || value == 0 || value > 65'535) {
        return Status::invalid("the port must be a number from 1 to 65535");
    }
    return {};
}

bool is_host(std::string_view host) {
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    const std::string_view name = bracketed ? host.substr(1, host.size() - 2) : host;
    return !name.empty() && name.size() <= 253 &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' ||
                      (bracketed && c == ':') || (!bracketed && c == '_');
           });
}

}  // namespace

Status check_server_url(std::string_view url) {
    const std::size_t mark = url.find("://");
    const std::string_view scheme = url.substr(0, mark == std::string_view::npos ? 0 : mark);
    if (scheme != "postgresql" && scheme != "postgres") {
        return Status::invalid("the address must begin with postgresql://");
    }
    if (std::any_of(url.begin(), url.end(), [](unsigned char c) { return c <= ' ' || c == 127; })) {
        return Status::invalid("the address holds a blank or control character");
    }
    const std::string_view rest = url.substr(mark + 3);
    const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    const std::size_t user_end = rest.substr(0, end).rfind('@');
    const std::string_view user = rest.substr(0, user_end == std::string_view::npos ? 0 : user_end);
    const std::string_view options = rest.substr(end);
    if (user.find(':') != std::string_view::npos ||
        options.find("password=") != std::string_view::npos) {
        return Status::invalid("the address holds a password");
    }
    return {};
}

Status check_url(std::string_view url, const UrlSchemes& schemes) {
    const std::size_t mark = url.find("://");
    const std::string_view scheme = url.substr(0, mark == std::string_view::npos ? 0 : mark);
    if (scheme != schemes.plain && scheme != schemes.secure) {
        return Status::invalid("the address must begin with " + std::string(schemes.plain) +
                               ":// or " + std::string(schemes.secure) + "://");
    }
    if (std::any_of(url.begin(), url.end(), [](unsigned char c) { return c <= ' ' || c == 127; })) {
        return Status::invalid("the address holds a blank or control character");
    }
    const std::string_view rest = url.substr(mark + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos) {
        return Status::invalid("the address holds a user name or password");
    }
    const std::size_t bracket = authority.find(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (!is_host(authority.substr(0, colon))) {
        return Status::invalid("the address has no valid host");
    }
    return colon == std::string_view::npos ? Status() : check_port(authority.substr(colon + 1));
}

}  // namespace petrel::core
