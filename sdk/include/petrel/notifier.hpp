// Base classes for notifier channels. HttpNotifier builds a request and reads the reply; the host
// sends it. LocalNotifier delivers by itself on a worker thread and may block.
#pragma once

#include <span>

#include "petrel/abi/notifier.h"
#include "petrel/plugin.hpp"

namespace petrel {

// An alert with C++ views; everything lives for the call.
struct Alert {
    explicit Alert(const petrel_alert* alert)
        : id(view_of(alert->id)), type(view_of(alert->type)), symbol(view_of(alert->symbol)),
          headline(view_of(alert->headline)), footer(view_of(alert->footer)),
          json(view_of(alert->json)), fields(alert->fields, alert->field_count),
          severity(alert->severity), side(static_cast<Side>(alert->side)), at_ns(alert->at_ns),
          score(alert->score), story_id(id), sent_at_ns(at_ns) {
        read_appended(*alert);
    }

    std::string_view id, type, symbol, headline, footer, json;
    std::span<const petrel_alert_field> fields;
    std::uint32_t severity;
    Side side;
    std::int64_t at_ns;
    double score;

    // From a host before ABI 1.3: a first attempt at a new story that has one alert, sent as it was
    // made.
    std::string_view story_id, provider_id, link, image_alt;
    std::string_view image;  // PNG; empty: none
    std::int64_t sent_at_ns;
    std::uint64_t late_ms = 0;
    std::uint32_t phase = PETREL_ALERT_NEW;
    std::uint32_t attempt = 1;
    bool silent = false;
    bool may_repeat = false;        // an earlier attempt may have come through
    std::uint32_t shown_phase = 0;  // of an IMAGE: that of its message
    bool acknowledged = false;      // somebody has taken the story on

private:
    // A host fills all of the appended fields or none.
    void read_appended(const petrel_alert& alert) {
        if (!PETREL_HAS(&alert, petrel_alert, silent)) {
            return;
        }
        story_id = alert.story_id.length == 0 ? id : view_of(alert.story_id);
        provider_id = view_of(alert.provider_id);
        link = view_of(alert.link);
        image_alt = view_of(alert.image_alt);
        if (alert.image != nullptr) {
            image = {reinterpret_cast<const char*>(alert.image),
                     static_cast<std::size_t>(alert.image_bytes)};
        }
        sent_at_ns = alert.sent_at_ns;
        late_ms = alert.late_ms;
        phase = alert.phase;
        attempt = alert.attempt;
        silent = alert.silent != 0;
        may_repeat = alert.may_repeat != 0;
        if (PETREL_HAS(&alert, petrel_alert, acknowledged)) {
            shown_phase = alert.shown_phase;
            acknowledged = alert.acknowledged != 0;
        }
    }
};

// What came of a delivery; `result` is PETREL_DELIVERED, RETRY, REFUSED or BROKEN.
struct Outcome {
    std::uint32_t result = PETREL_DELIVERED;
    std::uint64_t retry_after_ms = 0;
    std::string provider_id;
    std::string reason;
};

struct NotifierRequest {
    std::string method = "POST";
    std::string url;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::uint32_t timeout_ms = 0;  // 0: that of the channel's limits
};

// Somebody in the channel wants to acknowledge a story; `token` names the press to the plugin.
struct Press {
    std::string token;
    std::string story_id;
    std::string who;
};

// What became of a press, in words for whoever pressed.
struct PressAnswer {
    std::string_view token;
    std::string_view words;
};

// What a poll brought; `result` is PETREL_DELIVERED, RETRY, or BROKEN for never again.
struct Poll {
    std::uint32_t result = PETREL_DELIVERED;
    std::uint64_t wait_ms = 0;
    std::vector<Press> presses;
    std::uint32_t ignored = 0;  // presses of those who may not
    std::string reason;
};

struct NotifierReply {
    std::uint32_t http_status;
    std::string_view body;
    std::span<const petrel_header> headers;

    [[nodiscard]] std::string_view header(std::string_view lower_case_name) const {
        for (const petrel_header& h : headers) {
            if (view_of(h.name) == lower_case_name) {
                return view_of(h.value);
            }
        }
        return {};
    }
};

class Notifier {
public:
    static constexpr std::uint32_t kKind = PETREL_KIND_NOTIFIER;
    static constexpr std::string_view kInterface = PETREL_NOTIFIER_INTERFACE;

    virtual ~Notifier() = default;
    [[nodiscard]] virtual Status ready() const { return {}; }
    [[nodiscard]] virtual petrel_notifier_limits limits() const {
        petrel_notifier_limits none{};
        none.size = sizeof(none);
        return none;
    }

    template <typename Plugin>
    static const void* table();

