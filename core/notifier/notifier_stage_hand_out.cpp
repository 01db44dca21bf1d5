// The delivery thread's way out: to each channel what it has room for, and what happens when its
// provider refuses it.
#include <algorithm>

#include "notifier/notifier_stage.hpp"
#include "runtime/clock.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kLongestLookMs = 1'000;
constexpr std::size_t kBatchOfChannel = 64;

}  // namespace

void NotifierStage::hand_out() {
    look_in_ms_ = kLongestLookMs;
    outbox_->keep_up(wall_now_ns());
    const Result<std::vector<ChannelDue>> waiting = outbox_->waiting();
    if (!waiting.ok()) {
        failed(waiting.status());
        return;
    }
    for (const ChannelDue& due : *waiting) {
        const std::int64_t now_ns = wall_now_ns();
        if (due.next_try_ns > now_ns) {
            look_again(due.next_try_ns == INT64_MAX ? kLongestLookMs
                                                    : (due.next_try_ns - now_ns) / kNsPerMs + 1);
            continue;
        }
        const auto channel = std::find_if(channels_.begin(), channels_.end(),
                                          [&](const auto& c) { return c->name() == due.channel; });
        if (channel == channels_.end()) {
            options_.store.is_server() ? leave_to_others(due.channel) : refuse_all(due.channel);
        } else {
            hand_out_to(**channel);
        }
    }
}

// A provider that has asked an earlier life to wait has not forgotten it.
void NotifierStage::recall_pauses() {
    const std::int64_t now_ns = wall_now_ns();
    const Result<std::vector<ChannelDue>> pauses = database_->provider_pauses(now_ns);
    if (!pauses.ok()) {
        return;  // the store's failures are told by those who write
    }
    for (const ChannelDue& pause : *pauses) {
        if (Channel* channel = find_channel(pause.channel); channel != nullptr) {
            channel->hold_for((pause.next_try_ns - now_ns) / kNsPerMs);
        }
    }
}

void NotifierStage::refuse_all(const std::string& channel) {
    gather();  // many may end on the way
    Result<Outbox::Taken> taken = outbox_->take(channel, {}, wall_now_ns());
    if (taken.ok()) {
        for (Delivery& delivery : taken->deliveries) {
            settle({std::move(delivery),
                    DeliveryResult::Refused,
                    0,
                    {},
                    "its channel is no longer configured"});
        }
        look_again(taken->more || taken->more_late ? 0 : kLongestLookMs);
    } else {
        failed(taken.status());
    }
    flush();
}

// Another node that shares the store may have the channel. What none of them sends ends with its
// use-by.
void NotifierStage::leave_to_others(const std::string& channel) {
    gather();
    const Result<Outbox::Taken> taken = outbox_->take(channel, {0, 0, 0}, wall_now_ns());
    flush();
    if (!taken.ok()) {
        failed(taken.status());
    } else if (taken->more_late) {
        look_again(0);
    }
}

void NotifierStage::hand_out_to(Channel& channel) {
    const std::string& name = channel.name();
    Stop& stop = stops_.at(name);
    ChannelRoom room = channel.room(options_.outbox.dispatch.ahead_ns);
    room.now = std::min(room.now, kBatchOfChannel);
    const std::int64_t now_ns = steady_now_ns();
    if (outbox_->is_stopped(name) && options_.stopped_retry_ms > 0 && now_ns >= stop.retry_ns) {
        outbox_->try_again(name);
        channel.try_again();
        stop.trying = true;
    }
    if (stop.trying) {
        room = {std::min<std::size_t>(room.now, outbox_->in_flight(name) > 0 ? 0 : 1), kNoLimit, 0};
    }
    if (room.now == 0 && !outbox_->is_stopped(name)) {
        // Without a wait it is the queue that is full: the next outcome wakes us.
        const std::int64_t room_in_ms = channel.room_in_ms();
        look_again(room_in_ms > 0 ? room_in_ms : kLongestLookMs);
        if (now_ns - swept_ns_[name] < kNsPerSecond) {
            return;
        }
        swept_ns_[name] = now_ns;  // what is past its use-by is recorded meanwhile
    }
    gather();
    Result<Outbox::Taken> taken = outbox_->take(name, room, wall_now_ns());
    flush();
    if (!taken.ok()) {
        failed(taken.status());
        return;
    }
    for (Delivery& delivery : taken->deliveries) {
        // A digest goes out when it is on record, as everything else; elsewhere it waits there.
        const NotificationRow row = delivery.row;
        if (outbox_->writer().behind() || !channel.send(std::move(delivery))) {
            outbox_->put_back(row);
        }
    }
    for (PictureOrder& wanted : taken->pictures) {
        order(std::move(wanted));
    }
    if (taken->more_late) {
        swept_ns_[name] = 0;
        look_again(0);
    }
    if (taken->more && room.now > 0 && !stop.trying) {
        look_again(outbox_->is_stopped(name) ? 0 : channel.room_in_ms());
    }
}

void NotifierStage::order(PictureOrder wanted) {
    const AlertText& alert = wanted.alert;
    CardInput input{alert.headline, alert.picture, alert.series, alert.span_begin_ns,
                    alert.span_end_ns};
    const auto done = [this, key = wanted.key](Result<CardPainter::Png> png) {
        drawings_.try_push({key, std::move(png)});
        work_.wake();
    };
    if (painter_ == nullptr || !painter_->order(std::move(input), done)) {
        outbox_->not_ordered(wanted.key);
    }
}

void NotifierStage::take_drawings() {
    while (std::optional<Drawing> drawing = drawings_.pop(0)) {
        outbox_->drawn(drawing->key, std::move(drawing->png), wall_now_ns());
    }
}

void NotifierStage::stopped(const DeliveryOutcome& outcome) {
    const std::string& channel = outcome.delivery.row.channel;
    Stop& stop = stops_.at(channel);
    const bool known = stop.retry_ns != 0;
    stop.trying = false;
    stop.retry_ns =
        steady_now_ns() + static_cast<std::int64_t>(options_.stopped_retry_ms) * kNsPerMs;
    if (known) {
        return;  // tried once more, and refused as before
    }
    const std::string fallback = outbox_->fallback_of(channel);
    const std::string until =
        options_.stopped_retry_ms == 0
            ? "Nothing is sent there until petrel is restarted with a working configuration"
            : "One message is tried there every " + human_duration_ms(options_.stopped_retry_ms) +
                  ", until one is taken or petrel is restarted with a working configuration";
    system_alert("channel " + channel + " is refused by its provider",
                 outcome.reason + ". " +
                     (fallback.empty() ? "What is due there is recorded as refused"
                                       : "What is due there goes to " + fallback) +
                     ". " + until,
                 {"channel " + channel, false, channel});
}

// A message was taken, or refused for its own sake.
void NotifierStage::works_again(const std::string& channel) {
    const auto stop = stops_.find(channel);
    if (stop == stops_.end() || !stop->second.trying) {
        return;
    }
    stop->second.trying = false;
    stop->second.retry_ns = 0;
    system_alert("channel " + channel + " works again",
                 "its provider takes messages; they go there as before",
                 {"channel " + channel, true});
}

}  // namespace petrel::core
