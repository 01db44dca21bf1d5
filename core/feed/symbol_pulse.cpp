// Sums by group; the others are the group less the source itself.
#include "feed/symbol_pulse.hpp"

#include <cmath>
#include <utility>

namespace petrel::core {
namespace {

constexpr double kMemory_s = 1'800;
constexpr double kRecentMin = 30;  // arrivals on either side before a share says anything

}  // namespace

SymbolPulse::Source SymbolPulse::add_source(std::uint32_t symbol, std::uint32_t kind) {
    const auto [entry, fresh] = by_key_.try_emplace({symbol, kind}, groups_.size());
    if (fresh) {
        groups_.emplace_back();
    }
    sources_.push_back({entry->second, 0, 0});
    return sources_.size() - 1;
}

void SymbolPulse::beat(Source source, std::uint64_t arrivals) {
    Figures& own = sources_[source];
    Group& group = groups_[own.group];
    own.total += arrivals;
    group.total += arrivals;
    own.recent += static_cast<double>(arrivals);
    group.recent += static_cast<double>(arrivals);
}

void SymbolPulse::fade(std::int64_t now_ns) {
    const double passed_s = static_cast<double>(now_ns - std::exchange(faded_ns_, now_ns)) / 1e9;
    if (passed_s <= 0 || passed_s > kMemory_s) {
        return;  // the first time, or after a sleep of ours
    }
    const double keep = std::exp(-passed_s / kMemory_s);
    for (Figures& source : sources_) {
        source.recent *= keep;
    }
    for (Group& group : groups_) {
        group.recent *= keep;
    }
}

std::uint64_t SymbolPulse::others(Source source) const {
    return groups_[sources_[source].group].total - sources_[source].total;
}

double SymbolPulse::usual_share(Source source) const {
    const double own = sources_[source].recent;
    const double others = groups_[sources_[source].group].recent - own;
    // Rather too little than too much: few arrivals are a matter of chance.
    return own < kRecentMin || others < kRecentMin ? 0 : (own - std::sqrt(own)) / others;
}

}  // namespace petrel::core
