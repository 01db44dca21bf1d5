// The time limits of an open connection as a pure calculation: whole messages, pongs, silence and
// writes that do not get through. Time comes in as an argument.
//
// Owned by a WebSocket client, on its loop's thread.
#pragma once

#include <cstdint>
#include <optional>

#include "net/link_end.hpp"
#include "net/ws_client.hpp"

namespace petrel::core {

class LinkWatch {
public:
    // What the connection has seen so far.
    struct Seen {
        std::int64_t partial_since_ns = 0;  // first byte of what is not whole yet; 0: nothing
        std::int64_t received_ns = 0;       // latest bytes
        std::uint64_t frames = 0;           // whole frames
    };

    explicit LinkWatch(const WsOptions& options) : options_(options) {}

    void opened(std::int64_t now_ns);
    void write_began(std::int64_t now_ns) { write_since_ns_ = now_ns; }
    void write_ended() { write_since_ns_ = 0; }
    // A ping went out; gives its number, which the pong will carry.
    std::uint64_t ping_began(std::int64_t now_ns);
    // While one is awaited no further ping goes out, or its time limit would never pass.
    [[nodiscard]] bool awaits_pong() const { return ping_sent_ns_ != 0; }
    // A pong came; its round trip when it answers the latest ping.
    std::optional<std::int64_t> pong(std::uint64_t number, std::int64_t now_ns);

    // Whether a limit has passed, and which.
    std::optional<LinkEnd> overdue(std::int64_t now_ns, const Seen& seen);
    [[nodiscard]] bool ping_is_due(std::int64_t now_ns) const;
    // When to look again: no limit can pass unseen before.
    [[nodiscard]] std::int64_t next_ns(std::int64_t now_ns, const Seen& seen) const;

private:
    const WsOptions& options_;  // the client's
    std::int64_t write_since_ns_ = 0;
    std::int64_t ping_due_ns_ = 0;
    std::int64_t ping_sent_ns_ = 0;
    std::uint64_t ping_number_ = 0;
    std::uint64_t frames_at_ping_ = 0;
    std::uint64_t frames_ = 0;
    std::int64_t frame_ns_ = 0;
};

}  // namespace petrel::core
