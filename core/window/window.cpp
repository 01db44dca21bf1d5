// One symbol's windows. Flows of venues beyond the sixteenth share the last ring, so that memory is
// bounded whatever is announced.
#include "window/window.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

std::size_t venue_slot(std::uint32_t venue) {
    return std::min<std::size_t>(venue, Window::kVenues - 1);
}

std::size_t flow_index(std::uint32_t kind) { return kind == PETREL_EVENT_TRADE ? 0 : 1; }

}  // namespace

Window::Window(const WindowShape& shape, double keep_trades_from_usd)
    : shape_(shape), keep_trades_from_usd_(keep_trades_from_usd),
      trades_(shape.kept_max, shape.kept_horizon_ns),
      liquidations_(shape.kept_max, shape.kept_horizon_ns),
      prices_(static_cast<std::uint32_t>(
          std::clamp<std::int64_t>(shape.buckets * shape.bucket_ns / kNsPerSecond, 60, 600))) {
    state_.size = sizeof(state_);
    trades_.set_minimum(keep_trades_from_usd);
}

void Window::add(const MarketEvent& event) {
    if (event.exchange_ts_ns > now_ns_) {
        if (now_ns_ == 0) {
            first_seen_ns_ = event.exchange_ts_ns;
        }
        now_ns_ = event.exchange_ts_ns;
    }
    switch (event.kind) {
        case PETREL_EVENT_TRADE:
            if ((event.flags & PETREL_FLAG_LATE) == 0) {  // history is no news of the price
                state_.last_price = event.price;
            }
            prices_.add(event.exchange_ts_ns, event.price);
            add_flow(event);
            break;
        case PETREL_EVENT_LIQUIDATION:
            add_flow(event);
            break;
        case PETREL_EVENT_MARK_PRICE:
            state_.mark_price = event.price;
            state_.index_price = event.quantity;
            break;
        case PETREL_EVENT_FUNDING:
            state_.funding_rate = event.price;
            break;
        case PETREL_EVENT_OPEN_INTEREST:
            add_open_interest(event);
            break;
        case PETREL_EVENT_BEST_BID:
            state_.best_bid = event.price;
            break;
        case PETREL_EVENT_BEST_ASK:
            state_.best_ask = event.price;
            break;
        default:
            break;
    }
}

void Window::set_blind(std::uint16_t venue, std::uint8_t kind, const BlindSpan& span) {
    blind_.set({venue_slot(venue), flow_index(kind)}, span);
}

void Window::add_flow(const MarketEvent& event) {
    VenueFlow& venue = venues_[venue_slot(event.venue)];
    const bool trade = event.kind == PETREL_EVENT_TRADE;
    auto& ring = trade ? venue.trades : venue.liquidations;
    if (ring == nullptr) {
        ring = std::make_unique<BucketRing>(shape_.buckets, shape_.bucket_ns);
    }
    const FlowSum amount = flow_of(event);
    if (!ring->add(event.exchange_ts_ns, flow_side(event), amount)) {
        ++late_;
    }
    const std::size_t index = flow_index(event.kind);
    venue.last_ns[index] = std::max(venue.last_ns[index], event.exchange_ts_ns);
    if ((event.flags & PETREL_FLAG_SAMPLED) != 0) {
        venue.last_sampled_ns[index] = std::max(venue.last_sampled_ns[index], event.exchange_ts_ns);
    }
    if (!trade) {
        liquidations_.add(event, now_ns_);
    } else if (event.notional_usd >= keep_trades_from_usd_) {
        trades_.add(event, now_ns_);
    }
}

void Window::add_open_interest(const MarketEvent& event) {
    constexpr std::int64_t spacing_ns = 5 * kNsPerSecond;
    state_.open_interest_usd = event.notional_usd;
    const auto& last =
        open_interest_[(open_interest_next_ + open_interest_.size() - 1) % open_interest_.size()];
    if (event.exchange_ts_ns >= last.ts_ns + spacing_ns) {
        open_interest_[open_interest_next_] = {event.exchange_ts_ns, event.notional_usd};
        open_interest_next_ = (open_interest_next_ + 1) % open_interest_.size();
    }
}

