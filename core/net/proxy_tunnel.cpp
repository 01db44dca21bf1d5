// Two small conversations; every refusal of a proxy has its own sentence.
#include "net/proxy_tunnel.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "net/user_agent.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kAnswerBytesMax = 16 * 1024;
constexpr char kSocksVersion = 5;
constexpr char kLoginVersion = 1;
constexpr char kNoLogin = 0;
constexpr char kUserAndPassword = 2;
constexpr unsigned kNeedsCredentials = 407;

std::string base64(std::string_view text) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string encoded;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group =
                group << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            encoded += i + k > text.size() ? '=' : digits[group >> (18 - 6 * k) & 63U];
        }
    }
    return encoded;
}

void append_short(std::string& to, std::string_view text) {
    to += static_cast<char>(text.size());
    to += text;
}

// What a SOCKS5 proxy may say instead of yes (RFC 1928, 6).
std::string_view socks_refusal(unsigned code) {
    constexpr std::array<std::string_view, 9> texts{
        "",
        "failed in a way that it does not name",
        "does not allow it by its rules: allow it there, or add the host to NO_PROXY",
        "cannot reach its network",
        "cannot reach the host: is the name right?",
        "was refused the connection by the host",
        "waited too long for the host",
        "does not know how to connect",
        "does not know this form of address"};
    return code < texts.size() ? texts[code] : "answered with a code that does not exist";
}

void wipe(std::string& text) { explicit_bzero(text.data(), text.size()); }

}  // namespace

ProxyTunnel::ProxyTunnel(Proxy proxy, const Url& target)
    : proxy_(std::move(proxy)), host_(target.host), port_(target.port) {
    proxy_.kind == Proxy::Kind::Socks5 ? ask_socks() : ask_http();
}

ProxyTunnel::~ProxyTunnel() {
    wipe(proxy_.user);
    wipe(proxy_.password);
    wipe(out_);
}

std::string ProxyTunnel::take_output() {
    std::string bytes = std::move(out_);
    out_.clear();
    return bytes;
}

void ProxyTunnel::ask_http() {
    const bool address = host_.find(':') != std::string::npos;
    const std::string authority = (address ? "[" + host_ + "]" : host_) + ":" + port_;
    out_ = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority +
           "\r\nUser-Agent: " + user_agent() + "\r\n";
    if (!proxy_.user.empty()) {
        out_ +=
            "Proxy-Authorization: Basic " + base64(proxy_.user + ":" + proxy_.password) + "\r\n";
    }
    out_ += "\r\n";
    await_ = Await::HttpHead;
}

void ProxyTunnel::ask_socks() {
    out_ = {kSocksVersion, proxy_.user.empty() ? '\1' : '\2', kNoLogin};
    if (!proxy_.user.empty()) {
        out_ += kUserAndPassword;
    }
    await_ = Await::Method;
}

void ProxyTunnel::request_socks() {
    constexpr char connect = 1;
    constexpr char ipv4 = 1;
    constexpr char name = 3;
    constexpr char ipv6 = 4;
    out_ = {kSocksVersion, connect, 0};
    std::array<char, 16> address{};
    if (inet_pton(AF_INET, host_.c_str(), address.data()) == 1) {
        out_ += ipv4;
        out_.append(address.data(), 4);
    } else if (inet_pton(AF_INET6, host_.c_str(), address.data()) == 1) {
        out_ += ipv6;
        out_.append(address.data(), address.size());
    } else {
        out_ += name;
        append_short(out_, host_);
    }
    std::uint16_t port = 0;
    std::from_chars(port_.data(), port_.data() + port_.size(), port);
    out_ += static_cast<char>(port >> 8);
    out_ += static_cast<char>(port & 0xFF);
    await_ = Await::Reply;
}

ProxyTunnel::Step ProxyTunnel::failed(std::string why) {
    failure_ = "the proxy " + proxy_.name() + " " + std::move(why);
    return Step::Failed;
}

ProxyTunnel::Step ProxyTunnel::feed(std::string_view bytes) {
    if (in_.size() + bytes.size() > kAnswerBytesMax) {
        return failed("answers with more than 16 KiB: is it a proxy?");
    }
    if (proxy_.kind == Proxy::Kind::Socks5 && host_.size() > 255) {
        return failed("cannot be told a name of more than 255 bytes");
    }
    in_ += bytes;
    switch (await_) {
        case Await::HttpHead:
            return read_head();
        case Await::Method:
            return read_method();
        case Await::Login:
            return read_login();
        case Await::Reply:
            break;
    }
    return read_reply();
}

