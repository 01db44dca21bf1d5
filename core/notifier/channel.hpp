// One notifier channel: a worker thread that takes deliveries, keeps the provider's pace, lets the
// plugin translate, and reports what came of each.
//
// Stage 9. A slow or dead provider holds up this channel alone. The plugin instance is borrowed and
// used on the worker only; an HTTP channel's requests are made here, never by the plugin.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "notifier/rate_limit.hpp"
#include "outbox/outbox.hpp"
#include "petrel/abi/notifier.h"
#include "runtime/mailbox.hpp"
#include "runtime/worker_thread.hpp"

namespace petrel::core {

// A notifier as the loader made it.
struct NotifierHandle {
    std::string name;  // of the channel
    const petrel_notifier* table = nullptr;
    void* instance = nullptr;
};

// What the plugin asks of whoever sends for it. On a thread that may use the instance.
petrel_notifier_limits ask_limits(const NotifierHandle& handle);
RateLimits pace_of(const petrel_notifier_limits& limits);

struct ChannelFigures {
    std::string name;
    std::uint64_t delivered = 0;
    std::uint64_t retried = 0;
    std::uint64_t refused = 0;
    std::uint64_t waiting = 0;
    bool broken = false;  // the provider refuses the channel itself
};

class Channel {
public:
    // Every delivery that was taken is reported exactly once, on the worker; `report` outlives the
    // channel.
    using Report = std::function<void(DeliveryOutcome)>;
    Channel(NotifierHandle handle, Report report);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    // False when its queue is full: the delivery stays in the outbox.
    bool send(Delivery delivery) { return deliveries_.try_push(std::move(delivery)); }

    // Takes nothing more. What waits is left to the outbox; what is being sent is finished.
    void stop();

    [[nodiscard]] const std::string& name() const { return handle_.name; }
    [[nodiscard]] ChannelFigures figures() const;

private:
    class Transport;  // HTTP, behind the network folder

    void run();
    void pace();
    DeliveryOutcome deliver(Delivery delivery);
    DeliveryOutcome deliver_local(Delivery delivery, const petrel_alert& alert);
    DeliveryOutcome deliver_http(Delivery delivery, const petrel_alert& alert);
    void count(const DeliveryOutcome& outcome);

    NotifierHandle handle_;
    Report report_;
    Mailbox<Delivery> deliveries_;
    RateLimit limit_;
    std::uint64_t timeout_ms_ = 10'000;
    std::int64_t held_until_ns_ = 0;  // steady; the provider asked the whole channel to wait
    std::unique_ptr<Transport> transport_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> broken_{false};
    std::atomic<std::uint64_t> delivered_{0}, retried_{0}, refused_{0};
    WorkerThread worker_;
};

}  // namespace petrel::core
