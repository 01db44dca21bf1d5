// One notifier channel: a worker thread that takes deliveries, keeps the provider's pace, lets the
// plugin translate, and reports what came of each.
//
// Nothing waits here for the pace: room() says how much may be handed over, so that what is left is
// still the outbox's to order, to merge and to let expire. What finds no room after all, or a
// channel that has stopped, is given back untried.
//
// The next message goes out when what came of the one before is on record, so that a crash can
// repeat one and no more; several are under way at once only where the receiver takes a key once
// and wants more messages a second than that allows (decision 0028).
//
// Stage 9. A slow or dead provider holds up this channel alone. The plugin instance is borrowed and
// used on the worker only; an HTTP channel's requests are made here, never by the plugin.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "card/card_painter.hpp"
#include "notifier/channel_transport.hpp"
#include "notifier/poller.hpp"
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
    double per_minute = 0;  // of the configuration, below what the plugin declares; 0: none
};

// What the plugin asks of whoever sends for it. On a thread that may use the instance.
petrel_notifier_limits ask_limits(const NotifierHandle& handle);
// Of these what is kept; the configuration may ask for less a minute.
RateLimits pace_of(const NotifierHandle& handle, const petrel_notifier_limits& limits);

struct ChannelFigures {
    std::string name;
    std::uint64_t delivered = 0;
    std::uint64_t retried = 0;
    std::uint64_t refused = 0;
    std::uint64_t waiting = 0;
    bool broken = false;  // the provider refuses the channel itself
    std::string broken_why;
    // The budget. Room is for so many messages now; 0 per second or minute: no such limit.
    std::uint64_t room = 0;
    double per_second = 0;
    double per_minute = 0;
    std::int64_t held_ms = 0;   // so long the provider wants to be left alone
    std::uint64_t pending = 0;  // in the store
    std::string fallback;
    std::int64_t retry_ms = 0;  // until a broken one is tried again; 0: at the next start
    std::optional<PollerFigures> buttons = {};  // where people can answer in the channel
};

// Who draws pictures, and how long a message waits for its own where the channel cannot add it to a
// message later; null: nobody.
struct ChannelCards {
    CardPainter* painter = nullptr;  // outlives the channel
    std::uint64_t wait_ms = 0;
};

// A delivery as a plugin is given it. Borrows the delivery and the picture's bytes, which outlive
// it.
class AlertForPlugin {
public:
    // `png` empty: without a picture.
    AlertForPlugin(const Delivery& delivery, std::int64_t now_ns, std::string_view png);
    AlertForPlugin(const AlertForPlugin&) = delete;
    AlertForPlugin& operator=(const AlertForPlugin&) = delete;
    [[nodiscard]] const petrel_alert& alert() const { return alert_; }

private:
    std::vector<petrel_alert_field> fields_;
    petrel_alert alert_{};
};

class Channel {
public:
    // Every delivery that was taken is reported exactly once, on the worker, and all but those that
    // were untried are answered with recorded(); `report` outlives the channel.
    using Report = std::function<void(DeliveryOutcome)>;
    // `on_press`: somebody in the channel wants to acknowledge a story; on a thread of its own.
    Channel(NotifierHandle handle, Report report, ChannelCards cards = {},
            Poller::OnPress on_press = nullptr);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    // False when its queue is full: the delivery stays in the outbox.
    bool send(Delivery delivery);

    // One outcome that was reported is on disk now. Any thread.
    void recorded();

    // What may be handed over now, and within `ahead_ns`. Any thread.
    [[nodiscard]] ChannelRoom room(std::int64_t ahead_ns);
    // How long until there is room for one; 0: now.
    [[nodiscard]] std::int64_t room_in_ms();
    // Leaves the provider alone for so long, as it has asked before.
    void hold_for(std::int64_t ms);
    // One whose provider has refused it is sent to again.
    void try_again() { broken_ = false; }

    // Takes nothing more. What waits is left to the outbox; what is being sent is finished, and
    // waited for by stop() alone.
    void begin_stop();
    void stop();

    [[nodiscard]] const std::string& name() const { return handle_.name; }
    [[nodiscard]] ChannelFigures figures();

private:
    static constexpr std::size_t kQueue = 256;

    void run();
    void hold(const DeliveryOutcome& outcome);
    [[nodiscard]] bool take_room();
    Result<CardPainter::Png> card_of(const Delivery& delivery) const;
    [[nodiscard]] bool may_begin();
    void wait_for_record();
    void wait_for_reply();
    // A message under way, and what is to be said of it if all goes well.
    struct Open {
        Delivery delivery;
        std::int64_t started_ns = 0;
        std::string remark{};
        std::uint64_t late_ms = 0;
        bool written = false;  // the provider may have it
    };
    void deliver(Delivery delivery);
    void deliver_local(const Open& open, const petrel_alert& alert);
    void deliver_http(Open open, const petrel_alert& alert);
    void on_reply(std::uint64_t number, const Result<HttpReply>& reply);
    DeliveryOutcome read_reply(Delivery delivery, const HttpReply& reply);
    [[nodiscard]] DeliveryOutcome unanswered(const Open& open, const std::string& why) const;
    void give_up_open();
    void finish(const Open& open, DeliveryOutcome outcome);
    Result<HttpRequest> build(const petrel_alert& alert);
    void count(const DeliveryOutcome& outcome);

    NotifierHandle handle_;
    Report report_;
    Mailbox<Delivery> deliveries_;
    std::uint64_t timeout_ms_ = 10'000;
    std::mutex pace_mutex_;
    RateLimit limit_;                 // with pace_mutex_, as the three below
    std::int64_t held_until_ns_ = 0;  // steady; the provider asked the whole channel to wait
    std::size_t handed_over_ = 0;     // not sent yet
    std::string broken_why_;
    int refused_for_pace_ = 0;  // in a row, by a provider that named no wait; the worker alone
    ChannelCards cards_;
    // The worker alone, but for records_.
    std::size_t under_way_max_ = 1;
    const bool keyed_;                    // the provider takes a key once: requests may come twice
    std::size_t under_way_ = 0;           // begun, and not on record yet
    Mailbox<bool> records_;               // one for each that is
    std::map<std::uint64_t, Open> open_;  // without a reply yet, by number
    std::uint64_t requests_ = 0;
    std::unique_ptr<ChannelTransport> transport_;
    std::mutex instance_;  // held for calls on an HTTP channel's instance
    std::atomic<bool> stopping_{false};
    std::atomic<bool> broken_{false};
    std::atomic<std::uint64_t> delivered_{0}, retried_{0}, refused_{0};
    std::unique_ptr<Poller> poller_;
    WorkerThread worker_;
};

}  // namespace petrel::core
