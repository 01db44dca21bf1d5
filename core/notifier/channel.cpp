// The worker of a channel. Times are steady: a step of the wall clock neither hurries nor delays.
#include "notifier/channel.hpp"

#include <algorithm>
#include <utility>

#include "observe/clean_text.hpp"
#include "observe/privacy_filter.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

// One after the other, each with its record on disk, is good for so many a second.
constexpr double kOneByOnePerSecond = 100;
constexpr std::size_t kUnderWayMax = 16;
constexpr std::uint32_t kLongestWaitMs = 1'000;
constexpr std::uint32_t kPictureTimeoutMs = 3'000;  // a message may wait behind it

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

RateLimits limits_of(const NotifierHandle& handle, std::uint64_t& timeout_ms) {
    const petrel_notifier_limits limits = ask_limits(handle);
    timeout_ms = limits.timeout_ms != 0 ? limits.timeout_ms : timeout_ms;
    return pace_of(handle, limits);
}

std::size_t under_way_max(bool keyed, const RateLimits& pace) {
    const bool fast = (pace.per_second == 0 || pace.per_second > kOneByOnePerSecond) &&
                      (pace.per_minute == 0 || pace.per_minute > kOneByOnePerSecond * 60);
    return keyed && fast ? kUnderWayMax : 1;
}

DeliveryOutcome failed(Delivery delivery, DeliveryResult result, const std::string& reason) {
    return {std::move(delivery), result, 0, {}, clean_text(private_text(reason))};
}

