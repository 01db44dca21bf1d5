// Choice in two steps: who may be chosen at all, then the strategy among these.
#include "feed/endpoint_set.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr double kHalfLife_s = 300;
constexpr double kRateHalfLife_s = 10;
constexpr double kNewShare = 0.3;            // of the latest measurement in a smoothed one
constexpr double kEqualHealth = 0.1;         // differences below say nothing
constexpr double kSlower = 1.5;              // times, and
constexpr double kSlower_ms = 20;            // what makes a round trip worth a choice
constexpr double kBusyMessagesPerS = 2'000;  // from here on load decides
constexpr double kPrior = 10;                // successes that everybody is granted
constexpr double kDropsHalving = 20;         // so many halve the health
constexpr double kPrompt_ms = 5'000;         // first data within it is no fault
constexpr double kLateData_ms = 60'000;      // more than that halves the health
constexpr std::uint64_t kLived_ms = 10'000;

void smooth(double& value, double latest) {
    value = value == 0 ? latest : value + kNewShare * (latest - value);
}

template <typename Figure>
std::size_t least(const std::vector<std::size_t>& among, Figure figure) {
    return *std::min_element(among.begin(), among.end(),
                             [&](std::size_t a, std::size_t b) { return figure(a) < figure(b); });
}

// Leaves those for which `keep` holds, unless none would be left.
template <typename Keep>
void narrow(std::vector<std::size_t>& among, Keep keep) {
    std::vector<std::size_t> kept;
    std::copy_if(among.begin(), among.end(), std::back_inserter(kept), keep);
    if (!kept.empty()) {
        among = std::move(kept);
    }
}

}  // namespace

EndpointSet::EndpointSet(EndpointOptions options)
    : strategy_(options.strategy), circuit_(options.circuit) {
    for (std::size_t i = 0; i < options.urls.size(); ++i) {
        Endpoint endpoint;
        endpoint.url = options.urls[i];
        endpoint.weight = i < options.weights.size() ? options.weights[i] : 1;
        endpoints_.push_back(std::move(endpoint));
    }
    latest_ = endpoints_.empty() ? 0 : endpoints_.size() - 1;
}

Circuit EndpointSet::circuit(std::size_t at, std::int64_t now_ns) const {
    const std::int64_t until_ns = endpoints_[at].open_until_ns;
    return until_ns == 0 ? Circuit::Closed : now_ns < until_ns ? Circuit::Open : Circuit::HalfOpen;
}

double EndpointSet::health(const Endpoint& endpoint) {
    const double tried = endpoint.recent_opened + endpoint.recent_failed;
    const double success = (endpoint.recent_opened + kPrior) / (tried + kPrior);
    const double steady = 1 / (1 + endpoint.recent_drops / kDropsHalving);
    const double late_ms = std::max(endpoint.first_data_ms - kPrompt_ms, 0.0);
    const double prompt = 1 / (1 + late_ms / kLateData_ms);
    return success * steady * prompt;
}

EndpointSet::Candidates EndpointSet::candidates(EndpointUser user, std::int64_t now_ns,
                                                std::optional<std::size_t> not_this) const {
    Candidates all(endpoints_.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = i;
    }
    Candidates usable;
    for (const std::size_t i : all) {
        const Circuit state = circuit(i, now_ns);
        if (state == Circuit::Closed || (state == Circuit::HalfOpen && !endpoints_[i].on_trial)) {
            usable.push_back(i);
        }
    }
    if (usable.empty()) {
        narrow(all, [&](std::size_t i) { return i != not_this; });
        return {least(all, [&](std::size_t i) { return endpoints_[i].open_until_ns; })};
    }
    const auto sisters = [&](std::size_t i) {
        const auto& users = endpoints_[i].users;
        return std::count_if(users.begin(), users.end(), [&](const EndpointUser& other) {
            return other.plan == user.plan && other.leg != user.leg;
        });
    };
    narrow(usable, [&](std::size_t i) { return i != not_this; });
    const auto fewest = sisters(least(usable, sisters));
    narrow(usable, [&](std::size_t i) { return sisters(i) == fewest; });
    return usable;
}

