// The worker of a channel. Times are steady: a step of the wall clock neither hurries nor delays.
#include "notifier/channel.hpp"

#include <algorithm>

#include "observe/clean_text.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kQueue = 256;

DeliveryResult result_of(std::uint32_t result) {
    switch (result) {
        case PETREL_DELIVERED:
            return DeliveryResult::Delivered;
        case PETREL_REFUSED:
            return DeliveryResult::Refused;
        case PETREL_BROKEN:
            return DeliveryResult::Broken;
        default:
            return DeliveryResult::Retry;
    }
}

// Longer than a queue that is in order takes, with a second try in it.
constexpr std::int64_t kOnTimeNs = 30 * kNsPerSecond;
constexpr std::uint32_t kTooMany = 429;

std::uint32_t phase_of(const std::string& phase) {
    return phase == "update"   ? PETREL_ALERT_UPDATE
           : phase == "end"    ? PETREL_ALERT_END
           : phase == "digest" ? PETREL_ALERT_DIGEST
                               : PETREL_ALERT_NEW;
}

RateLimits limits_of(const NotifierHandle& handle, std::uint64_t& timeout_ms) {
    const petrel_notifier_limits limits = ask_limits(handle);
    timeout_ms = limits.timeout_ms != 0 ? limits.timeout_ms : timeout_ms;
    return pace_of(handle, limits);
}

petrel_alert as_abi(const Delivery& delivery, const std::vector<petrel_alert_field>& fields,
                    std::int64_t now_ns) {
    const AlertText& alert = delivery.alert;
    const std::int64_t waited_ns = now_ns - delivery.row.created_ns;
    petrel_alert a{};
    a.size = sizeof(a);
    a.severity = alert.severity;
    a.id = text_of(alert.id);
    a.type = text_of(alert.type);
    a.symbol = text_of(alert.symbol);
    a.headline = text_of(alert.headline);
    a.fields = fields.data();
    a.field_count = static_cast<std::uint32_t>(fields.size());
    a.side = alert.side;
    a.footer = text_of(alert.footer);
    a.json = text_of(alert.json);
    a.at_ns = alert.at_ns;
    a.score = alert.score;
    a.story_id = text_of(delivery.row.signal_id);
    a.provider_id = text_of(delivery.first_provider_id);
    a.sent_at_ns = now_ns;
    a.late_ms = waited_ns > kOnTimeNs ? static_cast<std::uint64_t>(waited_ns / kNsPerMs) : 0;
    a.silent = alert.silent ? 1 : 0;
    if (!alert.provider_id.empty()) {
        a.provider_id = text_of(alert.provider_id);
    }
    a.phase = alert.phase == PETREL_ALERT_NEW ? phase_of(delivery.row.phase) : alert.phase;
    a.attempt = static_cast<std::uint32_t>(delivery.row.attempts) + 1;
    return a;
}

DeliveryOutcome failed(Delivery delivery, DeliveryResult result, const std::string& reason) {
    return {std::move(delivery), result, 0, {}, clean_text(reason)};
}

DeliveryOutcome from_plugin(Delivery delivery, std::int32_t status, const petrel_outcome& outcome,
                            const petrel_error& error) {
    if (status < 0) {
        return failed(std::move(delivery), DeliveryResult::Retry,
                      std::string("the channel's plugin failed: ") + error.text);
    }
    return {std::move(delivery), result_of(outcome.result), outcome.retry_after_ms,
            string_of(outcome.provider_id), clean_text(outcome.reason)};
}

}  // namespace

petrel_notifier_limits ask_limits(const NotifierHandle& handle) {
    petrel_notifier_limits limits{};
    limits.size = sizeof(limits);
    handle.table->limits(handle.instance, &limits);
    return limits;
}

RateLimits pace_of(const NotifierHandle& handle, const petrel_notifier_limits& limits) {
    const bool lower =
        handle.per_minute > 0 && !(limits.per_minute > 0 && limits.per_minute < handle.per_minute);
    return {limits.per_second, lower ? handle.per_minute : limits.per_minute,
            static_cast<double>(limits.burst)};
}

AlertForPlugin::AlertForPlugin(const Delivery& delivery, std::int64_t now_ns,
                               std::string_view png) {
    for (const auto& [name, value] : delivery.alert.fields) {
        fields_.push_back({text_of(name), text_of(value)});
    }
    alert_ = as_abi(delivery, fields_, now_ns);
    if (!png.empty()) {
        alert_.image = reinterpret_cast<const std::uint8_t*>(png.data());
        alert_.image_bytes = png.size();
        alert_.image_alt = text_of(delivery.alert.picture);
    }
}