double Window::open_interest_change_pct() const {
    constexpr std::int64_t span_ns = 300 * kNsPerSecond;
    const OpenInterestPoint* oldest = nullptr;
    for (const OpenInterestPoint& point : open_interest_) {
        if (point.ts_ns > now_ns_ - span_ns && point.usd > 0 &&
            (oldest == nullptr || point.ts_ns < oldest->ts_ns)) {
            oldest = &point;
        }
    }
    return oldest == nullptr ? 0 : (state_.open_interest_usd / oldest->usd - 1.0) * 100.0;
}

bool Window::exact(const petrel_window_query& query) const {
    const std::int64_t horizon_ns = query.horizon_ms * kNsPerMs;
    const bool liquidation = query.kind == PETREL_EVENT_LIQUIDATION;
    const KeptLog& log = liquidation ? liquidations_ : trades_;
    return horizon_ns <= shape_.kept_horizon_ns && !log.truncated(now_ns_, horizon_ns) &&
           (liquidation || query.notional_usd_min >= keep_trades_from_usd_);
}

FlowSum Window::flow(const petrel_window_query& query) const {
    const std::int64_t horizon_ns = query.horizon_ms * kNsPerMs;
    const bool liquidation = query.kind == PETREL_EVENT_LIQUIDATION;
    if (exact(query) || query.notional_usd_min > 0) {
        return (liquidation ? liquidations_ : trades_)
            .sum(now_ns_, horizon_ns, query.notional_usd_min, query.venue);
    }
    FlowSum total;
    for (std::size_t i = 0; i < kVenues; ++i) {
        const auto& ring = liquidation ? venues_[i].liquidations : venues_[i].trades;
        if (ring != nullptr && (query.venue == PETREL_VENUE_ALL || venue_slot(query.venue) == i)) {
            total += ring->sum(now_ns_, horizon_ns);
        }
    }
    return total;
}

// Share of the span in which the venues were seen: since the first event, less what was blind,
// each venue with the same weight.
double Window::coverage(const petrel_window_query& query) const {
    const std::int64_t horizon_ns = query.horizon_ms * kNsPerMs;
    if (horizon_ns == 0) {
        return 1.0;
    }
    const std::int64_t seen_ns = std::clamp<std::int64_t>(now_ns_ - first_seen_ns_, 0, horizon_ns);
    const double seen = static_cast<double>(seen_ns) / static_cast<double>(horizon_ns);
    if (blind_.empty()) {
        return seen;
    }
    const std::size_t index = flow_index(query.kind);
    double venues = 0;
    double blind = 0;
    for (std::size_t slot = 0; slot < kVenues; ++slot) {
        const bool asked = query.venue == PETREL_VENUE_ALL || venue_slot(query.venue) == slot;
        const double share = blind_.share({slot, index}, now_ns_, horizon_ns);
        if (asked && (share > 0 || venues_[slot].trades != nullptr ||
                      venues_[slot].liquidations != nullptr)) {
            venues += 1;
            blind += share;
        }
    }
    return venues > 0 ? std::max(0.0, seen - blind / venues) : seen;
}

void Window::sum(const petrel_window_query& query, petrel_window_sum& sum) const {
    const std::int64_t horizon_ns = query.horizon_ms * kNsPerMs;
    const FlowSum total = flow(query);
    sum.first_count = total.first_count;
    sum.second_count = total.second_count;
    sum.first_notional_usd = from_e4(total.first_e4);
    sum.second_notional_usd = from_e4(total.second_e4);
    sum.first_quantity = total.first_quantity;
    sum.second_quantity = total.second_quantity;
    sum.coverage = coverage(query);
    const std::size_t index = flow_index(query.kind);
    for (const VenueFlow& venue : venues_) {
        if (venue.last_ns[index] > now_ns_ - horizon_ns) {
            ++sum.venue_count;
        }
        if (venue.last_sampled_ns[index] > now_ns_ - horizon_ns) {
            sum.flags |= PETREL_FLAG_SAMPLED;
        }
    }
}

std::uint32_t Window::events(const petrel_window_query& query, std::span<MarketEvent> room) const {
    const KeptLog& log = query.kind == PETREL_EVENT_LIQUIDATION ? liquidations_ : trades_;
    return log.copy(now_ns_, query.horizon_ms * kNsPerMs, query.notional_usd_min, query.venue,
                    room);
}

void Window::state(petrel_market_state& state) const {
    const std::uint32_t size = state.size;
    state = state_;
    state.size = size;
}

}  // namespace petrel::core