std::size_t EndpointSet::choose(EndpointUser user, std::int64_t now_ns,
                                std::optional<std::size_t> not_this) {
    settle(now_ns);
    const std::size_t chosen = pick(candidates(user, now_ns, not_this));
    Endpoint& endpoint = endpoints_[chosen];
    endpoint.on_trial = circuit(chosen, now_ns) == Circuit::HalfOpen;
    endpoint.users.push_back(user);
    latest_ = chosen;
    return chosen;
}

std::size_t EndpointSet::pick(const Candidates& among) {
    switch (strategy_ == EndpointStrategy::Adaptive ? adapted(among) : strategy_) {
        case EndpointStrategy::RoundRobin:
            return next_in_turn(among);
        case EndpointStrategy::WeightedRoundRobin:
            return next_by_weight(among);
        case EndpointStrategy::LeastConnections:
            return least(among, [this](std::size_t i) { return endpoints_[i].users.size(); });
        case EndpointStrategy::LeastLoad:
            return least(among, [this](std::size_t i) { return endpoints_[i].messages_per_s; });
        case EndpointStrategy::LeastLatency:
            return least(among, [this](std::size_t i) { return endpoints_[i].round_trip_ms; });
        default:
            return healthiest(among);
    }
}

std::size_t EndpointSet::next_in_turn(const Candidates& among) {
    const auto after = std::upper_bound(among.begin(), among.end(), latest_);
    return after == among.end() ? among.front() : *after;
}

// Smooth: 3 to 1 gives A A B A, not A A A B.
std::size_t EndpointSet::next_by_weight(const Candidates& among) {
    double total = 0;
    for (const std::size_t i : among) {
        endpoints_[i].turn += endpoints_[i].weight;
        total += endpoints_[i].weight;
    }
    const std::size_t chosen = least(among, [this](std::size_t i) { return -endpoints_[i].turn; });
    endpoints_[chosen].turn -= total;
    return chosen;
}

std::size_t EndpointSet::healthiest(const Candidates& among) const {
    const std::size_t best = least(among, [this](std::size_t i) { return -health(endpoints_[i]); });
    const double enough = health(endpoints_[best]) - kEqualHealth;
    return *std::find_if(among.begin(), among.end(),
                         [&](std::size_t i) { return health(endpoints_[i]) >= enough; });
}

// Health first; then a round trip that is clearly longer; then load once it is high.
EndpointStrategy EndpointSet::adapted(const Candidates& among) const {
    double ill = 1;
    double well = 0;
    double quick_ms = endpoints_[among.front()].round_trip_ms;
    double slow_ms = quick_ms;
    double load = 0;
    for (const std::size_t i : among) {
        ill = std::min(ill, health(endpoints_[i]));
        well = std::max(well, health(endpoints_[i]));
        quick_ms = std::min(quick_ms, endpoints_[i].round_trip_ms);
        slow_ms = std::max(slow_ms, endpoints_[i].round_trip_ms);
        load = std::max(load, endpoints_[i].messages_per_s);
    }
    if (well - ill > 2 * kEqualHealth) {
        return EndpointStrategy::HealthBased;
    }
    if (quick_ms > 0 && slow_ms > quick_ms * kSlower && slow_ms > quick_ms + kSlower_ms) {
        return EndpointStrategy::LeastLatency;
    }
    return load > kBusyMessagesPerS ? EndpointStrategy::LeastLoad : EndpointStrategy::HealthBased;
}

bool EndpointSet::has_other(std::size_t at, std::int64_t now_ns) const {
    for (std::size_t i = 0; i < endpoints_.size(); ++i) {
        if (i != at && circuit(i, now_ns) == Circuit::Closed) {
            return true;
        }
    }
    return false;
}

void EndpointSet::opened(std::size_t at) {
    ++endpoints_[at].opened;
    endpoints_[at].recent_opened += 1;
}

void EndpointSet::showed_data(std::size_t at, double after_ms) {
    Endpoint& endpoint = endpoints_[at];
    smooth(endpoint.first_data_ms, std::max(after_ms, 0.001));
    endpoint.failures_in_row = 0;
    endpoint.open_until_ns = 0;
    endpoint.on_trial = false;
}

