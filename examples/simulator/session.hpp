// What a venue's server sees of the network: WebSocket clients, HTTP requests, nothing else.
//
// A Client is one WebSocket connection; a Service is what a port serves. connection.cpp alone
// joins them to sockets and TLS. Everything runs on the simulator's one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace petrel::sim {

// Shared because one text waits in the queues of many clients at once.
using FrameText = std::shared_ptr<const std::string>;

struct HttpRequest {
    std::string method{};
    std::string path{};
    std::vector<std::pair<std::string, std::string>> query{};  // decoded
    std::string raw_query{};                                   // decoded as a whole
    std::string body{};

    [[nodiscard]] std::string parameter(std::string_view name) const;
};

// Splits a request target at '?', decodes %XX.
void set_target(HttpRequest& request, std::string_view target);

struct HttpReply {
    unsigned status = 200;
    std::string body{};
    std::vector<std::pair<std::string, std::string>> headers{};
};

class Client {
public:
    // A client that lets this much wait is cut: it reads too slowly to be served.
    static constexpr std::size_t kQueueBytesMax = 8UL * 1024UL * 1024UL;

    Client() = default;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    virtual ~Client() = default;

    virtual void send(FrameText frame) = 0;
    virtual void ping() = 0;
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    virtual void cut() = 0;  // the TCP connection, without a word
    // Bytes waiting behind the frame that is being written.
    [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
    [[nodiscard]] virtual const HttpRequest& upgrade() const = 0;
};

class Service {
public:
    Service() = default;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    virtual ~Service() = default;

    // Before a byte is read: false closes the socket at once.
    virtual bool accepts() { return true; }
    virtual HttpReply on_request(const HttpRequest& request) = 0;
    // A reply refuses the upgrade; one with status 0 closes the socket instead.
    virtual std::optional<HttpReply> refuse_upgrade(const HttpRequest& request) = 0;
    virtual void on_open(Client&) {}
    virtual void on_message(Client&, std::string_view) {}
    // A ping or pong frame came in: some venues count them against the client's budget.
    virtual void on_control_frame(Client&) {}
    // The last call about this client; never from inside one of its own functions.
    virtual void on_close(Client&) {}
    virtual void on_slow_client(Client&) {}
};

}  // namespace petrel::sim
