// Stage 1, one venue: discovery with retries, then sessions and polls.
#include "feed/exchange_feed.hpp"

#include <algorithm>

#include "observe/log.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kRetryFirstMs = 1'000;
constexpr std::int64_t kRetryLongestMs = 60'000;
constexpr std::uint32_t kDiscoveryRequestsMax = 1'000;
constexpr std::uint32_t kFeedLogPerMinute = 6;
constexpr std::uint32_t kUnknownWeightPerMinute = 600;
constexpr std::uint64_t kPollSlackMs = 10'000;

RestOptions rest_options(const Adapter& adapter, const FeedOptions& feed, KeyRing& keys) {
    // The venue counts by address, which may have other users.
    const std::uint32_t allowed = adapter.rest_weight_per_minute();
    RestOptions rest;
    rest.venue = adapter.name();
    rest.endpoints = feed.rest_endpoints;
    rest.ca_file = feed.ca_file;
    rest.path = feed.path;
    rest.keys = &keys;
    rest.limits.weight_per_minute =
        allowed == 0 ? kUnknownWeightPerMinute : std::max(allowed / 2, 1U);
    rest.limits.gap_ms = feed.poll_gap_ms;
    rest.strategy = feed.strategy;
    rest.circuit = feed.circuit;
    return rest;
}

}  // namespace

ExchangeFeed::ExchangeFeed(const FeedDesk& desk, ExchangeHandle handle, std::uint16_t venue,
                           FeedOptions options)
    : loop_(desk.loop), tap_(desk.sink, options.clock),
      adapter_(std::move(handle), venue, tap_, desk.book), options_(std::move(options)),
      book_(desk.book), keys_(std::move(options_.keys)),
      repair_(loop_, adapter_, book_, desk.coverage),
      rest_(loop_, rest_options(adapter_, options_, keys_),
            [this](const RequestPlan& request, const Result<HttpReply>& reply) {
                answered(request, reply);
            }),
      endpoints_({options_.ws_endpoints, options_.ws_weights, options_.strategy, options_.circuit}),
      pace_({.gap_ms = options_.stagger_ms}), retry_(loop_),
      connections_(
          [this](const ConnectionPlan& plan, std::uint32_t number) {
              return std::make_unique<ConnectionGroup>(
                  [this, number, plan](const ConnectionGroup::Seat& seat) {
                      return make_session(plan, number, seat);
                  },
                  group_options(plan));
          },
          std::clamp(options_.redundancy, 1U, kRedundancyMax)),
      sampler_(kFeedLogPerMinute) {
    discovery_status_.venue = adapter_.name();
    discovery_status_.connection = "discovery";
    poll_status_.venue = adapter_.name();
    poll_status_.connection = "polls";
    adapter_.record_to(options_.log);
    repair_.start([this](RequestPlan request) { return rest_.ask(std::move(request)); },
                  options_.repair);
}

ExchangeFeed::~ExchangeFeed() = default;

void ExchangeFeed::start() {
    retry_.after(0, [this] { discover(); });
}

void ExchangeFeed::stop() {
    stopped_ = true;
    retry_.cancel();
    repair_.stop();
    rest_.stop();
    connections_.stop();
}

bool ExchangeFeed::stopped() const { return stopped_ && connections_.stopped(); }

void ExchangeFeed::discover() {
    discovery_trouble_.clear();
    asked_ = 0;
    on_list_.clear();
    if (Status asked = adapter_.discover(); !asked.ok()) {
        discovery_failed(asked.message());
        return;
    }
    heed_notices();
    ask_all();
    if (outstanding_ == 0 && discovery_status_.state != FeedState::Unusable) {
        // A venue that needs no look-up, or one whose requests could not be made.
        listed();
    }
}