DeliveryOutcome from_plugin(Delivery delivery, std::int32_t status, const petrel_outcome& outcome,
                            const petrel_error& error) {
    if (status < 0) {
        return failed(std::move(delivery), DeliveryResult::Retry,
                      std::string("the channel's plugin failed: ") + error.text);
    }
    return {std::move(delivery), result_of(outcome.result), outcome.retry_after_ms,
            string_of(outcome.provider_id), clean_text(private_text(outcome.reason))};
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

Channel::Channel(NotifierHandle handle, Report report, ChannelCards cards, Poller::OnPress on_press)
    : handle_(std::move(handle)), report_(std::move(report)), deliveries_(kQueue),
      limit_(limits_of(handle_, timeout_ms_)), cards_(cards),
      keyed_((ask_limits(handle_).abilities & PETREL_HONOURS_KEY) != 0), records_(kQueue) {
    const std::uint32_t abilities = ask_limits(handle_).abilities;
    if ((abilities & PETREL_CAN_IMAGE) == 0 || (abilities & PETREL_CAN_ADD_IMAGE) != 0) {
        cards_ = {};  // where it can be added no message waits for it
    }
    if (handle_.table->deliver == nullptr) {
        transport_ = std::make_unique<ChannelTransport>();
        under_way_max_ = under_way_max(keyed_, limit_.limits());
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

void Channel::begin_stop() {
    stopping_ = true;
    if (transport_ != nullptr) {
        transport_->wake();
    }
    deliveries_.close();
    deliveries_.wake();
    records_.close();
}

void Channel::stop() {
    begin_stop();
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
    {
        const std::lock_guard lock(pace_mutex_);
        if (!deliveries_.try_push(std::move(delivery))) {
            return false;
        }
        ++handed_over_;
    }
    if (under_way_max_ > 1) {
        transport_->wake();
    }
    return true;
}

void Channel::recorded() {
    records_.try_push(true);
    if (under_way_max_ > 1) {
        transport_->wake();
    }
}

bool Channel::may_begin() {
    while (under_way_ > 0 && records_.pop(0)) {
        --under_way_;
    }
    return under_way_ < under_way_max_;
}

// Replies are taken meanwhile.
void Channel::wait_for_record() {
    if (!open_.empty()) {
        const std::size_t before = open_.size();
        transport_->run_until(
            [&] { return stopping_ || records_.size() > 0 || open_.size() < before; },
            kLongestWaitMs);
    } else if (records_.pop(kLongestWaitMs)) {
        --under_way_;
    }
}

void Channel::wait_for_reply() {
    const std::size_t before = open_.size();
    transport_->run_until(
        [&] { return stopping_ || open_.size() < before || deliveries_.size() > 0; },
        kLongestWaitMs);
}

void Channel::run() {
    while (!stopping_) {
        if (!may_begin()) {
            wait_for_record();
            continue;
        }
        std::optional<Delivery> delivery = deliveries_.pop(open_.empty() ? kLongestWaitMs : 0);
        if (!delivery && !open_.empty()) {
            wait_for_reply();
        }
        if (!delivery) {
            continue;
        }
        if (stopping_) {
            break;  // untried: it is still pending in the outbox
        }
        // One that is past its use-by is recorded as expired when the outbox looks again.
        if (!take_room() || wall_now_ns() > delivery->row.use_by_ns) {
            report_(failed(std::move(*delivery), DeliveryResult::Untried, ""));
            continue;
        }
        ++under_way_;
        deliver(std::move(*delivery));
    }
    give_up_open();
}

void Channel::deliver(Delivery delivery) {
    Open open{std::move(delivery), wall_now_ns()};
    const Result<CardPainter::Png> card = card_of(open.delivery);
    const bool drawn = card.ok() && *card != nullptr;
    if (!card.ok()) {
        open.remark = "without its picture: " + card.status().message();
    }
    // Of a copy, because the views must not point into what is moved away.
    const Delivery told = open.delivery;
    const AlertForPlugin abi(told, wall_now_ns(), drawn ? std::string_view(**card) : "");
    open.late_ms = abi.alert().late_ms;
    if (transport_ == nullptr) {
        deliver_local(open, abi.alert());
    } else {
        deliver_http(std::move(open), abi.alert());
    }
}

// Null where the alert has none or the channel takes none.
Result<CardPainter::Png> Channel::card_of(const Delivery& delivery) const {
    const AlertText& alert = delivery.alert;
    if (delivery.picture != nullptr) {
        return delivery.picture;
    }
    if (cards_.painter == nullptr || cards_.wait_ms == 0 || alert.series.points.empty()) {
        return CardPainter::Png();
    }
    return cards_.painter->card(
        {alert.headline, alert.picture, alert.series, alert.span_begin_ns, alert.span_end_ns},
        static_cast<std::int64_t>(cards_.wait_ms));
}

void Channel::deliver_local(const Open& open, const petrel_alert& alert) {
    petrel_outcome outcome{};
    outcome.size = sizeof(outcome);
    petrel_error error{};
    error.size = sizeof(error);
    const std::int32_t status = handle_.table->deliver(handle_.instance, &alert, &outcome, &error);
    finish(open, from_plugin(open.delivery, status, outcome, error));
}

void Channel::deliver_http(Open open, const petrel_alert& alert) {
    Result<HttpRequest> request = build(alert);
    if (alert.phase == PETREL_ALERT_IMAGE && request.ok()) {
        request->timeout_ms = std::min(request->timeout_ms, kPictureTimeoutMs);
    }
    if (!request.ok()) {
        // One that threw may do better when there is memory again.
        const bool threw = request.status().code() == PETREL_E_EXCEPTION;
        return finish(open,
                      failed(open.delivery, threw ? DeliveryResult::Retry : DeliveryResult::Refused,
                             request.status().message()));
    }
    const std::uint64_t number = requests_++;
    request->on_write = [this, number] {
        if (const auto found = open_.find(number); found != open_.end()) {
            found->second.written = true;
        }
    };
    open_.emplace(number, std::move(open));
    transport_->start(std::move(*request),
                      [this, number](const Result<HttpReply>& reply) { on_reply(number, reply); });
}

void Channel::on_reply(std::uint64_t number, const Result<HttpReply>& reply) {
    const auto found = open_.find(number);
    if (found == open_.end()) {
        return;  // given up
    }
    const Open open = std::move(found->second);
    open_.erase(found);
    finish(open, reply.ok() ? read_reply(open.delivery, *reply)
                            : unanswered(open, reply.status().message()));
}

// Where keys are honoured a copy is none.
DeliveryOutcome Channel::unanswered(const Open& open, const std::string& why) const {
    DeliveryOutcome outcome = failed(open.delivery, DeliveryResult::Retry, why);
    if (open.written && !keyed_) {
        outcome.reason += kMayRepeat;
    }
    return outcome;
}

DeliveryOutcome Channel::read_reply(Delivery delivery, const HttpReply& reply) {
    const PluginReply answer(reply);
    petrel_error error{};
    error.size = sizeof(error);
    petrel_outcome outcome{};
    outcome.size = sizeof(outcome);
    const std::lock_guard lock(instance_);  // the outcome's texts live until the next call
    const std::int32_t status =
        handle_.table->read_reply(handle_.instance, answer.get(), &outcome, &error);
    DeliveryOutcome done = from_plugin(std::move(delivery), status, outcome, error);
    done.http_status = reply.status();
    return done;
}

// Whether their providers took them is not known.
void Channel::give_up_open() {
    for (const auto& [number, open] : std::exchange(open_, {})) {
        finish(open, unanswered(open, "petrel stopped before the answer came"));
    }
}

void Channel::finish(const Open& open, DeliveryOutcome outcome) {
    outcome.started_ns = open.started_ns;
    outcome.finished_ns = wall_now_ns();
    outcome.late_ms = open.late_ms;
    if (outcome.result == DeliveryResult::Delivered && outcome.reason.empty()) {
        outcome.reason = open.remark;
    }
    count(outcome);
    hold(outcome);
    report_(std::move(outcome));
}

Result<HttpRequest> Channel::build(const petrel_alert& alert) {
    petrel_error error{};
    error.size = sizeof(error);
    petrel_notifier_request built{};
    built.size = sizeof(built);
    const std::lock_guard lock(instance_);
    const std::int32_t code = handle_.table->build(handle_.instance, &alert, &built, &error);
    if (code < 0) {
        return Status::failure(
            code, std::string("the channel could not write the message: ") + error.text);
    }
    HttpRequest request = request_of(built, timeout_ms_);
    request.repeatable = keyed_;
    return request;
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
