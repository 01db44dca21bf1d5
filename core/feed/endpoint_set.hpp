// The end points of a venue: which one next, how each one fares, which one is left alone a while.
//
// A circuit breaker an end point: after some failures in a row, or at once when its certificate is
// refused, it is open and not chosen; after a pause one trial is let through, whose outcome closes
// or opens it again. When all are open, the one whose pause ends first is taken: a venue is never
// given up, and how fast it is tried is the callers' back-off. Measurements fade with a half-life
// of five minutes, so that an end point that was bad is tried again. Pure: steady time comes in as
// an argument. Owned by an exchange feed or a rest desk, on the feed thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/endpoint_strategy.hpp"

namespace petrel::core {

enum class Circuit : std::uint8_t { Closed, Open, HalfOpen };

constexpr std::string_view circuit_name(Circuit circuit) {
    constexpr std::string_view names[] = {"closed", "open", "half_open"};
    return names[static_cast<std::size_t>(circuit)];
}

struct CircuitLimits {
    std::uint32_t failures_max = 10;  // in a row
    std::uint64_t open_ms = 30'000;   // before a trial
};

struct EndpointOptions {
    std::vector<std::string> urls;       // in order of preference
    std::vector<std::uint32_t> weights;  // as urls; what is missing counts 1
    EndpointStrategy strategy = EndpointStrategy::Adaptive;
    CircuitLimits circuit;
};

// Who uses an end point. Sockets of one plan but of different legs keep to different end points
// while there are enough.
struct EndpointUser {
    std::uint32_t plan = 0;
    std::uint32_t leg = 0;
    bool operator==(const EndpointUser&) const = default;
};

enum class EndpointFailure : std::uint8_t { Ordinary, Certificate };

// For status. Rates and health are as of the latest choice or figures().
struct EndpointFigures {
    std::string url;
    Circuit circuit = Circuit::Closed;
    std::uint32_t connections = 0;
    std::uint64_t opened = 0;
    std::uint64_t failed = 0;
    std::uint64_t drops = 0;
    double first_data_ms = 0;  // 0: never
    double round_trip_ms = 0;  // 0: never
    double messages_per_s = 0;
    double health = 1;  // 0 to 1
};

class EndpointSet {
public:
    explicit EndpointSet(EndpointOptions options);

    [[nodiscard]] std::size_t count() const { return endpoints_.size(); }
    [[nodiscard]] const std::string& url(std::size_t at) const { return endpoints_[at].url; }
    // Chooses one for `user`, who then counts as its user. There must be one. `not_this` is only
    // taken when there is no other.
    std::size_t choose(EndpointUser user, std::int64_t now_ns,
                       std::optional<std::size_t> not_this = {});
    [[nodiscard]] Circuit circuit(std::size_t at, std::int64_t now_ns) const;
    // Whether another one is known of no fault.
    [[nodiscard]] bool has_other(std::size_t at, std::int64_t now_ns) const;

    // What became of a choice. `failed` and `ended` also take the user away.
    void opened(std::size_t at);
    void failed(std::size_t at, EndpointUser user, std::int64_t now_ns,
                EndpointFailure failure = EndpointFailure::Ordinary);
    // Proof that it works: closes the circuit. `after_ms` is the time since it was opened.
    void showed_data(std::size_t at, double after_ms);
    // The other side ended an open connection; one that did not live counts as a failure.
    void ended(std::size_t at, EndpointUser user, std::int64_t now_ns, std::uint64_t lived_ms);
    // We ended it.
    void released(std::size_t at, EndpointUser user);
    void spoke(std::size_t at) { ++endpoints_[at].unsettled; }
    void round_trip(std::size_t at, double ms);

    [[nodiscard]] std::vector<EndpointFigures> figures(std::int64_t now_ns);

private:
    struct Endpoint {
        std::string url;
        double weight = 1;
        double turn = 0;  // of the weighted round
        std::vector<EndpointUser> users;
        std::uint32_t failures_in_row = 0;
        std::int64_t open_until_ns = 0;  // 0: closed
        bool on_trial = false;
        std::uint64_t unsettled = 0;  // messages since the rate was last taken
        double messages_per_s = 0;
        double recent_opened = 0;  // these three fade
        double recent_failed = 0;
        double recent_drops = 0;
        double first_data_ms = 0;
        double round_trip_ms = 0;
        std::uint64_t opened = 0;
        std::uint64_t failed = 0;
        std::uint64_t drops = 0;
    };
    using Candidates = std::vector<std::size_t>;

    void settle(std::int64_t now_ns);
    void trip(Endpoint& endpoint, std::int64_t now_ns);
    [[nodiscard]] Candidates candidates(EndpointUser user, std::int64_t now_ns,
                                        std::optional<std::size_t> not_this) const;
    std::size_t pick(const Candidates& among);
    std::size_t next_in_turn(const Candidates& among);
    std::size_t next_by_weight(const Candidates& among);
    [[nodiscard]] std::size_t healthiest(const Candidates& among) const;
    [[nodiscard]] EndpointStrategy adapted(const Candidates& among) const;
    [[nodiscard]] static double health(const Endpoint& endpoint);
    static void leave(Endpoint& endpoint, EndpointUser user);

    EndpointStrategy strategy_;
    CircuitLimits circuit_;
    std::vector<Endpoint> endpoints_;
    std::size_t latest_ = 0;  // chosen in turn
    std::int64_t settled_ns_ = 0;
};

}  // namespace petrel::core