    // Results that the ABI hands out by pointer; they live until the next call on this instance.
    struct Held {
        NotifierRequest request;
        std::vector<petrel_header> headers;
        Outcome outcome;
        Poll poll;
        std::vector<petrel_press> presses;
    };
    Held& held() { return held_; }

private:
    Held held_;
};

class HttpNotifier : public Notifier {
public:
    virtual Result<NotifierRequest> build(const Alert& alert) = 0;
    virtual Outcome read_reply(const NotifierReply& reply) = 0;
};

// A channel in which people can answer. The host asks over and over; no URL: never.
class PollingNotifier : public HttpNotifier {
public:
    virtual Result<NotifierRequest> build_poll(std::span<const PressAnswer> answers) = 0;
    virtual Poll read_poll(const NotifierReply& reply) = 0;
};

class LocalNotifier : public Notifier {
public:
    virtual Outcome deliver(const Alert& alert) = 0;
};

namespace detail {

inline void copy_reason(std::string_view from, char* to) {
    const std::size_t length =
        from.size() < PETREL_ERROR_TEXT ? from.size() : PETREL_ERROR_TEXT - 1;
    std::memcpy(to, from.data(), length);
    to[length] = '\0';
}

inline void hand_over(Notifier& notifier, Outcome from, petrel_outcome* to) {
    Outcome& kept = notifier.held().outcome;
    kept = std::move(from);
    to->result = kept.result;
    to->retry_after_ms = kept.retry_after_ms;
    to->provider_id = text_of(kept.provider_id);
    copy_reason(kept.reason, to->reason);
}

inline Status hand_over(Notifier& notifier, Result<NotifierRequest> built,
                        petrel_notifier_request* request) {
    if (!built.ok()) {
        return built.status();
    }
    auto& held = notifier.held();
    held.request = std::move(*built);
    held.headers.clear();
    for (const auto& [name, value] : held.request.headers) {
        held.headers.push_back({text_of(name), text_of(value)});
    }
    request->method = text_of(held.request.method);
    request->url = text_of(held.request.url);
    request->body = text_of(held.request.body);
    request->headers = held.headers.data();
    request->header_count = static_cast<std::uint32_t>(held.headers.size());
    if (PETREL_HAS(request, petrel_notifier_request, timeout_ms)) {
        request->timeout_ms = held.request.timeout_ms;
    }
    return {};
}

inline void hand_over(Notifier& notifier, Poll from, petrel_poll* to) {
    auto& held = notifier.held();
    held.poll = std::move(from);
    held.presses.clear();
    for (const Press& press : held.poll.presses) {
        held.presses.push_back({text_of(press.token), text_of(press.story_id), text_of(press.who)});
    }
    to->result = held.poll.result;
    to->wait_ms = held.poll.wait_ms;
    to->presses = held.presses.data();
    to->press_count = static_cast<std::uint32_t>(held.presses.size());
    to->ignored = held.poll.ignored;
    copy_reason(held.poll.reason, to->reason);
}

inline NotifierReply view_of_reply(const petrel_notifier_reply* reply) {
    return {reply->http_status, view_of(reply->body), {reply->headers, reply->header_count}};
}

template <typename Plugin>
std::int32_t build(void* instance, const petrel_alert* alert, petrel_notifier_request* request,
                   petrel_error* error) noexcept {
    return guarded(error, [&]() -> Status {
        auto& plugin = self<Plugin>(instance);
        return hand_over(plugin, plugin.build(Alert(alert)), request);
    });
}

template <typename Plugin>
void fill_poll(petrel_notifier& t) {
    t.build_poll = [](void* instance, const petrel_press_answer* answers,
                      std::uint32_t answer_count, petrel_notifier_request* request,
                      petrel_error* error) {
        return guarded(error, [&]() -> Status {
            auto& plugin = self<Plugin>(instance);
            std::vector<PressAnswer> views;
            for (std::uint32_t i = 0; i < answer_count; ++i) {
                views.push_back({view_of(answers[i].token), view_of(answers[i].words)});
            }
            return hand_over(plugin, plugin.build_poll(views), request);
        });
    };
    t.read_poll = [](void* instance, const petrel_notifier_reply* reply, petrel_poll* poll,
                     petrel_error* error) {
        return guarded(error, [&]() -> std::int32_t {
            auto& plugin = self<Plugin>(instance);
            hand_over(plugin, plugin.read_poll(view_of_reply(reply)), poll);
            return PETREL_OK;
        });
    };
}

template <typename Plugin>
void fill_delivery(petrel_notifier& t) {
    if constexpr (std::is_base_of_v<HttpNotifier, Plugin>) {
        t.build = &build<Plugin>;
        t.read_reply = [](void* instance, const petrel_notifier_reply* reply,
                          petrel_outcome* outcome, petrel_error* error) {
            return guarded(error, [&]() -> std::int32_t {
                auto& plugin = self<Plugin>(instance);
                hand_over(plugin, plugin.read_reply(view_of_reply(reply)), outcome);
                return PETREL_OK;
            });
        };
    } else {
        t.deliver = [](void* instance, const petrel_alert* alert, petrel_outcome* outcome,
                       petrel_error* error) {
            return guarded(error, [&]() -> std::int32_t {
                auto& plugin = self<Plugin>(instance);
                hand_over(plugin, plugin.deliver(Alert(alert)), outcome);
                return PETREL_OK;
            });
        };
    }
}

}  // namespace detail

template <typename Plugin>
const void* Notifier::table() {
    static const petrel_notifier value = [] {
        petrel_notifier t{};
        t.size = sizeof(t);
        t.create = &detail::create<Plugin>;
        t.destroy = &detail::destroy<Plugin>;
        t.limits = [](void* instance, petrel_notifier_limits* limits) {
            (void)detail::guarded(nullptr, [&]() -> std::int32_t {
                const std::uint32_t room = limits->size;
                const petrel_notifier_limits known = detail::self<Plugin>(instance).limits();
                std::memcpy(limits, &known, room < sizeof(known) ? room : sizeof(known));
                limits->size = room;
                return PETREL_OK;
            });
        };
        detail::fill_delivery<Plugin>(t);
        if constexpr (std::is_base_of_v<PollingNotifier, Plugin>) {
            detail::fill_poll<Plugin>(t);
        }
        return t;
    }();
    return &value;
}

}  // namespace petrel