void EndpointSet::trip(Endpoint& endpoint, std::int64_t now_ns) {
    endpoint.on_trial = false;
    endpoint.open_until_ns = now_ns + static_cast<std::int64_t>(circuit_.open_ms) * kNsPerMs;
}

void EndpointSet::failed(std::size_t at, EndpointUser user, std::int64_t now_ns,
                         EndpointFailure failure) {
    Endpoint& endpoint = endpoints_[at];
    leave(endpoint, user);
    ++endpoint.failed;
    ++endpoint.failures_in_row;
    endpoint.recent_failed += 1;
    if (failure == EndpointFailure::Certificate || endpoint.open_until_ns != 0 ||
        endpoint.failures_in_row >= circuit_.failures_max) {
        trip(endpoint, now_ns);
    }
}

void EndpointSet::ended(std::size_t at, EndpointUser user, std::int64_t now_ns,
                        std::uint64_t lived_ms) {
    Endpoint& endpoint = endpoints_[at];
    leave(endpoint, user);
    ++endpoint.drops;
    endpoint.recent_drops += 1;
    if (lived_ms >= kLived_ms) {
        endpoint.failures_in_row = 0;
        endpoint.open_until_ns = 0;
        endpoint.on_trial = false;
        return;
    }
    ++endpoint.failures_in_row;
    if (endpoint.open_until_ns != 0 || endpoint.failures_in_row >= circuit_.failures_max) {
        trip(endpoint, now_ns);
    }
}

void EndpointSet::released(std::size_t at, EndpointUser user) {
    Endpoint& endpoint = endpoints_[at];
    leave(endpoint, user);
    endpoint.on_trial = false;  // it proved nothing: another may try
}

void EndpointSet::leave(Endpoint& endpoint, EndpointUser user) {
    const auto found = std::find(endpoint.users.begin(), endpoint.users.end(), user);
    if (found != endpoint.users.end()) {
        endpoint.users.erase(found);
    }
}

void EndpointSet::round_trip(std::size_t at, double ms) {
    smooth(endpoints_[at].round_trip_ms, std::max(ms, 0.001));
}

// Lets what was measured fade by the time that has passed.
void EndpointSet::settle(std::int64_t now_ns) {
    const double passed_s = static_cast<double>(now_ns - settled_ns_) / 1e9;
    if (settled_ns_ != 0 && passed_s < 0.1) {
        return;
    }
    const bool first = settled_ns_ == 0;
    settled_ns_ = now_ns;
    const double fade = std::exp2(-passed_s / kHalfLife_s);
    const double rate_fade = std::exp2(-passed_s / kRateHalfLife_s);
    for (Endpoint& endpoint : endpoints_) {
        const auto messages = static_cast<double>(std::exchange(endpoint.unsettled, 0));
        if (first) {
            continue;
        }
        endpoint.recent_opened *= fade;
        endpoint.recent_failed *= fade;
        endpoint.recent_drops *= fade;
        if (endpoint.users.empty()) {  // nobody measures it: it becomes worth a try again
            endpoint.first_data_ms *= fade;
            endpoint.round_trip_ms *= fade;
        }
        endpoint.messages_per_s =
            endpoint.messages_per_s * rate_fade + messages / passed_s * (1 - rate_fade);
    }
}

std::vector<EndpointFigures> EndpointSet::figures(std::int64_t now_ns) {
    settle(now_ns);
    std::vector<EndpointFigures> all;
    for (std::size_t i = 0; i < endpoints_.size(); ++i) {
        const Endpoint& e = endpoints_[i];
        EndpointFigures figures;
        figures.url = e.url;
        figures.circuit = circuit(i, now_ns);
        figures.connections = static_cast<std::uint32_t>(e.users.size());
        figures.opened = e.opened;
        figures.failed = e.failed;
        figures.drops = e.drops;
        figures.first_data_ms = e.first_data_ms;
        figures.round_trip_ms = e.round_trip_ms;
        figures.messages_per_s = e.messages_per_s;
        figures.health = health(e);
        all.push_back(std::move(figures));
    }
    return all;
}

}  // namespace petrel::core
