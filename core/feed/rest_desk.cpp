// One step sends what may go now and sets the timer for the rest.
#include "feed/rest_desk.hpp"

#include <algorithm>

#include "feed/session_signer.hpp"
#include "observe/log.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kRequestTimeoutMs = 10'000;
constexpr std::uint32_t kReplyBytesMax = 32U << 20;
constexpr std::uint32_t kOnTheirWayMax = 4;
constexpr std::size_t kWaitingMax = 4'096;
constexpr std::uint32_t kFailuresMax = 3;  // in a row, before an end point is left alone
constexpr std::uint32_t kErrorStatus = 400;
constexpr std::uint32_t kNotAuthorized = 401;
constexpr std::uint32_t kServerError = 500;

std::int64_t interval_ns(const RequestPlan& poll) {
    return std::max<std::uint32_t>(poll.interval_ms, 1) * kNsPerMs;
}

EndpointOptions endpoint_options(const RestOptions& rest) {
    EndpointOptions options;
    options.urls = rest.endpoints;
    options.strategy = rest.strategy;
    options.circuit = rest.circuit;
    options.circuit.failures_max = std::min(options.circuit.failures_max, kFailuresMax);
    return options;
}

}  // namespace

RestDesk::RestDesk(IoLoop& loop, RestOptions options, Answered answered)
    : options_(std::move(options)), answered_(std::move(answered)), pacer_(options_.limits),
      timer_(loop), refusals_(loop), set_(endpoint_options(options_)), http_(loop) {}

Status RestDesk::usable() const {
    if (options_.endpoints.empty()) {
        return Status::invalid(
            "it has no end point for REST: add rest = [\"https://host\"] to "
            "[exchanges." +
            options_.venue + "]");
    }
    return {};
}

Status RestDesk::check_request(const RequestPlan& request) const {
    Status status = check_method(request.method);
    status = status.ok() ? check_headers(request.headers, HeaderUse::Request) : status;
    status = status.ok() ? check_signing(request.signing, HeaderUse::Request) : status;
    if (status.ok() && request.signing && (options_.keys == nullptr || options_.keys->empty())) {
        return Status::invalid(
            "a request has to be signed and the exchange has no key: add [exchanges." +
            options_.venue + ".keys.<label>] with key and secret");
    }
    return status;
}

// When a key has budget for it; at once when all are set aside, for then it fails.
std::int64_t RestDesk::key_ns(const RequestPlan& request, std::int64_t now_ns) const {
    return request.signing && !options_.keys->exhausted() ? options_.keys->next_ns(now_ns) : 0;
}

Result<SignedParts> RestDesk::sign(RequestPlan& request, std::int64_t now_ns) {
    if (!request.signing) {
        return SignedParts{{}, request.target, {}};
    }
    request.key = options_.keys->take(now_ns);
    if (!request.key) {
        return Status::invalid(
            "every key of the exchange was refused by the venue and is set aside: correct them and "
            "start petrel anew");
    }
    Result<SignedParts> parts =
        sign_parts(*request.signing, options_.keys->at(*request.key),
                   {request.method, request.target, request.body, wall_now_ns()});
    if (!parts.ok()) {
        key_refused(*request.key, parts.status().message());
    }
    return parts;
}

Status RestDesk::ask(RequestPlan request) {
    if (Status can = usable(); !can.ok()) {
        return can;
    }
    if (Status fits = check_request(request); !fits.ok()) {
        return fits;
    }
    auto& queue = request.purpose == PETREL_REQUEST_BACKFILL ? history_ : waiting_;
    if (queue.size() >= kWaitingMax) {
        return Status::failure(PETREL_E_FULL, "more than " + std::to_string(kWaitingMax) +
                                                  " requests wait for their turn");
    }
    queue.push_back(std::move(request));
    step();
    return {};
}

// The first round is spread over the interval by weight; so are all that follow.
Status RestDesk::poll(std::vector<RequestPlan> polls) {
    due_.clear();
    polls_ = std::move(polls);
    if (polls_.empty()) {
        return {};
    }
    Status can = usable();
    for (const RequestPlan& poll : polls_) {
        can = can.ok() ? check_request(poll) : can;
    }
    if (!can.ok()) {
        polls_.clear();
        return can;
    }
    std::int64_t total = 0;
    for (const RequestPlan& poll : polls_) {
        total += std::max<std::uint32_t>(poll.weight, 1);
    }
    const std::int64_t now_ns = steady_now_ns();
    std::int64_t before = 0;
    for (std::size_t i = 0; i < polls_.size(); ++i) {
        const double share = static_cast<double>(before) / static_cast<double>(total);
        const auto offset_ns =
            static_cast<std::int64_t>(static_cast<double>(interval_ns(polls_[i])) * share);
        due_.emplace(now_ns + offset_ns, i);
        before += std::max<std::uint32_t>(polls_[i].weight, 1);
    }
    step();
    return {};
}

void RestDesk::stop() {
    stopped_ = true;
    timer_.cancel();
    refusals_.cancel();
    waiting_.clear();
    history_.clear();
    due_.clear();
}

std::string RestDesk::endpoint() const {
    return set_.count() == 0 ? std::string() : set_.url(endpoint_);
}

