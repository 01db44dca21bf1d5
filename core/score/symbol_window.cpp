// A span longer than what windows keep is cut to it; coverage alone tells of the whole span.
#include "score/symbol_window.hpp"

#include <algorithm>
#include <array>

#include "window/lead_lag.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kNoSuchVenue = Window::kVenues;

double share_of_larger(const petrel_window_sum& sum) {
    const double both = sum.first_notional_usd + sum.second_notional_usd;
    return both > 0 ? std::max(sum.first_notional_usd, sum.second_notional_usd) / both : 0;
}

// Quantities are differences of running sums: without an event there may be a crumb of them.
double mean_price(const petrel_window_sum& sum) {
    const double quantity = sum.first_quantity + sum.second_quantity;
    const bool some = sum.first_count + sum.second_count > 0 && quantity > 0;
    return some ? (sum.first_notional_usd + sum.second_notional_usd) / quantity : 0;
}

}  // namespace

std::uint32_t SymbolWindow::venue_of(const RuleVenue& venue) const {
    if (venue.empty()) {
        return PETREL_VENUE_ALL;
    }
    const std::uint32_t seen = names_ == nullptr ? 0 : window_->venues_seen();
    // The last ring is shared by all venues beyond it, so that it is nobody's own.
    for (std::uint16_t slot = 0; slot + 1U < Window::kVenues; ++slot) {
        if ((seen & (1U << slot)) != 0 && names_->venue(slot) == venue.name()) {
            return slot;
        }
    }
    return kNoSuchVenue;
}

RuleNumbers SymbolWindow::correlation(const RuleQuestion& question, std::int64_t horizon_ns) const {
    const std::uint32_t first = venue_of(question.venues[0]);
    const std::uint32_t second = venue_of(question.venues[1]);
    if (first == kNoSuchVenue || second == kNoSuchVenue) {
        return {};
    }
    std::array<double, kLeadLagPricesMax> first_prices{};
    std::array<double, kLeadLagPricesMax> second_prices{};
    const auto buckets = std::min<std::size_t>(
        kLeadLagPricesMax, static_cast<std::size_t>(horizon_ns / window_->bucket_ns()));
    const std::span<double> a(first_prices.data(), buckets);
    const std::span<double> b(second_prices.data(), buckets);
    window_->mean_prices(first, a);
    window_->mean_prices(second, b);
    const LeadLag found = lead_lag(a, b);
    const double bucket_s = static_cast<double>(window_->bucket_ns()) / 1e9;
    return {found.correlation, found.lead * bucket_s, found.at_lead};
}

RuleNumbers SymbolWindow::answer(const RuleQuestion& question) const noexcept {
    const std::int64_t asked_ns = question.horizon_ms * kNsPerMs;
    const std::int64_t horizon_ns = std::min(asked_ns, window_->reach_ns());
    petrel_window_query query{sizeof(petrel_window_query), PETREL_EVENT_TRADE,
                              venue_of(question.venues[0]),
                              static_cast<std::uint32_t>(horizon_ns / kNsPerMs), 0.0};
    if (query.venue == kNoSuchVenue) {
        return {};
    }
    petrel_window_sum sum{};
    sum.size = sizeof(sum);
    if (question.kind != RuleFlowKind::None) {
        query.kind =
            question.kind == RuleFlowKind::Trade ? PETREL_EVENT_TRADE : PETREL_EVENT_LIQUIDATION;
        window_->sum(query, sum);
    }
    switch (question.figure) {
        case RuleFigure::Flow:
            return {sum.first_notional_usd, sum.second_notional_usd,
                    static_cast<double>(sum.first_count + sum.second_count)};
        case RuleFigure::Dominance:
            return {share_of_larger(sum)};
        case RuleFigure::Vwap:
            return {mean_price(sum)};
        case RuleFigure::Percentile: {
            const Window::Rank rank = window_->rank(query);
            return {rank.pct, static_cast<double>(rank.compared)};
        }
        case RuleFigure::Venues:
            return {static_cast<double>(sum.venue_count)};
        case RuleFigure::Coverage:
            return {sum.coverage * static_cast<double>(horizon_ns) / static_cast<double>(asked_ns)};
        case RuleFigure::Sampled:
            return {(sum.flags & PETREL_FLAG_SAMPLED) != 0 ? 1.0 : 0.0};
        case RuleFigure::ReturnPct:
            return {window_->return_over_pct(asked_ns)};
        case RuleFigure::VolatilityPct:
            return {window_->volatility_over_pct(asked_ns)};
        case RuleFigure::OpenInterestChangePct:
            return {window_->open_interest_over_pct(asked_ns)};
        case RuleFigure::Correlation:
            return correlation(question, horizon_ns);
    }
    return {};
}

}  // namespace petrel::core
