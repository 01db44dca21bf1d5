// Blocking sockets with a time limit, a thread for each connection.
#include "core/net/mini_server_support.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace petrel::core::test {
namespace {

constexpr int kPatienceS = 10;

std::string accept_key(const std::string& key) {
    const std::string joined = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(joined.data(), joined.size(), digest, &length, EVP_sha1(), nullptr);
    std::string text(64, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), digest,
                                     static_cast<int>(length));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string big_endian(std::uint64_t value, unsigned bytes) {
    std::string out;
    for (unsigned i = bytes; i-- > 0;) {
        out += static_cast<char>((value >> (8 * i)) & 0xFF);
    }
    return out;
}

}  // namespace

std::string frame(const FrameWish& wish) {
    std::string out;
    out += static_cast<char>((wish.final ? 0x80U : 0U) | (wish.reserved << 4) | wish.opcode);
    const std::uint64_t length = wish.length.value_or(wish.payload.size());
    const unsigned mask = wish.masked ? 0x80U : 0U;
    if (wish.length_bytes == 8 || (wish.length_bytes == 0 && length > 65535)) {
        out += static_cast<char>(mask | 127U);
        out += big_endian(length, 8);
    } else if (wish.length_bytes == 2 || length > 125) {
        out += static_cast<char>(mask | 126U);
        out += big_endian(length, 2);
    } else {
        out += static_cast<char>(mask | length);
    }
    if (wish.masked) {
        out.append(4, '\0');  // a mask of zeroes
    }
    return out + wish.payload;
}

std::string text_frame(std::string_view payload) {
    return frame({.opcode = 1, .payload = std::string(payload)});
}

std::string close_frame(unsigned code, std::string_view reason) {
    return frame({.opcode = 8, .payload = big_endian(code, 2) + std::string(reason)});
}

