// A hostile server for tests: raw sockets, a thread for each connection, which runs a script.
// Knows just enough of WebSocket and HTTP to break their rules on purpose.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/net/certificate_support.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace petrel::core::test {

struct FrameWish {
    unsigned opcode = 1;
    std::string payload = {};
    bool final = true;
    unsigned reserved = 0;  // RSV1 = 4, RSV2 = 2, RSV3 = 1
    bool masked = false;
    std::optional<std::uint64_t> length = {};  // said in the header; else that of the payload
    unsigned length_bytes = 0;                 // form of the length: 0 shortest, 2 or 8 bytes
};

// The bytes of one frame as a server sends it.
std::string frame(const FrameWish& wish);
std::string text_frame(std::string_view payload);
std::string close_frame(unsigned code, std::string_view reason = "");

// One accepted connection, inside a script. All calls give up after ten seconds.
class MiniPeer {
public:
    MiniPeer(int fd, ssl_ctx_st* tls);
    ~MiniPeer();
    MiniPeer(const MiniPeer&) = delete;
    MiniPeer& operator=(const MiniPeer&) = delete;

    // False when the TLS handshake failed (plain connections: true).
    [[nodiscard]] bool ready() const { return ready_; }
    // Reads up to the empty line; empty when the client went away.
    std::string read_head();
    std::string read_some();
    std::string read_body(std::size_t count);  // what follows a head
    // The whole of a good answer to the upgrade request `head`.
    static std::string upgrade_answer(const std::string& head);
    // Reads the request and answers it well.
    void upgrade();
    bool send(std::string_view bytes);
    bool send_in_pieces(std::string_view bytes, std::size_t piece);
    // One frame of the client, unmasked; nothing when the client went away.
    struct Received {
        unsigned opcode = 0;
        std::string payload;
    };
    std::optional<Received> read_frame();
    // Reads to the client's end; the code of its close frame, 0 when there was none.
    unsigned read_close_code();
    void wait_for_end();
    void reset();  // RST
    void shut_down_sending();
    // True when the client has gone within `ms`.
    bool gone_within(int ms);
    // Passes bytes both ways between the client and a server on 127.0.0.1 until one of them ends.
    void relay_to(int port);

private:
    std::size_t read_raw(char* data, std::size_t size);
    bool read_exactly(std::string& into, std::size_t count);

    int fd_;
    ssl_st* ssl_ = nullptr;
    bool ready_ = true;
    std::string pending_;
};

struct MiniServerOptions {
    const Certificate* certificate = nullptr;  // null: plain
    int tls_version_max = 0;                   // TLS1_VERSION, ...; 0: latest
    const char* ciphers = "ALL";               // of OpenSSL's names; for TLS 1.2 and before
    bool ipv6 = false;                         // listens on ::1, else on 127.0.0.1
    int port = 0;                              // 0: any that is free
};

class MiniServer {
public:
    using Script = std::function<void(MiniPeer&)>;

    explicit MiniServer(Script script, MiniServerOptions options = {});
    ~MiniServer();
    MiniServer(const MiniServer&) = delete;
    MiniServer& operator=(const MiniServer&) = delete;

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] bool listening() const { return listener_ >= 0; }
    [[nodiscard]] std::string url(std::string_view scheme, std::string_view target = "/") const;
    [[nodiscard]] int connections() const { return connections_; }
    // Connections whose script is running.
    [[nodiscard]] int open() const { return connections_ - done_; }
    // No script is running any more for a connection that was accepted.
    [[nodiscard]] bool idle() const { return done_ == connections_; }

private:
    void run();

    Script script_;
    int listener_ = -1;
    int port_ = 0;
    ssl_ctx_st* tls_ = nullptr;
    std::atomic<int> connections_{0};
    std::atomic<int> done_{0};
    bool ipv6_ = false;
    std::atomic<bool> stopping_{false};
    std::vector<std::thread> workers_;  // of the listening thread until it was joined
    std::thread thread_;
};

}  // namespace petrel::core::test
