// The worker of a channel. Times are steady: a step of the wall clock neither hurries nor delays.
#include "notifier/channel.hpp"

#include <algorithm>

#include "net/http_client.hpp"
#include "observe/clean_text.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kQueue = 256;
constexpr std::uint32_t kReplyBytesMax = 64U << 10;

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
    a.sent_at_ns = now_ns;
    a.late_ms = waited_ns > kOnTimeNs ? static_cast<std::uint64_t>(waited_ns / kNsPerMs) : 0;
    a.silent = alert.silent ? 1 : 0;
    a.phase = PETREL_ALERT_NEW;  // updates and ends are recorded, not sent
    a.attempt = static_cast<std::uint32_t>(delivery.row.attempts) + 1;
    return a;
}

std::string lower_case(std::string text) {
    for (char& c : text) {
        c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return text;
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

RateLimits pace_of(const petrel_notifier_limits& limits) {
    return {limits.per_second, limits.per_minute, static_cast<double>(limits.burst)};
}

// One loop and one client, driven by the worker alone.
class Channel::Transport {
public:
    Transport() : client_(loop_) {}

    // `stopping` ends the wait early; whether the provider took the message is then unknown.
    Result<HttpReply> exchange(HttpRequest request, const std::atomic<bool>& stopping) {
        const std::uint32_t limit_ms = request.timeout_ms + 1'000;
        // Shared, because an exchange that was given up may still end in a later one's run.
        const auto answer = std::make_shared<std::optional<Result<HttpReply>>>();
        client_.request(std::move(request),
                        [answer](Result<HttpReply> reply) { *answer = std::move(reply); });
        loop_.run_until([&] { return answer->has_value() || stopping; }, limit_ms);
        if (!answer->has_value()) {
            return Status::io(stopping ? "petrel stopped before the answer came; it may repeat"
                                       : "no answer in time");
        }
        return std::move(**answer);
    }

    // Any thread: lets exchange() look at `stopping`.
    void wake() {
        loop_.post([] {});
    }

private:
    IoLoop loop_;
    HttpClient client_;
};

Channel::Channel(NotifierHandle handle, Report report)
    : handle_(std::move(handle)), report_(std::move(report)), deliveries_(kQueue),
      limit_(RateLimits{}) {
    const petrel_notifier_limits limits = ask_limits(handle_);
    limit_ = RateLimit(pace_of(limits));
    if (limits.timeout_ms != 0) {
        timeout_ms_ = limits.timeout_ms;
    }
    if (handle_.table->deliver == nullptr) {
        transport_ = std::make_unique<Transport>();
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
    worker_.join();
}

ChannelFigures Channel::figures() const {
    return {handle_.name, delivered_, retried_, refused_, deliveries_.size(), broken_};
}

void Channel::run() {
    while (!stopping_) {
        std::optional<Delivery> delivery = deliveries_.pop(1'000);
        if (!delivery) {
            continue;
        }
        pace();
        if (stopping_) {
            return;  // untried: it is still pending in the outbox
        }
        if (wall_now_ns() > delivery->row.use_by_ns) {
            // The outbox records it as expired when it looks again.
            report_(failed(std::move(*delivery), DeliveryResult::Retry,
                           "waited for the provider's limits beyond its use-by"));
            continue;
        }
        limit_.take(steady_now_ns());
        const std::int64_t started_ns = wall_now_ns();
        DeliveryOutcome outcome = deliver(std::move(*delivery));
        outcome.started_ns = started_ns;
        outcome.finished_ns = wall_now_ns();
        count(outcome);
        if (outcome.result == DeliveryResult::Retry && outcome.retry_after_ms > 0) {
            // A provider's wait is for all that goes there, not for the one message it refused.
            const std::uint64_t wait_ms = RetryPolicy::clamp_provider_ms(outcome.retry_after_ms);
            held_until_ns_ = steady_now_ns() + static_cast<std::int64_t>(wait_ms) * kNsPerMs;
        }
        report_(std::move(outcome));
    }
}

// Waits until the provider's limits allow one more, or until the channel stops.
void Channel::pace() {
    for (;;) {
        const std::int64_t now_ns = steady_now_ns();
        const std::int64_t wait_ns = std::max(limit_.wait_ns(now_ns), held_until_ns_ - now_ns);
        if (wait_ns <= 0 || stopping_) {
            return;
        }
        deliveries_.wait_closed(wait_ns / kNsPerMs + 1);
    }
}

DeliveryOutcome Channel::deliver(Delivery delivery) {
    if (broken_) {
        return failed(std::move(delivery), DeliveryResult::Refused,
                      "the provider refuses this channel; see the system alert");
    }
    // A copy, because the views below must not point into what is moved away.
    const Delivery told = delivery;
    std::vector<petrel_alert_field> fields;
    for (const auto& [name, value] : told.alert.fields) {
        fields.push_back({text_of(name), text_of(value)});
    }
    const petrel_alert abi = as_abi(told, fields, wall_now_ns());
    return transport_ == nullptr ? deliver_local(std::move(delivery), abi)
                                 : deliver_http(std::move(delivery), abi);
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
    petrel_error error{};
    error.size = sizeof(error);
    petrel_notifier_request built{};
    built.size = sizeof(built);
    if (handle_.table->build(handle_.instance, &alert, &built, &error) < 0) {
        return failed(std::move(delivery), DeliveryResult::Refused,
                      std::string("the channel could not write the message: ") + error.text);
    }
    HttpRequest request;
    request.path.proxies = environment_proxies();
    request.method = string_of(built.method);
    request.url = string_of(built.url);
    request.body = string_of(built.body);
    request.timeout_ms = static_cast<std::uint32_t>(timeout_ms_);
    request.body_bytes_max = kReplyBytesMax;
    for (std::uint32_t i = 0; i < built.header_count; ++i) {
        request.headers.emplace_back(string_of(built.headers[i].name),
                                     string_of(built.headers[i].value));
    }
    Result<HttpReply> reply = transport_->exchange(std::move(request), stopping_);
    if (!reply.ok()) {
        return failed(std::move(delivery), DeliveryResult::Retry, reply.status().message());
    }
    std::vector<std::string> names;
    std::vector<petrel_header> headers;
    names.reserve(reply->headers().size());
    for (const auto& [name, value] : reply->headers()) {
        names.push_back(lower_case(name));
        headers.push_back({text_of(names.back()), text_of(value)});
    }
    petrel_notifier_reply answer{};
    answer.size = sizeof(answer);
    answer.http_status = reply->status();
    answer.headers = headers.data();
    answer.header_count = static_cast<std::uint32_t>(headers.size());
    answer.body = text_of(reply->body());
    petrel_outcome outcome{};
    outcome.size = sizeof(outcome);
    const std::int32_t status =
        handle_.table->read_reply(handle_.instance, &answer, &outcome, &error);
    DeliveryOutcome done = from_plugin(std::move(delivery), status, outcome, error);
    done.http_status = reply->status();
    return done;
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
    }
}

}  // namespace petrel::core
