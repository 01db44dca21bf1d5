// The nine venues of venues/, read back by the adapters of the product through the plugin boundary:
// what an adapter makes of a venue's frames and replies is what the market made.
#include "venue_fixture.hpp"

namespace petrel::sim {
namespace {

TEST_P(VenueTest, subscriptions_are_granted_and_pings_answered) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    pass(1.1);
    drain();
    EXPECT_GE(notices(PETREL_NOTICE_ACK), host.connections()[0].streams.size() > 1 ? 2U : 1U);
    EXPECT_EQ(notices(PETREL_NOTICE_SUBSCRIBE_FAIL), 0U);
    if (!host.connections()[0].keepalive.empty()) {
        EXPECT_GE(notices(PETREL_NOTICE_PONG), 1U);
    }
}

TEST_P(VenueTest, unknown_contract_is_refused_as_the_venue_refuses) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    const Status planned = host.plan({known.unknown}, host.info().channels);
    ASSERT_TRUE(planned.ok()) << planned.message();
    FakeClient client(host.connections().back().path);
    open(known.venue, client);
    for (const std::string& frame : host.connections().back().frames) {
        say(known.venue, client, frame);
    }
    for (const std::string& frame : client.frames) {
        (void)host.frame(frame);
    }
    EXPECT_GE(notices(PETREL_NOTICE_SUBSCRIBE_FAIL), 1U);
}

TEST_P(VenueTest, known_trade_is_decoded_to_the_figures_computed_by_hand) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    burst("trade", "buy");
    pass(1.5);
    drain();
    const auto seen = live(PETREL_EVENT_TRADE);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].side, PETREL_SIDE_BUY);
    expect_close(seen[0].price, known.price, "price");
    expect_close(seen[0].quantity, known.quantity, "quantity");
    expect_close(seen[0].notional_usd, known.price * known.quantity, "notional");
    EXPECT_EQ(seen[0].exchange_ts_ns, trades().back().ts_ms * 1'000'000);
}

TEST_P(VenueTest, known_liquidation_is_decoded_to_the_side_of_its_position) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    if (known.liquidation_usd == 0.0) {
        EXPECT_EQ(
            post("/burst", join(R"({"kind":"liquidation","venue":")", venue_name(known.venue),
                                R"(","symbol":")", known.symbol, R"(","side":"long","usd":5000})"))
                .status,
            400U);
        return;
    }
    for (const auto& [side, expected] :
         {std::pair{"long", PETREL_SIDE_LONG}, std::pair{"short", PETREL_SIDE_SHORT}}) {
        host.forget_output();
        burst("liquidation", side);
        pass(1.5);
        drain();
        const auto seen = live(PETREL_EVENT_LIQUIDATION);
        ASSERT_EQ(seen.size(), 1U) << side;
        EXPECT_EQ(seen[0].side, expected);
        expect_close(seen[0].quantity, known.quantity, "quantity");
        expect_close(seen[0].notional_usd, known.liquidation_usd, "notional");
        EXPECT_EQ(live(PETREL_EVENT_TRADE).size(), marks_trades(known.venue) ? 1U : 0U);
    }
}

TEST_P(VenueTest, states_are_those_that_the_market_begins_with) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    if (known.mark == 0.0) {
        EXPECT_TRUE(live(PETREL_EVENT_MARK_PRICE).empty());
        return;
    }
    const auto marks = live(PETREL_EVENT_MARK_PRICE);
    const auto funding = live(PETREL_EVENT_FUNDING);
    const auto interest = live(PETREL_EVENT_OPEN_INTEREST);
    const auto bids = live(PETREL_EVENT_BEST_BID);
    ASSERT_FALSE(marks.empty() || funding.empty() || interest.empty() || bids.empty());
    expect_close(marks[0].price, known.mark, "mark price");
    EXPECT_DOUBLE_EQ(funding[0].price, known.funding);
    EXPECT_DOUBLE_EQ(funding[0].quantity, known.funding_hours);
    expect_close(interest[0].notional_usd, known.interest_usd, "open interest");
    expect_close(interest[0].quantity, known.interest_usd / known.mark, "open interest, base");
    expect_close(bids[0].price, known.price, "best bid");
    EXPECT_GT(bids[0].notional_usd, 0.0);
}

