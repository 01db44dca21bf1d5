// Asks a channel's provider what people did there, over and over, on a thread and a connection of
// its own: a long poll delays no alert.
//
// Stage 9. The plugin writes the questions and reads the answers (sans-IO); its instance is shared
// with the channel's worker, hence the mutex. A press is passed on and answered before the next
// question confirms it to the provider, so that a crash in between loses none; that one is recorded
// once is the store's doing.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "notifier/channel_transport.hpp"
#include "outbox/retry_policy.hpp"
#include "petrel/abi/notifier.h"
#include "petrel/notifier.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/worker_thread.hpp"

namespace petrel::core {

struct PollerFigures {
    std::uint64_t presses = 0;   // passed on
    std::uint64_t ignored = 0;   // of those who may not
    std::uint64_t failures = 0;  // questions without a good answer
    std::string trouble;         // why the last question failed; empty when it went well
    bool ended = false;          // for good: there is nothing to ask, or the provider refuses it
};

class Poller {
public:
    // Passes a press on and gives the words for whoever pressed; may block, on the poller's thread.
    using OnPress = std::function<std::string(const Press& press)>;

    // What is borrowed outlives the poller. `table` has build_poll and read_poll.
    struct Plugin {
        std::string name;  // of the channel
        const petrel_notifier* table = nullptr;
        void* instance = nullptr;
        std::mutex* mutex = nullptr;  // held for every call on the instance
        std::uint64_t timeout_ms = 10'000;
    };
    Poller(Plugin plugin, OnPress on_press);
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    void stop();
    [[nodiscard]] PollerFigures figures() const;

private:
    struct Question {
        HttpRequest request;
        Status status;
    };
    struct Answered {
        std::string token, words;
    };
    void run();
    std::uint64_t ask();
    Question build();
    Poll read(const HttpReply& reply);
    std::uint64_t failed(const std::string& why, std::uint64_t wait_ms);
    std::uint64_t went_well(const Poll& poll, bool at_once);
    void end(const std::string& why);

    Plugin plugin_;
    OnPress on_press_;
    ChannelTransport transport_;
    RetryPolicy backoff_;

    // The poller's thread alone.
    std::vector<Answered> answers_;  // to presses, told with the next question
    int failed_in_a_row_ = 0;

    Mailbox<int> rest_{1};  // to wait on; closed by stop()
    std::atomic<bool> stopping_{false};
    mutable std::mutex figures_mutex_;
    PollerFigures figures_;  // guarded by figures_mutex_
    WorkerThread worker_;
};

}  // namespace petrel::core
