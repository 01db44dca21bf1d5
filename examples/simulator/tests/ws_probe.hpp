// A small blocking WebSocket client for tests and measurements, plain or TLS.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace petrel::sim::testing {

struct ProbeOptions {
    std::string address{};  // ws://127.0.0.1:PORT or wss://...
    std::string target = "/";
    std::string ca_file{};  // trusted for wss
};

class WsProbe {
public:
    // Nothing when the connection or its handshake fails.
    static std::unique_ptr<WsProbe> connect(const ProbeOptions& options);

    virtual ~WsProbe() = default;
    virtual void send(const std::string& text) = 0;
    // The next frame; nothing once the connection is over or no frame came for 30 s.
    virtual std::optional<std::string> receive() = 0;
    [[nodiscard]] virtual int close_code() const = 0;
};

}  // namespace petrel::sim::testing