Channel::Channel(NotifierHandle handle, Report report, ChannelCards cards, Poller::OnPress on_press)
    : handle_(std::move(handle)), report_(std::move(report)), deliveries_(kQueue),
      limit_(limits_of(handle_, timeout_ms_)), cards_(cards) {
    if ((ask_limits(handle_).abilities & PETREL_CAN_IMAGE) == 0) {
        cards_ = {};
    }
    if (handle_.table->deliver == nullptr) {
        transport_ = std::make_unique<ChannelTransport>();
    }
    if (on_press && PETREL_HAS(handle_.table, petrel_notifier, read_poll) &&
        handle_.table->build_poll != nullptr && handle_.table->read_poll != nullptr) {
        poller_ = std::make_unique<Poller>(
            Poller::Plugin{handle_.name, handle_.table, handle_.instance, &instance_, timeout_ms_},
            std::move(on_press));
    }
    worker_ = WorkerThread("ch-" + handle_.name, [this] { run(); });
}

Channel::~Channel() { stop(); }

void Channel::stop() {
    stopping_ = true;
    if (transport_ != nullptr) {
        transport_->wake();
    }
    deliveries_.close();
    deliveries_.wake();
    if (poller_ != nullptr) {
        poller_->stop();
    }
    worker_.join();
}

ChannelFigures Channel::figures() {
    ChannelFigures figures;
    figures.name = handle_.name;
    figures.delivered = delivered_;
    figures.retried = retried_;
    figures.refused = refused_;
    figures.waiting = deliveries_.size();
    figures.broken = broken_;
    if (poller_ != nullptr) {
        figures.buttons = poller_->figures();
    }
    figures.room = room(0).now;
    const std::lock_guard lock(pace_mutex_);
    figures.broken_why = broken_ ? broken_why_ : "";
    figures.per_second = limit_.limits().per_second;
    figures.per_minute = limit_.limits().per_minute;
    figures.held_ms = std::max<std::int64_t>(0, (held_until_ns_ - steady_now_ns()) / kNsPerMs);
    return figures;
}

bool Channel::send(Delivery delivery) {
    const std::lock_guard lock(pace_mutex_);
    const bool taken = deliveries_.try_push(std::move(delivery));
    handed_over_ += taken ? 1 : 0;
    return taken;
}

ChannelRoom Channel::room(std::int64_t ahead_ns) {
    const std::int64_t now_ns = steady_now_ns();
    const std::lock_guard lock(pace_mutex_);
    const auto left = [&](std::size_t count) { return count - std::min(count, handed_over_); };
    const bool held = held_until_ns_ > now_ns;
    const std::size_t now =
        held ? 0 : left(std::min<std::size_t>(limit_.available(now_ns), kQueue));
    return {now, limit_.limited() ? left(limit_.within(now_ns, ahead_ns)) : kNoLimit};
}

std::int64_t Channel::room_in_ms() {
    const std::int64_t now_ns = steady_now_ns();
    const std::lock_guard lock(pace_mutex_);
    const std::int64_t wait_ns = std::max(limit_.wait_ns(now_ns), held_until_ns_ - now_ns);
    return wait_ns <= 0 ? 0 : wait_ns / kNsPerMs + 1;
}

// Whether one may be sent now; counts it as sent.
bool Channel::take_room() {
    const std::int64_t now_ns = steady_now_ns();
    const std::lock_guard lock(pace_mutex_);
    handed_over_ -= std::min<std::size_t>(handed_over_, 1);
    if (broken_ || held_until_ns_ > now_ns || limit_.wait_ns(now_ns) > 0) {
        return false;
    }
    limit_.take(now_ns);
    return true;
}

// A provider's wait is for all that goes there, not for the one message that it refused; it may
// come with a success, too. One that says "too many" and not how long to wait is left alone for
// longer each time.
void Channel::hold(const DeliveryOutcome& outcome) {
    std::uint64_t wait_ms = RetryPolicy::clamp_provider_ms(outcome.retry_after_ms);
    const bool unnamed = outcome.http_status == kTooMany && wait_ms == 0;
    refused_for_pace_ = unnamed ? refused_for_pace_ + 1 : 0;
    if (unnamed) {
        wait_ms = RetryPolicy{}.wait_ms(refused_for_pace_, handle_.name);
    }
    const std::lock_guard lock(pace_mutex_);
    if (wait_ms > 0) {
        held_until_ns_ = steady_now_ns() + static_cast<std::int64_t>(wait_ms) * kNsPerMs;
    }
    if (outcome.result == DeliveryResult::Broken) {
        broken_why_ = outcome.reason;
    }
}