MiniPeer::MiniPeer(int fd, ssl_ctx_st* tls) : fd_(fd) {
    const timeval patience{kPatienceS, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (tls != nullptr) {
        ssl_ = SSL_new(tls);
        SSL_set_fd(ssl_, fd_);
        ready_ = SSL_accept(ssl_) == 1;
    }
}

MiniPeer::~MiniPeer() {
    SSL_free(ssl_);
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

std::size_t MiniPeer::read_raw(char* data, std::size_t size) {
    if (ssl_ != nullptr) {
        const int count = SSL_read(ssl_, data, static_cast<int>(size));
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    const ssize_t count = ::recv(fd_, data, size, 0);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::string MiniPeer::read_some() {
    char bytes[4096];
    return {bytes, read_raw(bytes, sizeof(bytes))};
}

std::string MiniPeer::read_body(std::size_t count) {
    std::string body;
    return read_exactly(body, count) ? body : std::string();
}

std::string MiniPeer::read_head() {
    std::size_t end = std::string::npos;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
        const std::string more = read_some();
        if (more.empty()) {
            return {};
        }
        pending_ += more;
    }
    std::string head = pending_.substr(0, end + 4);
    pending_.erase(0, end + 4);
    return head;
}

std::string MiniPeer::upgrade_answer(const std::string& head) {
    constexpr std::string_view name = "Sec-WebSocket-Key: ";
    const std::size_t at = head.find(name);
    const std::size_t begin = at == std::string::npos ? head.size() : at + name.size();
    const std::string key = head.substr(begin, head.find("\r\n", begin) - begin);
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           accept_key(key) + "\r\n\r\n";
}

void MiniPeer::upgrade() { send(upgrade_answer(read_head())); }

bool MiniPeer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t count = 0;
        if (ssl_ != nullptr) {
            count = SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
        } else {
            count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        }
        if (count <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool MiniPeer::send_in_pieces(std::string_view bytes, std::size_t piece) {
    while (!bytes.empty()) {
        if (!send(bytes.substr(0, piece))) {
            return false;
        }
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    return true;
}

bool MiniPeer::read_exactly(std::string& into, std::size_t count) {
    while (pending_.size() < count) {
        const std::string more = read_some();
        if (more.empty()) {
            return false;
        }
        pending_ += more;
    }
    into = pending_.substr(0, count);
    pending_.erase(0, count);
    return true;
}

std::optional<MiniPeer::Received> MiniPeer::read_frame() {
    std::string head;
    if (!read_exactly(head, 2)) {
        return std::nullopt;
    }
    std::size_t length = static_cast<unsigned char>(head[1]) & 0x7FU;
    const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
    std::string rest;
    if (!read_exactly(rest, more + 4)) {
        return std::nullopt;
    }
    if (more > 0) {
        length = 0;
        for (std::size_t i = 0; i < more; ++i) {
            length = length << 8 | static_cast<unsigned char>(rest[i]);
        }
    }
    Received received{static_cast<unsigned char>(head[0]) & 0x0FU, {}};
    if (!read_exactly(received.payload, length)) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < length; ++i) {
        received.payload[i] = static_cast<char>(received.payload[i] ^ rest[more + i % 4]);
    }
    return received;
}

unsigned MiniPeer::read_close_code() {
    unsigned code = 0;
    while (const auto received = read_frame()) {
        if (received->opcode == 8 && received->payload.size() >= 2) {
            code = static_cast<unsigned>(static_cast<unsigned char>(received->payload[0])) << 8 |
                   static_cast<unsigned char>(received->payload[1]);
        }
    }
    return code;
}

void MiniPeer::wait_for_end() {
    while (!read_some().empty()) {
    }
}

void MiniPeer::reset() {
    const linger hard{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    ::close(std::exchange(fd_, -1));
}

void MiniPeer::shut_down_sending() { ::shutdown(fd_, SHUT_WR); }

bool MiniPeer::gone_within(int ms) {
    pollfd waiting{fd_, POLLIN, 0};
    if (poll(&waiting, 1, ms) <= 0) {
        return false;
    }
    return read_some().empty();
}

void MiniPeer::relay_to(int port) {
    const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    pollfd ends[2] = {{fd_, POLLIN, 0}, {out, POLLIN, 0}};
    bool both_live = true;
    while (both_live && poll(ends, 2, kPatienceS * 1'000) > 0) {
        for (int i = 0; i < 2 && both_live; ++i) {
            char bytes[16'384];
            const ssize_t count =
                ends[i].revents == 0 ? 0 : ::recv(ends[i].fd, bytes, sizeof(bytes), 0);
            both_live = ends[i].revents == 0 ||
                        (count > 0 && ::send(ends[1 - i].fd, bytes, static_cast<std::size_t>(count),
                                             MSG_NOSIGNAL) == count);
        }
    }
    ::close(out);
}

MiniServer::MiniServer(Script script, MiniServerOptions options) : script_(std::move(script)) {
    std::signal(SIGPIPE, SIG_IGN);  // the TLS library writes without asking for no signal
    if (options.certificate != nullptr) {
        tls_ = SSL_CTX_new(TLS_server_method());
        SSL_CTX_set_security_level(tls_, 0);
        SSL_CTX_use_certificate(tls_, options.certificate->certificate.get());
        SSL_CTX_use_PrivateKey(tls_, options.certificate->key.get());
        SSL_CTX_set_min_proto_version(tls_, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(tls_, options.tls_version_max);
        const std::string ciphers = std::string(options.ciphers) + ":@SECLEVEL=0";
        if (SSL_CTX_set_cipher_list(tls_, ciphers.c_str()) != 1) {
            throw std::invalid_argument("this OpenSSL knows no cipher of " + ciphers);
        }
    }
    ipv6_ = options.ipv6;
    listener_ = ::socket(ipv6_ ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};  // its first four bytes and port lie like those of IPv4
    auto* ipv4 = reinterpret_cast<sockaddr_in*>(&address);
    if (ipv6_) {
        address.sin6_addr = in6addr_loopback;
    } else {
        ipv4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    address.sin6_family = ipv6_ ? AF_INET6 : AF_INET;
    address.sin6_port = htons(static_cast<std::uint16_t>(options.port));
    socklen_t size = ipv6_ ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 64) != 0) {
        throw std::runtime_error("the test's server cannot listen on its loopback address");
    }
    ::getsockname(listener_, raw, &size);
    port_ = ntohs(address.sin6_port);
    thread_ = std::thread([this] { run(); });
}

MiniServer::~MiniServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    for (std::thread& worker : workers_) {
        worker.join();
    }
    ::close(listener_);
    SSL_CTX_free(tls_);
}

std::string MiniServer::url(std::string_view scheme, std::string_view target) const {
    return std::string(scheme) + (ipv6_ ? "://[::1]:" : "://127.0.0.1:") + std::to_string(port_) +
           std::string(target);
}

void MiniServer::run() {
    while (!stopping_) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        ++connections_;
        workers_.emplace_back([this, fd] {
            {
                MiniPeer peer(fd, tls_);
                if (peer.ready()) {
                    script_(peer);
                }
            }
            ++done_;
        });
    }
}

}  // namespace petrel::core::test