void RestDesk::step() {
    // With enough on their way, the next answer goes on here.
    while (!stopped_ && on_their_way_ < kOnTheirWayMax) {
        auto& queue = waiting_.empty() ? history_ : waiting_;
        const bool single = !queue.empty();
        if (!single && due_.empty()) {
            return;
        }
        const std::int64_t now_ns = steady_now_ns();
        const RequestPlan& next = single ? queue.front() : polls_[due_.begin()->second];
        const std::int64_t at_ns =
            std::max({pacer_.next_ns(), key_ns(next, now_ns), single ? 0 : due_.begin()->first});
        if (at_ns > now_ns) {
            return timer_.after((at_ns - now_ns + kNsPerMs - 1) / kNsPerMs, [this] { step(); });
        }
        if (single) {
            RequestPlan request = std::move(queue.front());
            queue.pop_front();
            send(std::move(request), now_ns);
        } else {
            send(take_poll(now_ns), now_ns);
        }
    }
}

// Rounds that are already over when a poll gets its turn fall out; they are not made up for.
RequestPlan RestDesk::take_poll(std::int64_t now_ns) {
    const auto [due_ns, index] = *due_.begin();
    due_.erase(due_.begin());
    const std::int64_t every_ns = interval_ns(polls_[index]);
    const std::int64_t over = (now_ns - due_ns) / every_ns;
    figures_.polls_skipped += static_cast<std::uint64_t>(over);
    due_.emplace(due_ns + (over + 1) * every_ns, index);
    return polls_[index];
}

void RestDesk::send(RequestPlan request, std::int64_t now_ns) {
    const Result<SignedParts> parts = sign(request, now_ns);
    if (!parts.ok()) {  // told later, as any other failure
        failed_.emplace_back(std::move(request), parts.status());
        return refusals_.after(0, [this] { tell_refusals(); });
    }
    pacer_.spent(request.weight, now_ns);
    ++figures_.sent;
    figures_.weight += request.weight;
    ++on_their_way_;
    const std::size_t before =
        std::exchange(endpoint_, set_.choose({}, now_ns, std::exchange(avoided_, std::nullopt)));
    if (endpoint_ != before) {
        log::info("feed", options_.venue + ": requests go to " + endpoint());
    }
    HttpRequest http;
    http.method = request.method;
    http.url = endpoint() + parts->target;
    http.headers = request.headers;
    http.headers.insert(http.headers.end(), parts->headers.begin(), parts->headers.end());
    http.body = request.body;
    http.ca_file = options_.ca_file;
    http.path = options_.path;
    http.timeout_ms = kRequestTimeoutMs;
    http.body_bytes_max = kReplyBytesMax;
    http_.request(std::move(http),
                  [this, at = endpoint_, request = std::move(request)](
                      const Result<HttpReply>& reply) { received(request, at, reply); });
}

void RestDesk::tell_refusals() {
    for (auto& [request, why] : std::exchange(failed_, {})) {
        ++figures_.failed;
        answered_(request, why);
    }
    step();
}

void RestDesk::received(const RequestPlan& request, std::size_t at,
                        const Result<HttpReply>& reply) {
    --on_their_way_;
    judge_endpoint(at, reply);
    if (stopped_) {
        return;
    }
    judge(reply);
    if (request.key && reply.ok() && reply->status() == kNotAuthorized) {
        key_refused(*request.key, "HTTP 401");
    }
    answered_(request, reply);
    step();
}

void RestDesk::key_refused(std::size_t key, const std::string& why) {
    if (options_.keys->refuse(key, why)) {
        log::warning("feed", options_.venue + ": " + key_set_aside(*options_.keys, key, why));
    }
}

void RestDesk::judge(const Result<HttpReply>& reply) {
    const std::uint32_t status = reply.ok() ? reply->status() : 0;
    figures_.failed += status == 0 || status >= kErrorStatus ? 1 : 0;
    const auto after_s =
        reply.ok() ? retry_after_s(reply->header("Retry-After"), wall_now_ns()) : std::nullopt;
    if (const auto hold_s = pacer_.heed(status, after_s, steady_now_ns())) {
        ++figures_.holds;
        log::warning("feed", options_.venue + ": the venue refuses further requests (HTTP " +
                                 std::to_string(status) + "); none is sent for " +
                                 std::to_string(*hold_s) + " s");
    }
}

// What the venue refuses is no fault of its end point.
void RestDesk::judge_endpoint(std::size_t at, const Result<HttpReply>& reply) {
    const std::int64_t now_ns = steady_now_ns();
    if (reply.ok() && reply->status() < kServerError) {
        set_.opened(at);
        set_.showed_data(at, 0);
        return set_.released(at, {});
    }
    const bool certificate = !reply.ok() && reply.status().code() == PETREL_E_REJECTED;
    const Circuit before = set_.circuit(at, now_ns);
    set_.failed(at, {}, now_ns,
                certificate ? EndpointFailure::Certificate : EndpointFailure::Ordinary);
    if (before == Circuit::Closed && set_.circuit(at, now_ns) == Circuit::Open) {
        log::warning("feed", options_.venue + ": " + set_.url(at) + " is left alone for a while: " +
                                 (certificate ? reply.status().message() : "it failed in a row"));
    }
}

}  // namespace petrel::core
