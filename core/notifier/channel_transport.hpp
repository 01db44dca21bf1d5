// HTTP of a channel: one loop and one client, driven by the thread that waits for the answer; and
// requests and replies as plugins write and read them.
//
// Stage 9. One thread an object, but for wake().
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/http_client.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {

// What a plugin built, copied; `timeout_ms` where it says nothing of its own.
HttpRequest request_of(const petrel_notifier_request& built, std::uint64_t timeout_ms);

// A reply as plugins read it; lives as long as the reply.
class PluginReply {
public:
    explicit PluginReply(const HttpReply& reply);
    PluginReply(const PluginReply&) = delete;
    PluginReply& operator=(const PluginReply&) = delete;
    [[nodiscard]] const petrel_notifier_reply* get() const { return &reply_; }

private:
    std::vector<std::string> names_;
    std::vector<petrel_header> headers_;
    petrel_notifier_reply reply_{};
};

class ChannelTransport {
public:
    ChannelTransport();
    ~ChannelTransport();

    // `stopping` ends the wait early; whether the provider took the message is then unknown.
    Result<HttpReply> exchange(HttpRequest request, const std::atomic<bool>& stopping);

    // Without waiting: `done` is called once, by a run_until() of later.
    void start(HttpRequest request, HttpDone done);
    // Takes replies until `done` holds, at most so long.
    void run_until(const std::function<bool()>& done, std::uint32_t ms_max);

    // Any thread: lets exchange() and run_until() look again.
    void wake();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace petrel::core