// Passes on what the adapter asked for since the last time.
void ExchangeFeed::ask_all() {
    for (RequestPlan& request : adapter_.take_requests()) {
        const bool discovery = request.purpose == PETREL_REQUEST_DISCOVERY;
        if (discovery && !discovery_trouble_.empty()) {
            continue;  // it begins anew anyhow
        }
        if (discovery && options_.rest_endpoints.empty()) {
            return cannot_work(
                "it has no end point for REST to look its instruments up: add "
                "rest = [\"https://host\"] to [exchanges." +
                adapter_.name() + "]");
        }
        if (discovery && ++asked_ > kDiscoveryRequestsMax) {
            discovery_trouble_ = "the list of instruments did not end after " +
                                 std::to_string(kDiscoveryRequestsMax) + " requests";
            continue;
        }
        if (Status asked = rest_.ask(std::move(request)); !asked.ok()) {
            sampler_.write(log::Level::Warning, "feed", "ask",
                           adapter_.name() + ": a request was not made: " + asked.message());
            discovery_trouble_ = discovery ? asked.message() : discovery_trouble_;
            continue;
        }
        outstanding_ += discovery ? 1 : 0;
    }
    if (const std::uint64_t lost = adapter_.take_lost_requests(); lost > 0) {
        const std::string text = std::to_string(lost) + " requests at once found no room";
        sampler_.write(log::Level::Warning, "feed", "lost", adapter_.name() + ": " + text);
        discovery_trouble_ = !connected_ && discovery_trouble_.empty() ? text : discovery_trouble_;
    }
}

void ExchangeFeed::answered(const RequestPlan& request, const Result<HttpReply>& reply) {
    answered_key_ = request.key;
    if (request.purpose == PETREL_REQUEST_BACKFILL) {
        if (const std::string trouble = repair_.on_answer(request, reply); !trouble.empty()) {
            sampler_.write(log::Level::Warning, "feed", "history",
                           adapter_.name() + ": a gap was not filled: " + trouble);
        }
        return heed_notices();
    }
    AdapterAnswer answer;
    std::string trouble;
    if (!reply.ok()) {
        trouble = reply.status().message();
    } else {
        answer = adapter_.on_reply(request, reply->status(), reply->body(), wall_now_ns());
        if (answer.code < 0) {
            trouble = "HTTP " + std::to_string(reply->status()) + ": " + std::string(answer.reason);
        }
    }
    if (request.purpose == PETREL_REQUEST_DISCOVERY) {
        --outstanding_;
        discovery_answered(trouble);
    } else {
        poll_answered(answer, reply, trouble);
        heed_notices();
        ask_all();
    }
}

// Waits for all answers, so that no late one of a failed look-up meets the next.
void ExchangeFeed::discovery_answered(const std::string& trouble) {
    if (discovery_trouble_.empty()) {
        discovery_trouble_ = trouble;
    }
    for (const std::uint32_t instrument : adapter_.take_listed()) {
        on_list_.insert(instrument);
    }
    heed_notices();
    ask_all();
    if (outstanding_ == 0) {
        listed();
    }
}

void ExchangeFeed::listed() {
    if (!discovery_trouble_.empty()) {
        return discovery_failed(discovery_trouble_);
    }
    discovery_tries_ = 0;
    connected_ ? follow_list() : open_connections();
}

void ExchangeFeed::relist_later() {
    // A venue that names no instruments has nothing to say later either.
    if (options_.relist_ms > 0 && asked_ > 0) {
        retry_.after(static_cast<std::int64_t>(options_.relist_ms), [this] { discover(); });
    }
}

void ExchangeFeed::poll_answered(const AdapterAnswer& answer, const Result<HttpReply>& reply,
                                 const std::string& trouble) {
    if (reply.ok()) {
        ++poll_status_.frames;
        poll_status_.bytes += reply->body().size();
    }
    if (reply.ok() && answer.code < 0) {
        count_rejection(poll_status_, answer.reason);
    }
    poll_status_.events += answer.events;
    if (answer.plausible > 0) {
        poll_status_.last_data_ns = wall_now_ns();
        polled_ns_ = steady_now_ns();
    }
    if (!trouble.empty()) {
        poll_status_.last_trouble = trouble;
        sampler_.write(log::Level::Warning, "feed", "poll",
                       adapter_.name() + ": a poll failed: " + trouble);
    }
}