TEST_P(VenueTest, every_event_of_a_storm_is_decoded_to_what_was_made) {
    Options options = silent_options(known.symbol);
    options.events_per_s = 300.0;
    options.storm_after_s = 0.5;
    ASSERT_NO_FATAL_FAILURE(begin(options));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    const auto before = trades().size();
    pass(6.0);
    drain();
    const auto seen = live(PETREL_EVENT_TRADE);
    ASSERT_GT(seen.size(), 100U);
    ASSERT_GE(trades().size(), before + seen.size());
    for (std::size_t index = 0; index < seen.size(); ++index) {
        expect_same(seen[index], trades()[before + index], unit());
    }
    if (known.liquidation_usd > 0.0) {
        const auto killed = live(PETREL_EVENT_LIQUIDATION);
        EXPECT_GE(killed.size(), 5U);
        EXPECT_TRUE(std::ranges::any_of(
            killed, [](const auto& event) { return event.side == PETREL_SIDE_LONG; }));
    }
    EXPECT_FALSE(live(PETREL_EVENT_BEST_ASK).empty());
}

TEST_P(VenueTest, hole_is_filled_from_the_history_that_the_adapter_asks_for) {
    Options options = silent_options(known.symbol);
    options.events_per_s = 100.0;
    ASSERT_NO_FATAL_FAILURE(begin(options));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    pass(2.0);
    drain();
    const MarketEvent last_seen = trades().back();
    const auto seen_before = trades().size();
    pass(2.0);
    lose_frames();
    const auto lost_end = trades().size();
    pass(1.0);
    drain();
    ASSERT_GT(trades().size(), lost_end);
    const MarketEvent next_seen = trades()[lost_end];
    petrel_gap gap{};
    gap.instrument = host.handle_of(known.native);
    gap.kind = PETREL_EVENT_TRADE;
    gap.native = text_of(known.native);
    const bool counted = (live(PETREL_EVENT_TRADE).back().flags & PETREL_FLAG_ID_SEQUENCE) != 0;
    gap.first_id = counted ? last_seen.id + 1 : 0;
    gap.last_id = counted ? next_seen.id - 1 : 0;
    gap.from_ns = last_seen.ts_ms * 1'000'000;
    gap.to_ns = next_seen.ts_ms * 1'000'000;
    host.forget_output();
    ASSERT_TRUE(host.backfill(gap).ok());
    answer_requests();
    // By time the trades on either side come again; without a cursor there may be more.
    std::map<std::int64_t, double> told;
    for (const auto& event : host.events()) {
        EXPECT_NE(event.flags & PETREL_FLAG_LATE, 0);
        if (event.kind == PETREL_EVENT_TRADE) {
            told[event.exchange_ts_ns] += event.quantity;
        }
    }
    std::map<std::int64_t, double> lost;
    for (auto index = seen_before; index < lost_end; ++index) {
        const MarketEvent& trade = trades()[index];
        if (trade.ts_ms != last_seen.ts_ms && trade.ts_ms != next_seen.ts_ms) {
            lost[trade.ts_ms * 1'000'000] += trade.quantity * unit();
        }
    }
    ASSERT_GT(lost.size(), 20U);
    for (const auto& [at_ns, quantity] : lost) {
        EXPECT_NEAR(told[at_ns], quantity, quantity * 1e-8) << at_ns;
    }
}

TEST_P(VenueTest, ledger_tells_what_a_fault_of_one_channel_withheld) {
    Options options = silent_options(known.symbol);
    options.events_per_s = 100.0;
    ASSERT_NO_FATAL_FAILURE(begin(options));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    pass(1.0);
    const std::string channel = known.venue == Venue::Bitget     ? "trade"
                                : known.venue == Venue::Gate     ? "futures.trades"
                                : known.venue == Venue::Kraken   ? "trade"
                                : known.venue == Venue::Bitmex   ? "trade"
                                : known.venue == Venue::Coinbase ? "matches"
                                                                 : "trades";
    ASSERT_EQ(post("/fault", join(R"({"kind":"ack_only","venue":")", venue_name(known.venue),
                                  R"(","channel":")", channel, R"(","symbol":")", known.native,
                                  R"(","for_s":1})"))
                  .status,
              200U);
    const auto before = trades().back();
    pass(3.0);
    const auto& holes = world->hub(known.venue).ledger()->holes();
    ASSERT_FALSE(holes.empty());
    const Hole& hole = holes.front();
    EXPECT_EQ(hole.kind, EventKind::Trade);
    EXPECT_EQ(hole.reason, "ack_only");
    EXPECT_EQ(hole.last_id - hole.first_id + 1, hole.events);
    EXPECT_GT(hole.events, 5U);
    EXPECT_GE(hole.from_ms, before.ts_ms - 200);
    EXPECT_NEAR(static_cast<double>(hole.to_ms - hole.from_ms), 1000.0, 400.0);
    EXPECT_TRUE(
        std::ranges::all_of(holes, [](const Hole& any) { return any.kind != EventKind::Book; }));
}

INSTANTIATE_TEST_SUITE_P(AllContracts, VenueTest, ::testing::ValuesIn(kKnown), [](const auto& row) {
    return join(venue_name(row.param.venue), '_', row.param.symbol);
});

}  // namespace
}  // namespace petrel::sim
