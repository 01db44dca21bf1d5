// Liquidations that a client missed, told again over REST: the adapter's request is answered with
// what the socket would have told, and what it did tell is known again.
#include <set>
#include <tuple>

#include "venue_fixture.hpp"

namespace petrel::sim {
namespace {

// What stage 2 of the product takes for the same event.
using Same = std::tuple<std::uint64_t, std::int64_t, double, double, std::uint8_t>;

Same same_of(const petrel::MarketEvent& event) {
    return event.id != 0 ? Same{event.id, 0, 0, 0, 0}
                         : Same{0, event.exchange_ts_ns, event.price, event.quantity, event.side};
}

class VenueLiquidations : public VenueTest {
protected:
    // One of each, so that they differ, with a second between: some venues tell them by the second.
    void make(int first, int count) {
        for (int i = first; i < first + count; ++i) {
            const auto made =
                post("/burst",
                     join(R"({"kind":"liquidation","venue":")", venue_name(known.venue),
                          R"(","symbol":")", known.symbol, R"(","side":")",
                          i % 2 == 0 ? "long" : "short", R"(","usd":)", 20'000 * (i + 1), '}'));
            ASSERT_EQ(made.status, 200U) << made.body;
            pass(1.0);
        }
    }
    std::vector<petrel::MarketEvent> told(bool late) const {
        std::vector<petrel::MarketEvent> found;
        for (const auto& event : host.events()) {
            if (event.kind == PETREL_EVENT_LIQUIDATION &&
                ((event.flags & PETREL_FLAG_LATE) != 0) == late) {
                found.push_back(event);
            }
        }
        return found;
    }
};

TEST_P(VenueLiquidations, hole_is_filled_and_what_was_told_is_known_again) {
    ASSERT_NO_FATAL_FAILURE(begin(silent_options(known.symbol)));
    ASSERT_NO_FATAL_FAILURE(subscribe(known.native));
    ASSERT_NO_FATAL_FAILURE(make(0, 3));
    pass(1.0);
    drain();
    const auto before = told(false);
    ASSERT_EQ(before.size(), 3U);
    ASSERT_NO_FATAL_FAILURE(make(3, 5));
    pass(1.0);
    lose_frames();
    ASSERT_NO_FATAL_FAILURE(make(8, 2));
    pass(1.0);
    drain();
    const auto seen = told(false);
    ASSERT_EQ(seen.size(), 5U);

    petrel_gap gap{};
    gap.instrument = host.handle_of(known.native);
    gap.kind = PETREL_EVENT_LIQUIDATION;
    gap.native = text_of(known.native);
    gap.from_ns = before.back().exchange_ts_ns;
    gap.to_ns = seen[3].exchange_ts_ns;
    host.forget_output();
    ASSERT_TRUE(host.backfill(gap).ok());
    answer_requests();
    std::set<Same> known_before;
    for (const auto& event : seen) {
        known_before.insert(same_of(event));
    }
    std::vector<double> missed_usd;
    std::size_t again = 0;
    for (const auto& event : told(true)) {
        if (event.exchange_ts_ns < gap.from_ns || event.exchange_ts_ns > gap.to_ns) {
            continue;
        }
        if (known_before.contains(same_of(event))) {
            ++again;
            continue;
        }
        const std::size_t number = missed_usd.size() + 3;
        EXPECT_EQ(event.side, number % 2 == 0 ? PETREL_SIDE_LONG : PETREL_SIDE_SHORT);
        EXPECT_EQ(event.instrument, gap.instrument);
        missed_usd.push_back(event.notional_usd);
    }
    EXPECT_GE(again, 1U) << "those in which the hole begins or ends are told, too";
    ASSERT_EQ(missed_usd.size(), 5U);
    for (std::size_t i = 0; i < missed_usd.size(); ++i) {  // sizes are whole steps
        const double usd = 20'000.0 * static_cast<double>(i + 4);
        EXPECT_NEAR(missed_usd[i], usd, 1'000.0);
    }
}

std::vector<Known> filled() {
    std::vector<Known> rows;
    for (const Known& row : kKnown) {
        if (row.venue == Venue::Okx || row.venue == Venue::Bitget || row.venue == Venue::Gate) {
            rows.push_back(row);
        }
    }
    return rows;
}

INSTANTIATE_TEST_SUITE_P(Filled, VenueLiquidations, ::testing::ValuesIn(filled()),
                         [](const auto& row) {
                             return join(venue_name(row.param.venue), '_', row.param.symbol);
                         });

}  // namespace
}  // namespace petrel::sim
