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

RestOptions rest_options(const Adapter& adapter, const FeedOptions& feed) {
    // The venue counts by address, which may have other users.
    const std::uint32_t allowed = adapter.rest_weight_per_minute();
    RestOptions rest;
    rest.venue = adapter.name();
    rest.endpoints = feed.rest_endpoints;
    rest.ca_file = feed.ca_file;
    rest.path = feed.path;
    rest.limits.weight_per_minute =
        allowed == 0 ? kUnknownWeightPerMinute : std::max(allowed / 2, 1U);
    rest.limits.gap_ms = feed.poll_gap_ms;
    rest.strategy = feed.strategy;
    rest.circuit = feed.circuit;
    return rest;
}

}  // namespace

ExchangeFeed::ExchangeFeed(IoLoop& loop, ExchangeHandle handle, std::uint16_t venue,
                           FeedOptions options, EventSink& sink, InstrumentBook& book,
                           CoverageDesk coverage)
    : loop_(loop), tap_(sink), adapter_(std::move(handle), venue, tap_, book),
      options_(std::move(options)), book_(book), repair_(loop, adapter_, book, coverage),
      rest_(loop, rest_options(adapter_, options_),
            [this](const RequestPlan& request, const Result<HttpReply>& reply) {
                answered(request, reply);
            }),
      endpoints_({options_.ws_endpoints, options_.ws_weights, options_.strategy, options_.circuit}),
      pace_({.gap_ms = options_.stagger_ms}), retry_(loop), sampler_(kFeedLogPerMinute) {
    discovery_status_.venue = adapter_.name();
    discovery_status_.connection = "discovery";
    poll_status_.venue = adapter_.name();
    poll_status_.connection = "polls";
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
    for (const auto& slot : slots_) {
        slot->stop();
    }
}

bool ExchangeFeed::stopped() const {
    return stopped_ && std::all_of(slots_.begin(), slots_.end(),
                                   [](const auto& slot) { return slot->stopped(); });
}

void ExchangeFeed::discover() {
    discovery_trouble_.clear();
    asked_ = 0;
    if (Status asked = adapter_.discover(); !asked.ok()) {
        discovery_failed(asked.message());
        return;
    }
    heed_notices();
    ask_all();
    if (outstanding_ == 0 && discovery_status_.state != FeedState::Unusable) {
        // A venue that needs no look-up, or one whose requests could not be made.
        discovery_trouble_.empty() ? open_connections() : discovery_failed(discovery_trouble_);
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
        discovery_trouble_ =
            slots_.empty() && discovery_trouble_.empty() ? text : discovery_trouble_;
    }
}

void ExchangeFeed::answered(const RequestPlan& request, const Result<HttpReply>& reply) {
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
    heed_notices();
    ask_all();
    if (outstanding_ == 0) {
        discovery_trouble_.empty() ? open_connections() : discovery_failed(discovery_trouble_);
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
        sampler_.write(log::Level::Warning, "feed", "notice", adapter_.name() + ": " + notice.text);
    }
    poll_status_.notices_lost += adapter_.take_lost_notices();
}

void ExchangeFeed::discovery_failed(const std::string& why) {
    const std::int64_t wait_ms =
        std::min(kRetryLongestMs, kRetryFirstMs << std::min<std::uint32_t>(discovery_tries_, 6));
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

GroupOptions ExchangeFeed::group_options(const ConnectionPlan& plan) const {
    GroupOptions group;
    group.label = adapter_.name() + " " + plan.name;
    group.redundancy = std::clamp(options_.redundancy, 1U, kRedundancyMax);
    group.succession = options_.succession;
    group.pulse = options_.pulse;
    group.alarm = options_.alarm;
    for (const StreamPlan& stream : plan.streams) {
        group.streams.push_back(
            {stream.instrument, stream.kinds, book_.symbol_of(stream.instrument), stream.topic});
    }
    return group;
}

std::unique_ptr<FeedSession> ExchangeFeed::make_session(const ConnectionPlan& plan,
                                                        std::uint32_t number,
                                                        const ConnectionGroup::Seat& seat) {
    SessionOptions session;
    session.number = number + planned_ * seat.lane;
    session.tap = &tap_;
    session.socket = {seat.copies, seat.lane, seat.watch};
    session.endpoints = &endpoints_;
    session.pace = &pace_;
    session.user = {number, seat.leg};
    session.ca_file = options_.ca_file;
    session.path = options_.path;
    session.compress = options_.compress.value_or(plan.compress);
    session.message_bytes_max = adapter_.info().message_bytes_max;
    session.watch = &repair_;
    session.seed = options_.seed ^ (std::uint64_t{session.number} + 1) << 40U;
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
        return cannot_work(
            "the venue lists none of the wanted symbols: name others in symbols, "
            "or in [exchanges." +
            adapter_.name() + "]");
    }
    Result<FeedPlan> plan = adapter_.plan(wanted, options_.channels);
    if (!plan.ok()) {
        discovery_failed(plan.status().message());
        return;
    }
    if (plan->connections.empty() && plan->polls.empty()) {
        return cannot_work("the venue has nothing of the wanted channels");
    }
    for (const ConnectionPlan& connection : plan->connections) {
        if (Status fits = check_headers(connection.headers, HeaderUse::Upgrade); !fits.ok()) {
            return cannot_work(fits.message());
        }
    }
    log::info("feed", adapter_.name() + ": " + std::to_string(wanted.size()) +
                          " instruments over " + std::to_string(plan->connections.size()) +
                          " connections");
    planned_ = static_cast<std::uint32_t>(plan->connections.size());
    const std::uint32_t legs = std::clamp(options_.redundancy, 1U, kRedundancyMax);
    for (ConnectionPlan& connection : plan->connections) {
        const auto number = static_cast<std::uint32_t>(slots_.size());
        GroupOptions group = group_options(connection);
        slots_.push_back(std::make_unique<ConnectionGroup>(
            [this, number, connection = std::move(connection)](const ConnectionGroup::Seat& seat) {
                return make_session(connection, number, seat);
            },
            std::move(group)));
    }
    for (std::uint32_t leg = 0; leg < legs; ++leg) {
        for (const auto& slot : slots_) {
            slot->start_leg(leg);
        }
    }
    if (plan->polls.empty()) {
        return;
    }
    poll_status_.streams = plan->polls.size();
    polls_since_ns_ = steady_now_ns();
    for (const RequestPlan& poll : plan->polls) {
        poll_interval_ms_ = std::max<std::uint64_t>(poll_interval_ms_, poll.interval_ms);
    }
    if (Status polling = rest_.poll(std::move(plan->polls)); !polling.ok()) {
        poll_status_.state = FeedState::Unusable;
        poll_status_.last_trouble = polling.message();
        log::error("feed", adapter_.name() + " is not polled: " + polling.message());
    }
}

void ExchangeFeed::look_after() {
    ask_all();
    for (const auto& slot : slots_) {
        slot->look_after();
    }
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

void ExchangeFeed::append_status(std::vector<FeedStatus>& to) const {
    if (slots_.empty() && polls_since_ns_ == 0) {
        to.push_back(discovery_status_);
        to.back().endpoint = rest_.endpoint();
        to.back().holds = rest_.figures().holds;
    }
    for (const auto& slot : slots_) {
        to.push_back(slot->status());
    }
    if (polls_since_ns_ != 0) {
        to.push_back(poll_status());
    }
}

}  // namespace petrel::core
