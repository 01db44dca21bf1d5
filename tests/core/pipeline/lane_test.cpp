// A lane whose shard lags: what it is fed is told shorter, nothing that matters is, and the record
// holds exactly what it was fed.
#include "pipeline_lane.hpp"

#include <gmock/gmock.h>

#include "core/pipeline/recording_support.hpp"
#include "pipeline_rules.hpp"

namespace petrel::core {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

MarketEvent small_trade_at(std::uint32_t instrument, std::int64_t us, double price) {
    MarketEvent event{};
    event.kind = PETREL_EVENT_TRADE;
    event.side = us % 3 == 0 ? PETREL_SIDE_SELL : PETREL_SIDE_BUY;
    event.instrument = instrument;
    event.count = 1;
    event.id = static_cast<std::uint64_t>(us) + 1;
    event.exchange_ts_ns = kMarketStartNs + us * 1'000;
    event.receive_ts_ns = event.exchange_ts_ns;
    event.price = price;
    event.quantity = 1;
    event.notional_usd = price;
    return event;
}

// Storms of liquidations among a hundred times as many small trades and best bids.
std::vector<MarketEvent> burst() {
    std::vector<MarketEvent> events;
    for (const MarketEvent& event : market_of(120, 4)) {
        events.push_back(event);
        for (std::int64_t i = 0; event.kind != kTickEvent && i < 100; ++i) {
            const std::int64_t us = (event.exchange_ts_ns - kMarketStartNs) / 1'000 + i;
            events.push_back(small_trade_at(event.instrument, us, 100));
            MarketEvent bid = small_trade_at(event.instrument, us, 99);
            bid.kind = PETREL_EVENT_BEST_BID;
            bid.side = PETREL_SIDE_NONE;
            events.push_back(bid);
        }
    }
    return events;
}

struct Outcome {
    std::vector<std::string> lines;
    std::vector<std::string> admitted;
    std::vector<MarketEvent> fed;
    LaneSnapshot snapshot;
};

class Lag : public ::testing::Test {
protected:
    // `late_start`: the shard begins to work when everything has come.
    Outcome run(std::span<const MarketEvent> events, bool own_thread, bool late_start) {
        Market market(setup_, {"BTC", "SOL", "AVAX", "DOGE"});
        Ear ear;
        Outcome outcome;
        LaneOptions options;
        options.own_thread = own_thread;
        options.queue_capacity = 1'024;
        options.backlog_capacity = 8'192;
        options.shard = shard_options(setup_.config);
        options.record = [&outcome](std::span<const MarketEvent> fed) {
            outcome.fed.insert(outcome.fed.end(), fed.begin(), fed.end());
        };
        ShardLane lane(options, std::move(make_detectors(setup_)).value(), market.registry, ear);
        lane.use_rules(*load_rules(setup_.config));
        if (!late_start) {
            lane.start();
        }
        for (std::size_t at = 0; at < events.size(); at += 7) {
            lane.feed(events.subspan(at, std::min<std::size_t>(7, events.size() - at)));
        }
        if (late_start) {
            lane.start();
        }
        lane.stop();
        outcome.lines = ear.sorted();
        outcome.admitted = ear.ids(SignalChange::Admitted);
        outcome.snapshot = lane.snapshot();
        return outcome;
    }

    PluginSetup setup_ = product_setup();
};

std::uint64_t count_of(std::span<const MarketEvent> events, std::uint8_t kind) {
    std::uint64_t count = 0;
    for (const MarketEvent& event : events) {
        count += event.kind == kind ? event.count : 0;
    }
    return count;
}

TEST_F(Lag, a_shard_that_lags_finds_what_it_would_have_found) {
    const std::vector<MarketEvent> events = burst();
    const Outcome prompt = run(events, false, false);
    const Outcome lagging = run(events, true, true);
    ASSERT_THAT(prompt.admitted, Not(IsEmpty()));
    EXPECT_EQ(lagging.admitted, prompt.admitted);
    EXPECT_EQ(count_of(lagging.fed, PETREL_EVENT_TRADE), count_of(events, PETREL_EVENT_TRADE));
    EXPECT_EQ(count_of(lagging.fed, PETREL_EVENT_LIQUIDATION),
              count_of(events, PETREL_EVENT_LIQUIDATION));
    EXPECT_LT(lagging.fed.size(), events.size() / 10) << "told shorter";
    const BacklogFigures& figures = lagging.snapshot.backlog;
    EXPECT_EQ(events.size() - lagging.fed.size(),
              figures.merged_trades + figures.conflated[PETREL_EVENT_BEST_BID]);
    EXPECT_EQ(prompt.fed.size(), events.size()) << "one that keeps up is told everything";
}

TEST_F(Lag, the_record_makes_the_same_signals) {
    const Outcome lagging = run(burst(), true, true);
    const Outcome replayed = run(lagging.fed, false, false);
    ASSERT_THAT(lagging.lines, Not(IsEmpty()));
    EXPECT_EQ(replayed.lines, lagging.lines);
}

}  // namespace
}  // namespace petrel::core
