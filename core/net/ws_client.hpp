// A WebSocket client connection: plain or TLS, strictly checked, with time limits of its own.
//
// One per feed session, used on its loop's thread only. The certificate and name of a wss:// peer
// are always verified. Compression is offered only when asked for. Everything is bounded: the
// message, inflated too, the time it may take to arrive, the silence, the outgoing queue.
// Destroying the client drops the connection without a callback; it may be destroyed inside its
// own callbacks.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/io_loop.hpp"
#include "net/link_end.hpp"
#include "net/network_path.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

struct WsOptions {
    std::string url = {};                       // ws:// or wss://
    std::string ca_file = {};                   // extra trust root, PEM; empty: the system's only
    NetworkPath path = {};                      // addresses and proxy
    std::uint32_t connect_timeout_ms = 10'000;  // name, connection, TLS and upgrade together
    std::uint32_t message_bytes_max = 1U << 20;
    std::uint32_t message_whole_ms = 10'000;  // from its first byte to its last
    std::uint32_t ping_interval_ms = 30'000;  // 0: no pings of ours
    std::uint32_t pong_timeout_ms = 10'000;   // without pong or any other frame: dead
    std::uint32_t idle_ms_max = 0;            // no frame of any sort for so long: dead; 0: no limit
    std::uint32_t send_queue_max = 64;        // messages waiting to go out
    bool compress = false;                    // offer permessage-deflate (RFC 7692)
    std::vector<std::pair<std::string, std::string>> headers = {};
};

enum class WsMessageType : std::uint8_t { Text, Binary };

struct WsMessage {
    std::string_view data;  // at least PETREL_FRAME_PADDING readable bytes follow
    std::int64_t receive_ts_ns = 0;
    WsMessageType type = WsMessageType::Text;
};

// All calls come on the loop's thread. on_end is the last one, and comes exactly once.
class WsHandler {
public:
    virtual ~WsHandler() = default;
    virtual void on_open() = 0;
    virtual void on_message(const WsMessage& message) = 0;
    virtual void on_pong(std::chrono::nanoseconds round_trip) { (void)round_trip; }
    virtual void on_end(const LinkEnd& end) = 0;
};

class WsClient {
public:
    // Begins to connect; the outcome comes by on_open or on_end, never from inside this call.
    static std::unique_ptr<WsClient> open(IoLoop& loop, WsOptions options, WsHandler& handler);
    ~WsClient();
    WsClient(const WsClient&) = delete;
    WsClient& operator=(const WsClient&) = delete;

    // Queues a text message. Fails when the connection is not open or the queue is full.
    Status send(std::string_view text);
    void ping();  // nothing while the pong of an earlier one is awaited
    // Says farewell; on_end follows, with kind Local, at the latest after three seconds.
    void close(std::uint16_t code = 1000);

    // Bytes from the socket so far, and the steady time of the latest.
    [[nodiscard]] std::uint64_t bytes_received() const;
    [[nodiscard]] std::int64_t last_bytes_steady_ns() const;

    class Impl;
    explicit WsClient(std::shared_ptr<Impl> impl);  // use open()

private:
    std::shared_ptr<Impl> impl_;  // shared with the operations in flight
};

}  // namespace petrel::core
