// The simulated market that all venues serve: prices, trades, liquidations, storms, quotes.
//
// It advances in steps of fixed length, and what a step brings forth depends on the seed and the
// steps before it alone: the wall clock only decides how many steps are taken. Owned by the
// simulator, on its one thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "hawkes.hpp"
#include "listings.hpp"
#include "market_event.hpp"
#include "storm.hpp"

namespace petrel::sim {

struct MarketOptions {
    std::uint64_t seed = 1;
    std::vector<SymbolSpec> symbols;
    std::vector<Venue> venues{Venue::Binance, Venue::Bybit};  // in the order of the enum
    double events_per_s = 400.0;  // trades and book changes of all venues; 0 = a silent market
    double storm_after_s = 6.0;   // infinity = no storms
    std::int64_t start_ms = 0;
};

struct MarketCounters {
    std::uint64_t steps = 0;
    std::uint64_t trades = 0;
    std::uint64_t liquidations = 0;
    std::uint64_t storms = 0;
};

class Market {
public:
    static constexpr std::int64_t kStep_ms = 10;
    static constexpr double kStep_s = static_cast<double>(kStep_ms) / 1000.0;
    static constexpr std::size_t kTradesKept = 10'000;  // per venue and symbol, for REST
    static constexpr double kNever = std::numeric_limits<double>::infinity();

    explicit Market(MarketOptions options);

    // Moves on by one step and appends its events in the order of time.
    void step(std::vector<MarketEvent>& out);
    // Makes exactly these events now; they move no price and excite nothing.
    void inject(const Burst& burst, std::vector<MarketEvent>& out);

    [[nodiscard]] std::int64_t now_ms() const;
    [[nodiscard]] const std::vector<SymbolSpec>& symbols() const { return options_.symbols; }
    [[nodiscard]] std::optional<std::uint16_t> find(std::string_view name) const;
    // Of a symbol that the venue lists.
    [[nodiscard]] std::optional<std::uint16_t> find(Venue venue, std::string_view name) const;
    // Nothing where the venue does not list the symbol, or is not in this market.
    [[nodiscard]] const Listing* listing(Venue venue, std::size_t symbol) const;
    [[nodiscard]] const Quote& quote(Venue venue, std::size_t symbol) const;
    [[nodiscard]] const std::deque<MarketEvent>& trades(Venue venue, std::size_t symbol) const;
    [[nodiscard]] const MarketCounters& counters() const { return counters_; }
    // The storm that began in the last step, once.
    std::optional<StormStart> take_storm();

private:
    struct VenueState {
        Quote quote;
        std::optional<Listing> listing;
        double offset = 0.0;  // of this venue's price from the common one, relative
        std::uint64_t aggregate_id = 0;
        std::uint64_t trade_id = 0;
        std::deque<MarketEvent> trades;
    };
    struct RunningStorm {
        StormStart start;
        StormPlan plan;
        std::size_t next_order = 0;
    };
    struct SymbolState {
        SymbolState(const SymbolSpec& spec, const MarketOptions& options);
        Rng walk;
        Rng flow;
        Rng sizes;
        std::array<Hawkes, 2> liquidations;  // by Position
        double level = 0.0;                  // log of price: the slow part
        double push = 0.0;                   // log of price: what orders pushed, wears off
        double reference = 0.0;              // log of price a few seconds ago
        double trade_rate = 0.0;
        double next_trade_s = 0.0;
        double next_book_s = 0.0;
        std::array<VenueState, kVenueCount> venues;
        std::vector<Venue> open;  // those that list it
        std::optional<RunningStorm> storm;
    };
    struct Order {
        EventKind kind;
        Venue venue;
        Side side;
        double at_s;
        double usd;
    };

    void trade_before_start(std::size_t symbol);
    static Venue pick_venue(const SymbolState& state, Rng& rng, double first_share);
    void begin_storm(double now_s);
    void move_price(std::size_t symbol, double now_s);
    void trade_flow(std::size_t symbol, double end_s);
    void storm_orders(std::size_t symbol, double end_s);
    void liquidation_flow(std::size_t symbol, double end_s);
    void book_flow(std::size_t symbol, double end_s);
    void marks(std::size_t symbol, double end_s);
    void execute(std::size_t symbol, const Order& order);
    void refresh_quotes(std::size_t symbol);
    void append(MarketEvent event, double at_s);
    void finish(std::vector<MarketEvent>& out);
    VenueState& venue_state(const MarketEvent& event);

    MarketOptions options_;
    std::vector<SymbolState> states_;
    StormSchedule schedule_;
    Rng whales_;
    Rng storms_;
    double next_whale_s_ = kNever;
    std::vector<MarketEvent> pending_;  // of the step being made
    std::optional<StormStart> fresh_storm_;
    MarketCounters counters_;
};

}  // namespace petrel::sim
