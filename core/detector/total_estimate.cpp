// One pass over the kept events of the window gathers what each venue showed; venues are few.
#include "detector/total_estimate.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace petrel::core {
namespace {

constexpr std::size_t kVenuesMax = 64;
constexpr double kOneSided95 = 1.6448536269514722;  // quantile of the normal distribution

// What one venue showed of one contract.
struct Shown {
    std::uint64_t events = 0;  // of either side: an interval shows one of them
    std::int64_t first_ns = 0;
    std::int64_t last_ns = 0;
    bool sampled = false;
    // Of the finding's side.
    double own_events = 0;
    double own_usd = 0;
    double own_squares = 0;
};

// What exceeds the expected hidden sum in one case of twenty.
double spread_usd(const Shown& shown, const HiddenFactor& factor) {
    const double hidden_events = shown.own_events * (factor.high - 1);
    return kOneSided95 * std::sqrt(hidden_events * shown.own_squares / shown.own_events);
}

std::uint8_t kind_of(const petrel_finding& finding) {
    const bool trades = finding.side == PETREL_SIDE_BUY || finding.side == PETREL_SIDE_SELL;
    return trades ? PETREL_EVENT_TRADE : PETREL_EVENT_LIQUIDATION;
}

// Mean of a zero-truncated Poisson variable whose zero has this probability.
double mean_when_shown(double empty_share) { return -std::log(empty_share) / (1.0 - empty_share); }

double wilson_low(double empty, double all) {
    const double share = empty / all;
    const double z2 = kOneSided95 * kOneSided95;
    const double centre = share + z2 / (2 * all);
    const double spread = kOneSided95 * std::sqrt(share * (1 - share) / all + z2 / (4 * all * all));
    return (centre - spread) / (1 + z2 / all);
}

bool add_shown(const MarketEvent& event, std::uint8_t side, std::array<Shown, kVenuesMax>& venues) {
    if (event.venue >= kVenuesMax) {
        return false;
    }
    Shown& shown = venues[event.venue];
    if (shown.events++ == 0) {
        shown.first_ns = event.exchange_ts_ns;
    }
    shown.last_ns = event.exchange_ts_ns;
    if (event.side == side) {
        shown.own_events += 1;
        shown.own_usd += event.notional_usd;
        shown.own_squares += event.notional_usd * event.notional_usd;
    }
    shown.sampled = shown.sampled || (event.flags & PETREL_FLAG_SAMPLED) != 0;
    return true;
}

}  // namespace

HiddenFactor hidden_factor(std::uint64_t shown, std::uint64_t intervals) {
    const double between = intervals > 2 ? static_cast<double>(intervals - 2) : 0;
    const double filled = std::min(between, shown > 2 ? static_cast<double>(shown - 2) : 0);
    const double empty = between - filled;
    HiddenFactor factor;
    factor.likely = mean_when_shown((empty + 0.5) / (between + 1));
    if (empty > 0) {
        factor.high = std::max(factor.likely, mean_when_shown(wilson_low(empty, between)));
    }
    return factor;
}

TotalEstimate estimate_total(const Window& window, const petrel_finding& finding,
                             const SampleInterval& interval) {
    if ((finding.flags & PETREL_FLAG_SAMPLED) == 0) {
        return {finding.notional_usd, finding.notional_usd};
    }
    const std::uint8_t kind = kind_of(finding);
    const std::int64_t horizon_ns = finding.window_ms * kNsPerMs;
    if (!interval || horizon_ns == 0 || !window.keeps_all(kind, horizon_ns)) {
        return {};
    }
    std::array<Shown, kVenuesMax> venues{};
    bool counted = true;
    window.kept(kind).for_each(window.now_ns(), horizon_ns, [&](const MarketEvent& event) {
        counted = add_shown(event, finding.side, venues) && counted;
    });
    TotalEstimate total{finding.notional_usd, finding.notional_usd};
    bool bounded = true;
    for (std::uint16_t venue = 0; venue < kVenuesMax; ++venue) {
        const Shown& shown = venues[venue];
        if (!shown.sampled || shown.own_usd <= 0) {
            continue;
        }
        const std::int64_t interval_ns = interval(venue, kind) * kNsPerMs;
        if (interval_ns == 0) {
            return {};
        }
        const auto spanned =
            static_cast<std::uint64_t>((shown.last_ns - shown.first_ns) / interval_ns);
        const HiddenFactor factor = hidden_factor(shown.events, spanned + 1);
        total.likely_usd += shown.own_usd * (factor.likely - 1);
        bounded = bounded && factor.high > 0;
        if (bounded) {
            total.high_usd += shown.own_usd * (factor.high - 1) + spread_usd(shown, factor);
        }
    }
    if (!bounded) {
        total.high_usd = 0;
    }
    return counted ? total : TotalEstimate{};
}

}  // namespace petrel::core