ProxyTunnel::Step ProxyTunnel::read_head() {
    constexpr std::string_view begin = "HTTP/1.";
    if (in_.compare(0, begin.size(), begin, 0, std::min(in_.size(), begin.size())) != 0) {
        return failed("does not answer as an HTTP proxy: if it is a SOCKS proxy, write socks5://");
    }
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) {
        return Step::WantInput;
    }
    unsigned status = 0;
    const std::size_t at = begin.size() + 2;
    const auto [stop, error] = std::from_chars(in_.data() + at, in_.data() + at + 3, status);
    if (error != std::errc() || stop != in_.data() + at + 3 || in_[at - 1] != ' ') {
        return failed("answers with a status line that is none");
    }
    if (status < 200 || status >= 300) {
        return judge_status(status);
    }
    return in_.size() == end + 4 ? Step::Done : failed("sent bytes of its own into the tunnel");
}

ProxyTunnel::Step ProxyTunnel::judge_status(unsigned status) {
    const std::string code = " (HTTP " + std::to_string(status) + ")";
    const std::string target = host_ + ":" + port_;
    if (status == kNeedsCredentials) {
        return failed(proxy_.user.empty()
                          ? "wants credentials" + code +
                                ": give them by proxy_credentials, or in the variable that names it"
                          : "refuses the credentials" + code + ": check user and password");
    }
    if (status == 403 || status == 405) {
        return failed("does not allow a tunnel to " + target + code +
                      ": allow it there, or add the host to NO_PROXY");
    }
    if (status >= 500) {
        return failed("cannot reach " + target + code);
    }
    return failed("declined a tunnel to " + target + code);
}

ProxyTunnel::Step ProxyTunnel::read_method() {
    if (!in_.empty() && in_[0] != kSocksVersion) {
        return failed("does not answer as a SOCKS5 proxy: if it is an HTTP proxy, write http://");
    }
    if (in_.size() < 2) {
        return Step::WantInput;
    }
    if (in_.size() > 2) {
        return failed("sent more than its answer");
    }
    const char method = in_[1];
    in_.clear();
    if (method == kNoLogin) {
        request_socks();
        return Step::WantInput;
    }
    if (method != kUserAndPassword || proxy_.user.empty()) {
        return failed(proxy_.user.empty()
                          ? "wants credentials: give them by proxy_credentials, or in the variable "
                            "that names it"
                          : "takes no user and password");
    }
    out_ = std::string(1, kLoginVersion);
    append_short(out_, proxy_.user);
    append_short(out_, proxy_.password);
    await_ = Await::Login;
    return Step::WantInput;
}

ProxyTunnel::Step ProxyTunnel::read_login() {
    if (in_.size() < 2) {
        return Step::WantInput;
    }
    if (in_.size() > 2 || in_[0] != kLoginVersion || in_[1] != 0) {
        return failed("refuses the credentials: check user and password");
    }
    in_.clear();
    request_socks();
    return Step::WantInput;
}

ProxyTunnel::Step ProxyTunnel::read_reply() {
    constexpr std::size_t fixed = 4;
    if (!in_.empty() && in_[0] != kSocksVersion) {
        return failed("broke SOCKS5 in its reply");
    }
    if (in_.size() < 2) {
        return Step::WantInput;
    }
    if (const auto code = static_cast<unsigned char>(in_[1]); code != 0) {
        return failed("opens no tunnel to " + host_ + ":" + port_ + ", it " +
                      std::string(socks_refusal(code)));
    }
    if (in_.size() < fixed + 1) {
        return Step::WantInput;
    }
    const char type = in_[3];
    if (type != 1 && type != 3 && type != 4) {
        return failed("broke SOCKS5 in its reply");
    }
    const std::size_t address = type == 1   ? 4
                                : type == 4 ? 16
                                            : 1 + static_cast<unsigned char>(in_[fixed]);
    const std::size_t whole = fixed + address + 2;
    if (in_.size() > whole) {
        return failed("sent bytes of its own into the tunnel");
    }
    return in_.size() == whole ? Step::Done : Step::WantInput;
}

}  // namespace petrel::core
