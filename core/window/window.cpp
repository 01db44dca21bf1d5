// One symbol's windows. Flows of venues beyond the sixteenth share the last ring, so that memory is
// bounded whatever is announced.
#include "window/window.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace petrel::core {
namespace {

std::size_t venue_slot(std::uint32_t venue) {
    return std::min<std::size_t>(venue, Window::kVenues - 1);
}

std::size_t flow_index(std::uint32_t kind) { return kind == PETREL_EVENT_TRADE ? 0 : 1; }

// The venue of a flow before its first event: behind all others.
constexpr std::size_t kNoVenue = Window::kVenues;

}  // namespace

Window::Window(const WindowShape& shape, double keep_trades_from_usd)
    : keep_trades_from_usd_(keep_trades_from_usd),
      prices_(static_cast<std::uint32_t>(
          std::clamp<std::int64_t>(shape.buckets * shape.bucket_ns / kNsPerSecond, 60, 600))),
      home_(shape, kNoVenue), trades_(shape.kept_max, shape.kept_horizon_ns),
      liquidations_(shape.kept_max, shape.kept_horizon_ns), shape_(shape) {
    state_.size = sizeof(state_);
    trades_.set_minimum(keep_trades_from_usd);
}

void Window::add(const MarketEvent& event) {
    if (event.kind == PETREL_EVENT_SENTIMENT) [[unlikely]] {
        // No event of the market: it neither moves its time nor shows that a venue was seen.
        if (event.exchange_ts_ns >= mood_.at_ns) {
            mood_ = {event.price, event.quantity, event.exchange_ts_ns};
        }
        return;
    }
    if (event.exchange_ts_ns > now_ns_) {
        if (now_ns_ == 0) {
            first_seen_ns_ = event.exchange_ts_ns;
        }
        now_ns_ = event.exchange_ts_ns;
    }
    switch (event.kind) {
        case PETREL_EVENT_TRADE:
            if ((event.flags & PETREL_FLAG_LATE) == 0) {  // history is no news of the price
                last_price_ = event.price;
            }
            prices_.add(event.exchange_ts_ns, event.price);
            add_flow(event);
            break;
        case PETREL_EVENT_LIQUIDATION:
            add_flow(event);
            break;
        case PETREL_EVENT_MARK_PRICE:
            state_.mark_price = event.price;
            mark_ns_ = event.exchange_ts_ns;
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

Window::VenueFlow& Window::flow_for(const MarketEvent& event) {
    const std::size_t venue = venue_slot(event.venue);
    const bool trade = event.kind == PETREL_EVENT_TRADE;
    if (trade && home_.venue == kNoVenue) {
        home_.venue = venue;
    }
    if (trade && home_.venue == venue) {
        return home_;
    }
    auto& flows = trade ? trade_flows_ : liquidation_flows_;
    auto place = flows.begin();
    while (place != flows.end() && place->venue < venue) {
        ++place;
    }
    if (place == flows.end() || place->venue != venue) {
        place = flows.emplace(place, shape_, venue);
    }
    return *place;
}

template <typename Body>
void Window::for_each_flow(bool liquidation, Body&& body) const {
    const auto& flows = liquidation ? liquidation_flows_ : trade_flows_;
    const std::size_t home = liquidation ? kNoVenue : home_.venue;
    auto place = flows.begin();
    for (; place != flows.end() && place->venue < home; ++place) {
        body(*place);
    }
    if (home != kNoVenue) {
        body(home_);
    }
    for (; place != flows.end(); ++place) {
        body(*place);
    }
}

void Window::add_flow(const MarketEvent& event) {
    VenueFlow& flow = flow_for(event);
    if (!flow.ring.add(event.exchange_ts_ns, flow_side(event), flow_of(event))) {
        ++late_;
    }
    flow.last_ns = std::max(flow.last_ns, event.exchange_ts_ns);
    if ((event.flags & PETREL_FLAG_SAMPLED) != 0) {
        flow.last_sampled_ns = std::max(flow.last_sampled_ns, event.exchange_ts_ns);
    }
    if (event.kind == PETREL_EVENT_LIQUIDATION) {
        liquidations_.add(event, now_ns_);
    } else if (event.notional_usd >= keep_trades_from_usd_) {
        trades_.add(event, now_ns_);
    }
}

void Window::add_open_interest(const MarketEvent& event) {
    constexpr std::int64_t spacing_ns = 5 * kNsPerSecond;
    state_.open_interest_usd = event.notional_usd;
    if (open_interest_ == nullptr) {
        open_interest_ = std::make_unique<OpenInterest>();
    }
    auto& [points, next] = *open_interest_;
    const OpenInterestPoint& last = points[(next + points.size() - 1) % points.size()];
    if (event.exchange_ts_ns >= last.ts_ns + spacing_ns) {
        points[next] = {event.exchange_ts_ns, event.notional_usd};
        next = (next + 1) % points.size();
    }
}

double Window::open_interest_change_pct() const {
    constexpr std::int64_t span_ns = 300 * kNsPerSecond;
    if (open_interest_ == nullptr) {
        return 0;
    }
    const OpenInterestPoint* oldest = nullptr;
    for (const OpenInterestPoint& point : open_interest_->points) {
        if (point.ts_ns > now_ns_ - span_ns && point.usd > 0 &&
            (oldest == nullptr || point.ts_ns < oldest->ts_ns)) {
            oldest = &point;
        }
    }
    return oldest == nullptr ? 0 : (state_.open_interest_usd / oldest->usd - 1.0) * 100.0;
}

// What held when the span began, else the oldest that is known.
double Window::open_interest_over_pct(std::int64_t horizon_ns) const {
    if (open_interest_ == nullptr) {
        return 0;
    }
    const OpenInterestPoint* held = nullptr;
    const OpenInterestPoint* oldest = nullptr;
    for (const OpenInterestPoint& point : open_interest_->points) {
        if (point.usd <= 0) {
            continue;
        }
        if (oldest == nullptr || point.ts_ns < oldest->ts_ns) {
            oldest = &point;
        }
        const bool before = point.ts_ns <= now_ns_ - horizon_ns;
        if (before && (held == nullptr || point.ts_ns > held->ts_ns)) {
            held = &point;
        }
    }
    held = held == nullptr ? oldest : held;
    return held == nullptr ? 0 : (state_.open_interest_usd / held->usd - 1.0) * 100.0;
}

// Rolling sums, one for each bucket in which one ends, none of which overlaps the present one: the
// percentile rank of statistics, with half of what is equal (SciPy's percentileofscore, "mean").
Window::Rank Window::rank(const petrel_window_query& query) const {
    constexpr std::uint32_t buckets_max = 512;
    std::array<std::int64_t, buckets_max> usd_e4{};
    const std::uint32_t buckets = std::min(shape_.buckets, buckets_max);
    for_each_flow(query.kind == PETREL_EVENT_LIQUIDATION, [&](const VenueFlow& venue) {
        if (query.venue == PETREL_VENUE_ALL || venue_slot(query.venue) == venue.venue) {
            venue.ring.for_each_bucket(
                now_ns_, buckets, [&](std::uint32_t i, const FlowSum& from, const FlowSum& to) {
                    usd_e4[i] += to.first_e4 - from.first_e4 + to.second_e4 - from.second_e4;
                });
        }
    });
    const auto span = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(query.horizon_ms * kNsPerMs / shape_.bucket_ns, 1, buckets));
    // The bucket in which the symbol was first seen was not seen whole.
    const std::int64_t known = now_ns_ / shape_.bucket_ns - first_seen_ns_ / shape_.bucket_ns;
    const auto first = static_cast<std::uint32_t>(static_cast<std::int64_t>(buckets) -
                                                  std::clamp<std::int64_t>(known, 0, buckets));
    const auto present = std::accumulate(usd_e4.begin() + (buckets - span),
                                         usd_e4.begin() + buckets, std::int64_t{0});
    Rank rank;
    std::int64_t sum = 0;
    double below = 0;
    for (std::uint32_t end = first; end + span < buckets; ++end) {
        sum += usd_e4[end];
        if (end >= first + span) {
            sum -= usd_e4[end - span];
        }
        if (end + 1 >= first + span) {
            ++rank.compared;
            below += sum < present ? 1.0 : sum == present ? 0.5 : 0.0;
        }
    }
    rank.pct = rank.compared == 0 ? 0 : 100.0 * below / rank.compared;
    return rank;
}

void Window::mean_prices(std::uint32_t venue, std::span<double> prices) const {
    std::fill(prices.begin(), prices.end(), 0.0);
    // One more: the bucket of now goes on and is left out.
    const auto buckets = static_cast<std::uint32_t>(prices.size()) + 1;
    for_each_flow(false, [&](const VenueFlow& flow) {
        if (flow.venue != venue_slot(venue)) {
            return;
        }
        flow.ring.for_each_bucket(
            now_ns_, buckets, [&](std::uint32_t i, const FlowSum& from, const FlowSum& to) {
                FlowSum sum = to;
                sum -= from;
                const double quantity = sum.first_quantity + sum.second_quantity;
                if (i < prices.size() && sum.first_count + sum.second_count > 0 && quantity > 0) {
                    prices[i] = from_e4(sum.first_e4 + sum.second_e4) / quantity;
                }
            });
    });
    for (std::size_t i = 1; i < prices.size(); ++i) {
        prices[i] = prices[i] > 0 ? prices[i] : prices[i - 1];
    }
}

std::uint32_t Window::venues_seen() const {
    std::uint32_t seen = 0;
    for (const bool liquidation : {false, true}) {
        for_each_flow(liquidation, [&](const VenueFlow& flow) { seen |= 1U << flow.venue; });
    }
    return seen;
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
    for_each_flow(liquidation, [&](const VenueFlow& venue) {
        if (query.venue == PETREL_VENUE_ALL || venue_slot(query.venue) == venue.venue) {
            total += venue.ring.sum(now_ns_, horizon_ns);
        }
    });
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
    std::array<bool, kVenues> known{};
    for (const bool liquidation : {false, true}) {
        for_each_flow(liquidation, [&](const VenueFlow& flow) { known[flow.venue] = true; });
    }
    double venues = 0;
    double blind = 0;
    for (std::size_t slot = 0; slot < kVenues; ++slot) {
        const bool asked = query.venue == PETREL_VENUE_ALL || venue_slot(query.venue) == slot;
        const double share = blind_.share({slot, index}, now_ns_, horizon_ns);
        if (asked && (share > 0 || known[slot])) {
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
    for_each_flow(query.kind == PETREL_EVENT_LIQUIDATION, [&](const VenueFlow& venue) {
        if (venue.last_ns > now_ns_ - horizon_ns) {
            ++sum.venue_count;
        }
        if (venue.last_sampled_ns > now_ns_ - horizon_ns) {
            sum.flags |= PETREL_FLAG_SAMPLED;
        }
    });
}

std::uint32_t Window::events(const petrel_window_query& query, std::span<MarketEvent> room) const {
    const KeptLog& log = query.kind == PETREL_EVENT_LIQUIDATION ? liquidations_ : trades_;
    return log.copy(now_ns_, query.horizon_ms * kNsPerMs, query.notional_usd_min, query.venue,
                    room);
}

PricePoint Window::last_trade() const {
    PricePoint point;
    if (last_price_ > 0) {
        point.price = last_price_;
        for_each_flow(false, [&](const VenueFlow& flow) {
            point.at_ns = std::max(point.at_ns, flow.last_ns);
        });
    }
    return point;
}

void Window::state(petrel_market_state& state) const {
    const std::uint32_t size = state.size;
    state = state_;
    state.size = size;
    state.last_price = last_price_;
}

}  // namespace petrel::core