void ExchangeFeed::heed_notices() {
    for (const Notice& notice : adapter_.take_notices()) {
        if (notice.type == PETREL_NOTICE_KEY_REFUSED && answered_key_) {
            rest_.key_refused(*answered_key_, notice.text);
            continue;
        }
        sampler_.write(log::Level::Warning, "feed", "notice", adapter_.name() + ": " + notice.text);
    }
    poll_status_.notices_lost += adapter_.take_lost_notices();
}

void ExchangeFeed::discovery_failed(const std::string& why) {
    std::int64_t wait_ms =
        std::min(kRetryLongestMs, kRetryFirstMs << std::min<std::uint32_t>(discovery_tries_, 6));
    if (connected_) {  // what is connected goes on; there is no hurry
        wait_ms = std::max(wait_ms, static_cast<std::int64_t>(options_.relist_ms) / 10);
    }
    ++discovery_tries_;
    discovery_status_.last_trouble = why;
    ++discovery_status_.reconnects;
    log::warning("feed", adapter_.name() + ": instruments could not be looked up at " +
                             rest_.endpoint() + ": " + why + "; again in " +
                             std::to_string(wait_ms / 1'000) + " s");
    rest_.next_endpoint();
    retry_.after(wait_ms, [this] { discover(); });
}

void ExchangeFeed::cannot_work(const std::string& why) {
    discovery_status_.state = FeedState::Unusable;
    discovery_status_.last_trouble = why;
    log::error("feed", adapter_.name() + " brings nothing: " + why);
}

void ExchangeFeed::look_after() {
    ask_all();
    connections_.look_after();
}

FeedStatus ExchangeFeed::poll_status() const {
    FeedStatus status = poll_status_;
    status.endpoint = rest_.endpoint();
    status.polls_skipped = rest_.figures().polls_skipped;
    status.holds = rest_.figures().holds;
    if (status.state == FeedState::Unusable) {
        return status;
    }
    const std::int64_t since_ns = polled_ns_ != 0 ? polled_ns_ : polls_since_ns_;
    const auto silent_ms = static_cast<std::uint64_t>((steady_now_ns() - since_ns) / kNsPerMs);
    if (silent_ms > 3 * poll_interval_ms_ + kPollSlackMs) {
        status.state = FeedState::Suspect;
    } else if (polled_ns_ == 0) {
        status.state = FeedState::Pending;
    } else {
        const bool late = silent_ms > 2 * poll_interval_ms_ + kPollSlackMs / 2;
        status.state = late ? FeedState::Quiet : FeedState::Healthy;
    }
    return status;
}

void ExchangeFeed::append_endpoints(std::vector<EndpointStatus>& to) {
    const std::int64_t now_ns = steady_now_ns();
    for (EndpointFigures& figures : endpoints_.figures(now_ns)) {
        to.push_back({adapter_.name(), "streams", std::move(figures)});
    }
    for (EndpointFigures& figures : rest_.endpoints(now_ns)) {
        to.push_back({adapter_.name(), "requests", std::move(figures)});
    }
}

void ExchangeFeed::append_keys(std::vector<KeyStatus>& to) const {
    for (KeyFigures& figures : keys_.figures()) {
        to.push_back({adapter_.name(), std::move(figures)});
    }
}

void ExchangeFeed::append_status(std::vector<FeedStatus>& to) const {
    if (connections_.empty() && polls_since_ns_ == 0) {
        to.push_back(discovery_status_);
        to.back().endpoint = rest_.endpoint();
        to.back().holds = rest_.figures().holds;
    }
    connections_.append_status(to);
    if (polls_since_ns_ != 0) {
        to.push_back(poll_status());
    }
}

}  // namespace petrel::core
