// Runs one client against one server script and records all that the client reported.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/net/mini_server_support.hpp"
#include "net/ws_client.hpp"

namespace petrel::core::test {

class RecordingHandler : public WsHandler {
public:
    void on_open() override {
        ++opened;
        if (when_open) {
            when_open();
        }
    }
    void on_message(const WsMessage& message) override {
        messages.emplace_back(message.data);
        types.push_back(message.type);
        for (std::size_t i = 0; i < 64; ++i) {  // the promised padding can be read
            padding_sum += static_cast<unsigned char>(message.data.data()[message.data.size() + i]);
        }
        last_receive_ts_ns = message.receive_ts_ns;
        if (when_message) {
            when_message();
        }
    }
    void on_pong(std::chrono::nanoseconds round_trip) override { pongs.push_back(round_trip); }
    void on_end(const LinkEnd& link_end) override {
        ++ends;
        end = link_end;
        if (when_end) {
            when_end();
        }
    }

    std::function<void()> when_open;
    std::function<void()> when_message;
    std::function<void()> when_end;
    int opened = 0;
    int ends = 0;
    std::vector<std::string> messages;
    std::vector<WsMessageType> types;
    std::vector<std::chrono::nanoseconds> pongs;
    std::optional<LinkEnd> end;
    std::int64_t last_receive_ts_ns = 0;
    unsigned padding_sum = 0;
};

// Connects to `server` and runs until the end was reported. `options.url` is filled in.
inline void run_client(const MiniServer& server, WsOptions options, RecordingHandler& handler) {
    IoLoop loop;
    if (options.url.empty()) {
        options.url = server.url("ws");
    }
    const auto client = WsClient::open(loop, options, handler);
    if (!loop.run_until([&] { return handler.end.has_value(); }, 15'000)) {
        handler.end = LinkEnd{LinkEndKind::Local, 0, "the end was never reported"};
    }
    loop.run_until([&] { return server.idle(); }, 5'000);  // let the farewell go out
}

}  // namespace petrel::core::test