void Channel::run() {
    while (!stopping_) {
        std::optional<Delivery> delivery = deliveries_.pop(1'000);
        if (!delivery) {
            continue;
        }
        if (stopping_) {
            return;  // untried: it is still pending in the outbox
        }
        // One that is past its use-by is recorded as expired when the outbox looks again.
        if (!take_room() || wall_now_ns() > delivery->row.use_by_ns) {
            report_(failed(std::move(*delivery), DeliveryResult::Untried, ""));
            continue;
        }
        const std::int64_t started_ns = wall_now_ns();
        DeliveryOutcome outcome = deliver(std::move(*delivery));
        outcome.started_ns = started_ns;
        outcome.finished_ns = wall_now_ns();
        count(outcome);
        hold(outcome);
        report_(std::move(outcome));
    }
}

DeliveryOutcome Channel::deliver(Delivery delivery) {
    // A copy, because the views below must not point into what is moved away.
    const Delivery told = delivery;
    const Result<CardPainter::Png> card = card_of(told.alert);
    const bool drawn = card.ok() && *card != nullptr;
    const AlertForPlugin abi(told, wall_now_ns(), drawn ? std::string_view(**card) : "");
    DeliveryOutcome outcome = hand_over(std::move(delivery), abi.alert());
    if (!card.ok() && outcome.result == DeliveryResult::Delivered && outcome.reason.empty()) {
        outcome.reason = "without its picture: " + card.status().message();
    }
    return outcome;
}

// Null where the alert has none or the channel takes none.
Result<CardPainter::Png> Channel::card_of(const AlertText& alert) const {
    if (cards_.painter == nullptr || cards_.wait_ms == 0 || alert.series.points.empty()) {
        return CardPainter::Png();
    }
    return cards_.painter->card(
        {alert.headline, alert.picture, alert.series, alert.span_begin_ns, alert.span_end_ns},
        static_cast<std::int64_t>(cards_.wait_ms));
}

DeliveryOutcome Channel::hand_over(Delivery delivery, const petrel_alert& alert) {
    return transport_ == nullptr ? deliver_local(std::move(delivery), alert)
                                 : deliver_http(std::move(delivery), alert);
}

DeliveryOutcome Channel::deliver_local(Delivery delivery, const petrel_alert& alert) {
    petrel_outcome outcome{};
    outcome.size = sizeof(outcome);
    petrel_error error{};
    error.size = sizeof(error);
    const std::int32_t status = handle_.table->deliver(handle_.instance, &alert, &outcome, &error);
    return from_plugin(std::move(delivery), status, outcome, error);
}

DeliveryOutcome Channel::deliver_http(Delivery delivery, const petrel_alert& alert) {
    Result<HttpRequest> request = build(alert);
    if (!request.ok()) {
        return failed(std::move(delivery), DeliveryResult::Refused, request.status().message());
    }
    Result<HttpReply> reply = transport_->exchange(std::move(*request), stopping_);
    if (!reply.ok()) {
        return failed(std::move(delivery), DeliveryResult::Retry, reply.status().message());
    }
    const PluginReply answer(*reply);
    petrel_error error{};
    error.size = sizeof(error);
    petrel_outcome outcome{};
    outcome.size = sizeof(outcome);
    const std::lock_guard lock(instance_);  // the outcome's texts live until the next call
    const std::int32_t status =
        handle_.table->read_reply(handle_.instance, answer.get(), &outcome, &error);
    DeliveryOutcome done = from_plugin(std::move(delivery), status, outcome, error);
    done.http_status = reply->status();
    return done;
}

Result<HttpRequest> Channel::build(const petrel_alert& alert) {
    petrel_error error{};
    error.size = sizeof(error);
    petrel_notifier_request built{};
    built.size = sizeof(built);
    const std::lock_guard lock(instance_);
    const std::int32_t code = handle_.table->build(handle_.instance, &alert, &built, &error);
    return code < 0
               ? Result<HttpRequest>(Status::failure(
                     code, std::string("the channel could not write the message: ") + error.text))
               : Result<HttpRequest>(request_of(built, timeout_ms_));
}

void Channel::count(const DeliveryOutcome& outcome) {
    switch (outcome.result) {
        case DeliveryResult::Delivered:
            ++delivered_;
            break;
        case DeliveryResult::Retry:
            ++retried_;
            break;
        case DeliveryResult::Broken:
            broken_ = true;
            ++refused_;
            break;
        case DeliveryResult::Refused:
            ++refused_;
            break;
        case DeliveryResult::Untried:
            break;
    }
}

}  // namespace petrel::core
