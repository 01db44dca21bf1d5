// All requests of one venue over REST: paced by weight, a few on their way at once, held while the
// venue makes us wait. Single requests go first, then history, polls by the time since when they
// are due.
//
// Owned by an exchange feed, on the feed thread. Judges no content: replies go to `answered`, also
// those with an error status. Destroying it drops what is on its way without a call.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "feed/adapter.hpp"
#include "feed/endpoint_set.hpp"
#include "feed/rest_pacer.hpp"
#include "net/http_client.hpp"
#include "net/io_loop.hpp"
#include "secrets/key_ring.hpp"

namespace petrel::core {

struct RestOptions {
    std::string venue;                   // for the log
    std::vector<std::string> endpoints;  // "https://host", in order of preference
    std::string ca_file;
    RestLimits limits;
    EndpointStrategy strategy = EndpointStrategy::Adaptive;
    CircuitLimits circuit;
    NetworkPath path = {};
    KeyRing* keys = nullptr;  // for what is to be signed; outlives the desk
};

struct RestFigures {
    std::uint64_t sent = 0;
    std::uint64_t weight = 0;         // spent
    std::uint64_t failed = 0;         // no reply, or an error status
    std::uint64_t polls_skipped = 0;  // rounds of a poll that fell out
    std::uint64_t holds = 0;
};

class RestDesk {
public:
    using Answered = std::function<void(const RequestPlan&, const Result<HttpReply>&)>;

    RestDesk(IoLoop& loop, RestOptions options, Answered answered);

    // Queues a single request, or one for history behind those. Fails without an end point, with a
    // method or header that is not allowed, and when too many wait.
    Status ask(RequestPlan request);
    // From now on asks each of them by its interval, in place of those before.
    Status poll(std::vector<RequestPlan> polls);
    void stop();
    // The venue does not take that key: it is set aside, and the log says so.
    void key_refused(std::size_t key, const std::string& why);

    // Leaves the present end point for the next request; does so by itself after failures.
    void next_endpoint() { avoided_ = endpoint_; }
    [[nodiscard]] std::string endpoint() const;
    [[nodiscard]] std::vector<EndpointFigures> endpoints(std::int64_t now_ns) {
        return set_.figures(now_ns);
    }
    [[nodiscard]] const RestFigures& figures() const { return figures_; }

private:
    [[nodiscard]] Status usable() const;
    [[nodiscard]] Status check_request(const RequestPlan& request) const;
    Result<SignedParts> sign(RequestPlan& request, std::int64_t now_ns);
    [[nodiscard]] std::int64_t key_ns(const RequestPlan& request, std::int64_t now_ns) const;
    void step();
    RequestPlan take_poll(std::int64_t now_ns);
    void send(RequestPlan request, std::int64_t now_ns);
    void received(const RequestPlan& request, std::size_t at, const Result<HttpReply>& reply);
    void tell_refusals();
    void judge(const Result<HttpReply>& reply);
    void judge_endpoint(std::size_t at, const Result<HttpReply>& reply);

    RestOptions options_;
    Answered answered_;
    RestPacer pacer_;
    Timer timer_;
    Timer refusals_;
    std::vector<std::pair<RequestPlan, Status>> failed_;  // could not be signed; told next
    std::deque<RequestPlan> waiting_;
    std::deque<RequestPlan> history_;  // PETREL_REQUEST_BACKFILL
    std::vector<RequestPlan> polls_;
    std::set<std::pair<std::int64_t, std::size_t>> due_;  // steady time and index of a poll
    std::uint32_t on_their_way_ = 0;
    EndpointSet set_;
    std::size_t endpoint_ = 0;  // of the latest request
    std::optional<std::size_t> avoided_;
    bool stopped_ = false;
    RestFigures figures_;
    HttpClient http_;  // last, so that it goes first: its calls come here
};

}  // namespace petrel::core
