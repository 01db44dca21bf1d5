// All windows of one symbol: flows by venue, single events kept apart, and the latest state.
//
// Stage 3. `add` is called for each event of the symbol in the order in which the shard sees them;
// afterwards every query answers as of that event. What a trade needs lies side by side at the
// front: with thousands of symbols most of an event's cost is fetching memory. Owned by one shard;
// no locks, no clock.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "petrel/abi/detector.h"
#include "petrel/types.hpp"
#include "window/blind_spans.hpp"
#include "window/bucket_ring.hpp"
#include "window/kept_log.hpp"
#include "window/price_track.hpp"

namespace petrel::core {

// Sizes of the windows; the same for all symbols of a shard.
struct WindowShape {
    std::uint32_t buckets = 300;
    std::int64_t bucket_ns = kNsPerSecond;
    std::uint32_t kept_max = 4096;
    std::int64_t kept_horizon_ns = 30 * kNsPerSecond;
};

// A price and the exchange time of what showed it; 0 when there was none.
struct PricePoint {
    double price = 0;
    std::int64_t at_ns = 0;
};

// What was last fed of the mood; at_ns 0: nothing.
struct MoodPoint {
    double sentiment = 0;    // -1..1
    double news_impact = 0;  // 0..1
    std::int64_t at_ns = 0;
};

class alignas(64) Window {
public:
    static constexpr std::size_t kVenues = 16;  // venues of one symbol with rings of their own

    // `keep_trades_from_usd`: trades at least this large are kept one by one; liquidations all are.
    Window(const WindowShape& shape, double keep_trades_from_usd);

    void add(const MarketEvent& event);

    // A venue's stream of this symbol was not seen for a while, or is after all.
    void set_blind(std::uint16_t venue, std::uint8_t kind, const BlindSpan& span);

    // Event time of the symbol: the latest exchange time seen.
    [[nodiscard]] std::int64_t now_ns() const { return now_ns_; }
    [[nodiscard]] std::int64_t first_seen_ns() const { return first_seen_ns_; }

    // As the ABI's window view defines it; `sum` is exact when kept events cover the query.
    void sum(const petrel_window_query& query, petrel_window_sum& sum) const;
    std::uint32_t events(const petrel_window_query& query, std::span<MarketEvent> room) const;
    void state(petrel_market_state& state) const;

    // True when all events of the kind in (now - horizon, now] were kept one by one.
    [[nodiscard]] bool keeps_all(std::uint8_t kind, std::int64_t horizon_ns) const {
        return kind == PETREL_EVENT_LIQUIDATION && horizon_ns <= shape_.kept_horizon_ns &&
               !liquidations_.truncated(now_ns_, horizon_ns);
    }
    // The single events of a kind that were kept; liquidations all are.
    [[nodiscard]] const KeptLog& kept(std::uint32_t kind) const {
        return kind == PETREL_EVENT_LIQUIDATION ? liquidations_ : trades_;
    }

    // The latest trade of any venue, and the latest mark price.
    [[nodiscard]] PricePoint last_trade() const;
    [[nodiscard]] PricePoint mark_price() const { return {state_.mark_price, mark_ns_}; }
    // The latest sentiment, by the time of its source.
    [[nodiscard]] const MoodPoint& mood() const { return mood_; }

    [[nodiscard]] double return_pct(std::uint32_t seconds) const {
        return prices_.return_pct(seconds);
    }
    [[nodiscard]] double volatility_pct() const { return prices_.volatility_pct(); }
    // Open interest now against that of about five minutes ago, in percent; 0 while unknown.
    [[nodiscard]] double open_interest_change_pct() const;

    // Figures over any span that ends now, of what is known of it; 0 while unknown.
    [[nodiscard]] double return_over_pct(std::int64_t horizon_ns) const {
        return prices_.return_pct(now_ns_, horizon_ns);
    }
    [[nodiscard]] double volatility_over_pct(std::int64_t horizon_ns) const {
        return prices_.volatility_pct(now_ns_, horizon_ns);
    }
    [[nodiscard]] double open_interest_over_pct(std::int64_t horizon_ns) const;

    // Where the sum of a span that ends now stands among earlier ones of the same length.
    struct Rank {
        double pct = 0;              // 0..100: share of smaller sums, equal ones count half
        std::uint32_t compared = 0;  // with how many; 0: nothing is known
    };
    [[nodiscard]] Rank rank(const petrel_window_query& query) const;

    // Mean prices of a venue's trades in the buckets before that of now, the newest last. A bucket
    // without a trade has the price of the one before, 0 when none is known.
    void mean_prices(std::uint32_t venue, std::span<double> prices) const;

    // How far back sums reach.
    [[nodiscard]] std::int64_t reach_ns() const { return shape_.buckets * shape_.bucket_ns; }
    [[nodiscard]] std::int64_t bucket_ns() const { return shape_.bucket_ns; }
    // Bit n: the venue with that number has flows here; the last bit stands for all beyond, too.
    [[nodiscard]] std::uint32_t venues_seen() const;

    // Events that were too old for the rings, and single ones forgotten for want of room.
    [[nodiscard]] std::uint64_t late() const { return late_; }
    [[nodiscard]] std::uint64_t forgotten() const {
        return trades_.forgotten() + liquidations_.forgotten();
    }

private:
    // Events of one kind and venue.
    struct alignas(64) VenueFlow {
        VenueFlow(const WindowShape& shape, std::size_t slot)
            : ring(shape.buckets, shape.bucket_ns), venue(slot) {}
        BucketRing ring;
        std::size_t venue;
        std::int64_t last_ns = INT64_MIN;
        std::int64_t last_sampled_ns = INT64_MIN;
    };
    struct OpenInterestPoint {
        std::int64_t ts_ns = 0;
        double usd = 0;
    };
    struct OpenInterest {
        std::array<OpenInterestPoint, 64> points{};
        std::size_t next = 0;
    };

    void add_flow(const MarketEvent& event);
    void add_open_interest(const MarketEvent& event);
    VenueFlow& flow_for(const MarketEvent& event);
    // Calls `body` with each flow of a kind, in the order of venues.
    template <typename Body>
    void for_each_flow(bool liquidation, Body&& body) const;
    [[nodiscard]] bool exact(const petrel_window_query& query) const;
    [[nodiscard]] FlowSum flow(const petrel_window_query& query) const;
    [[nodiscard]] double coverage(const petrel_window_query& query) const;

    std::int64_t now_ns_ = 0;
    double last_price_ = 0;
    double keep_trades_from_usd_;
    PriceTrack prices_;
    VenueFlow home_;               // trades of the venue whose trade came first
    petrel_market_state state_{};  // without the last price
    std::int64_t first_seen_ns_ = 0;
    std::vector<VenueFlow> trade_flows_;  // of the other venues, in their order
    std::vector<VenueFlow> liquidation_flows_;
    KeptLog trades_;
    KeptLog liquidations_;
    WindowShape shape_;
    std::unique_ptr<OpenInterest> open_interest_;
    BlindSpans blind_;
    std::uint64_t late_ = 0;
    std::int64_t mark_ns_ = 0;  // exchange time of the latest mark price
    MoodPoint mood_;
};

}  // namespace petrel::core
