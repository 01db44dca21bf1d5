// Stage 1, one venue: discovery with retries, then sessions and polls.
#include "feed/exchange_feed.hpp"

#include <algorithm>

#include "observe/log.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kRequestTimeoutMs = 10'000;
constexpr std::uint32_t kReplyBytesMax = 32U << 20;
constexpr std::int64_t kRetryFirstMs = 1'000;
constexpr std::int64_t kRetryLongestMs = 60'000;

}  // namespace

ExchangeFeed::ExchangeFeed(IoLoop& loop, ExchangeHandle handle, std::uint16_t venue,
                           FeedOptions options, EventSink& sink, InstrumentBook& book)
    : loop_(loop), adapter_(std::move(handle), venue, sink, book), options_(std::move(options)),
      book_(book), http_(loop), retry_(loop), poll_timer_(loop) {
    discovery_status_.venue = adapter_.name();
    discovery_status_.connection = "discovery";
}

ExchangeFeed::~ExchangeFeed() = default;

void ExchangeFeed::start() {
    retry_.after(0, [this] { discover(); });
}

void ExchangeFeed::stop() {
    stopped_ = true;
    retry_.cancel();
    poll_timer_.cancel();
    for (Slot& slot : slots_) {
        for (FeedSession* session : {slot.live.get(), slot.next.get(), slot.old.get()}) {
            if (session != nullptr) {
                session->stop();
            }
        }
    }
}

void ExchangeFeed::discover() {
    discovery_broken_ = false;
    discovery_status_.endpoint = options_.rest_endpoints[rest_endpoint_];
    if (Status asked = adapter_.discover(); !asked.ok()) {
        discovery_failed(asked.message());
        return;
    }
    for (RequestPlan& request : adapter_.take_requests()) {
        ask(std::move(request));
    }
    if (outstanding_ == 0) {
        open_connections();  // a venue that needs no look-up
    }
}

void ExchangeFeed::ask(RequestPlan request) {
    if (request.purpose == PETREL_REQUEST_DISCOVERY) {
        ++outstanding_;
    }
    HttpRequest http;
    http.method = request.method;
    http.url = options_.rest_endpoints[rest_endpoint_] + request.target;
    http.body = request.body;
    http.ca_file = options_.ca_file;
    http.timeout_ms = kRequestTimeoutMs;
    http.body_bytes_max = kReplyBytesMax;
    http_.request(std::move(http),
                  [this, request = std::move(request)](const Result<HttpReply>& reply) {
                      answered(request, reply);
                  });
}

void ExchangeFeed::answered(const RequestPlan& request, const Result<HttpReply>& reply) {
    const bool discovery = request.purpose == PETREL_REQUEST_DISCOVERY;
    outstanding_ -= discovery ? 1 : 0;
    if (stopped_) {
        return;
    }
    std::string trouble;
    if (!reply.ok()) {
        trouble = reply.status().message();
    } else {
        const AdapterAnswer answer =
            adapter_.on_reply(request, reply->status(), reply->body(), wall_now_ns());
        if (answer.code < 0) {
            trouble = "HTTP " + std::to_string(reply->status()) + ": " + std::string(answer.reason);
        }
    }
    heed_discovery_notices();
    for (RequestPlan& further : adapter_.take_requests()) {
        ask(std::move(further));
    }
    if (!discovery) {
        if (!trouble.empty()) {
            log::debug("feed", adapter_.name() + ": a poll failed: " + trouble);
        }
        return;
    }
    if (!trouble.empty() && !discovery_broken_) {
        discovery_broken_ = true;
        discovery_failed(trouble);
    } else if (outstanding_ == 0 && !discovery_broken_) {
        open_connections();
    }
}

void ExchangeFeed::heed_discovery_notices() {
    for (const Notice& notice : adapter_.take_notices()) {
        log::warning("feed", adapter_.name() + ": " + notice.text);
    }
}

