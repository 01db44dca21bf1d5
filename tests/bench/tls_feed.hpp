// A venue for the benchmarks: sends frames over TLS at a steady rate and notes when each left.
//
// Runs on a thread of its own, serves one client, stops when asked. The certificate is made at the
// start, for 127.0.0.1, and written where the client can trust it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "frames.hpp"

namespace petrel::bench {

class TlsFeed {
public:
    // `per_second` frames, 0: as fast as the reader takes them; `count` in all.
    TlsFeed(const Frames& frames, std::uint32_t per_second, std::size_t count);
    ~TlsFeed();
    TlsFeed(const TlsFeed&) = delete;
    TlsFeed& operator=(const TlsFeed&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] const std::string& ca_file() const;
    // Steady time at which the i-th frame was handed to the socket.
    [[nodiscard]] std::int64_t sent_ns(std::size_t i) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Steady nanoseconds.
std::int64_t now_ns();

}  // namespace petrel::bench