void ExchangeFeed::discovery_failed(const std::string& why) {
    const std::int64_t wait_ms =
        std::min(kRetryLongestMs, kRetryFirstMs << std::min<std::uint32_t>(discovery_tries_, 6));
    ++discovery_tries_;
    discovery_status_.last_trouble = why;
    ++discovery_status_.reconnects;
    log::warning("feed", adapter_.name() + ": instruments could not be looked up at " +
                             options_.rest_endpoints[rest_endpoint_] + ": " + why + "; again in " +
                             std::to_string(wait_ms / 1'000) + " s");
    rest_endpoint_ = (rest_endpoint_ + 1) % options_.rest_endpoints.size();
    retry_.after(wait_ms, [this] { discover(); });
}

std::unique_ptr<FeedSession> ExchangeFeed::make_session(const ConnectionPlan& plan,
                                                        std::uint32_t number) {
    SessionOptions session;
    session.number = number;
    session.endpoints = options_.ws_endpoints;
    session.ca_file = options_.ca_file;
    session.message_bytes_max = adapter_.info().message_bytes_max;
    session.seed = options_.seed + number;
    return std::make_unique<FeedSession>(loop_, adapter_, plan, std::move(session));
}

void ExchangeFeed::open_connections() {
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t i = 0; i < book_.count(); ++i) {
        if (book_.venue_of(i) == adapter_.venue() && book_.wanted(adapter_.venue(), i)) {
            wanted.push_back(i);
        }
    }
    if (wanted.empty()) {
        discovery_status_.last_trouble = "the venue lists none of the wanted symbols";
        log::warning("feed", adapter_.name() + ": " + discovery_status_.last_trouble +
                                 ". Name others in symbols, or in [exchanges." + adapter_.name() +
                                 "]");
        return;
    }
    Result<FeedPlan> plan = adapter_.plan(wanted, options_.channels);
    if (!plan.ok()) {
        discovery_failed(plan.status().message());
        return;
    }
    log::info("feed", adapter_.name() + ": " + std::to_string(wanted.size()) +
                          " instruments over " + std::to_string(plan->connections.size()) +
                          " connections");
    for (const ConnectionPlan& connection : plan->connections) {
        const auto number = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
        slots_.back().live = make_session(connection, number);
        slots_.back().live->start(number * options_.stagger_ms);
    }
    polls_ = std::move(plan->polls);
    poll_next();
}

// Polls go round in turn, evenly spread over their interval.
void ExchangeFeed::poll_next() {
    if (polls_.empty() || stopped_) {
        return;
    }
    const RequestPlan& poll = polls_[next_poll_];
    next_poll_ = (next_poll_ + 1) % polls_.size();
    ask(poll);
    const auto even = poll.interval_ms / static_cast<std::uint32_t>(polls_.size());
    poll_timer_.after(std::max(even, options_.poll_gap_ms), [this] { poll_next(); });
}

void ExchangeFeed::rotate(Slot& slot, std::uint32_t number) {
    log::info("feed", adapter_.name() + " " + slot.live->plan().name +
                          ": replaced before the venue's age limit");
    slot.next = make_session(slot.live->plan(), number);
    slot.next->on_first_data = [this, &slot] {
        // Both are live now; what came twice is dropped by its id. The old one goes at the next
        // look, not from inside its successor's callback.
        slot.old = std::move(slot.live);
        slot.live = std::move(slot.next);
        slot.live->on_first_data = nullptr;
    };
    slot.next->start(0);
}

void ExchangeFeed::look_after() {
    constexpr double share_of_life = 0.95;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        Slot& slot = slots_[i];
        if (slot.old != nullptr) {
            slot.old->stop();
            slot.old.reset();
        }
        const std::uint32_t life_s = slot.live->plan().life_s_max;
        const std::int64_t since_ns = slot.live->open_since_ns();
        if (life_s == 0 || since_ns == 0 || slot.next != nullptr) {
            continue;
        }
        const double age_s = static_cast<double>(steady_now_ns() - since_ns) / 1e9;
        if (age_s > static_cast<double>(life_s) * share_of_life) {
            rotate(slot, static_cast<std::uint32_t>(i));
        }
    }
}

void ExchangeFeed::append_status(std::vector<FeedStatus>& to) const {
    if (slots_.empty()) {
        to.push_back(discovery_status_);
    }
    for (const Slot& slot : slots_) {
        to.push_back(slot.live->status());
    }
}

}  // namespace petrel::core
