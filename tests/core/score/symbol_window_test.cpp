// What rules are told of a symbol's windows, against hand-computed figures.
#include "score/symbol_window.hpp"

#include <gtest/gtest.h>

namespace petrel::core {
namespace {

constexpr std::int64_t kStart = 1'765'419'500 * kNsPerSecond;

class Venues final : public VenueNames {
public:
    [[nodiscard]] std::string_view venue(std::uint16_t venue) const override {
        return venue == 0 ? "alpha" : "beta";
    }
};

class Asked : public ::testing::Test {
protected:
    void add(std::uint8_t kind, std::uint8_t side, double second, double usd) {
        MarketEvent event{};
        event.kind = kind;
        event.side = side;
        event.venue = venue_;
        event.flags = flags_;
        event.count = 1;
        event.exchange_ts_ns = kStart + static_cast<std::int64_t>(second * 1e9);
        event.price = price_;
        event.notional_usd = usd;
        event.quantity = usd / price_;
        window_.add(event);
    }
    void buy(double second, double usd) { add(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, second, usd); }
    void sell(double second, double usd) { add(PETREL_EVENT_TRADE, PETREL_SIDE_SELL, second, usd); }

    RuleNumbers ask(std::string_view question) {
        const Result<RuleQuestion> read = read_question(question);
        EXPECT_TRUE(read.ok()) << question;
        return read.ok() ? SymbolWindow(window_, &names_).answer(*read) : RuleNumbers{-1, -1, -1};
    }

    Window window_{WindowShape{}, 1e9};
    Venues names_;
    std::uint16_t venue_ = 0;
    std::uint16_t flags_ = 0;
    double price_ = 100;
};

using Numbers = RuleNumbers;

TEST_F(Asked, flows_have_two_sides_and_a_count) {
    buy(0.5, 700);
    buy(5.5, 300);
    sell(9.5, 200);
    EXPECT_EQ(ask("flow trade 30"), (Numbers{1'000, 200, 3}));
    EXPECT_EQ(ask("flow trade 9"), (Numbers{300, 200, 2})) << "the second where it begins is out";
    EXPECT_EQ(ask("flow trade 86400"), (Numbers{1'000, 200, 3})) << "cut to what is kept";
    EXPECT_EQ(ask("flow liquidation 30"), Numbers{});
    EXPECT_DOUBLE_EQ(ask("dominance trade 30")[0], 1'000.0 / 1'200);
    EXPECT_DOUBLE_EQ(ask("dominance trade 9")[0], 0.6);
    EXPECT_EQ(ask("dominance liquidation 9")[0], 0);
}

TEST_F(Asked, liquidations_are_exact_to_the_millisecond) {
    add(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 0.2, 700);
    add(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_SHORT, 1.5, 50);
    EXPECT_EQ(ask("flow liquidation 1.301"), (Numbers{700, 50, 2}));
    EXPECT_EQ(ask("flow liquidation 1.3"), (Numbers{0, 50, 1}));
}

TEST_F(Asked, venues_are_asked_by_name) {
    buy(0.5, 700);
    venue_ = 1;
    price_ = 50;
    sell(1.5, 100);
    EXPECT_EQ(ask("flow trade 30 alpha"), (Numbers{700, 0, 1}));
    EXPECT_EQ(ask("flow trade 30 beta"), (Numbers{0, 100, 1}));
    EXPECT_EQ(ask("flow trade 30 gamma"), Numbers{}) << "no such venue: nothing was seen";
    EXPECT_EQ(ask("venues trade 30")[0], 2);
    EXPECT_EQ(ask("venues trade 1")[0], 1);
    // 800 USD for 7 + 2 coins.
    EXPECT_DOUBLE_EQ(ask("vwap trade 30")[0], 800.0 / 9);
    EXPECT_DOUBLE_EQ(ask("vwap trade 30 beta")[0], 50);
    EXPECT_EQ(ask("vwap liquidation 30")[0], 0);
}

TEST_F(Asked, coverage_is_of_the_whole_span_that_was_asked) {
    buy(0, 1);
    buy(30, 1);
    EXPECT_DOUBLE_EQ(ask("coverage trade 60")[0], 0.5);
    EXPECT_DOUBLE_EQ(ask("coverage trade 20")[0], 1);
    buy(400, 1);
    EXPECT_DOUBLE_EQ(ask("coverage trade 300")[0], 1);
    EXPECT_DOUBLE_EQ(ask("coverage trade 3000")[0], 0.1) << "300 of 3,000 s are kept";
    window_.set_blind(0, PETREL_EVENT_TRADE,
                      {1, kStart + 350 * kNsPerSecond, kStart + 375 * kNsPerSecond, false});
    EXPECT_DOUBLE_EQ(ask("coverage trade 100")[0], 0.75);
    EXPECT_DOUBLE_EQ(ask("coverage liquidation 100")[0], 1);
}

TEST_F(Asked, a_sample_says_so) {
    flags_ = PETREL_FLAG_SAMPLED;
    add(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 0, 700);
    flags_ = 0;
    buy(20, 5);
    EXPECT_EQ(ask("sampled liquidation 30")[0], 1);
    EXPECT_EQ(ask("sampled liquidation 10")[0], 0);
    EXPECT_EQ(ask("sampled trade 30")[0], 0);
}

TEST_F(Asked, prices_and_ranks_come_from_the_same_windows) {
    for (int second = 0; second <= 40; ++second) {
        price_ = second < 40 ? 100 : 102;
        buy(second + 0.5, second < 40 ? 10 : 11);
    }
    EXPECT_NEAR(ask("return_pct 10")[0], 2, 1e-9);
    EXPECT_EQ(ask("volatility_pct 20")[0], 0) << "the second that moved goes on";
    // Forty seconds after the first: 31 earlier sums of five seconds, all of 50; now it is 51.
    EXPECT_EQ(ask("percentile trade 5"), (Numbers{100, 31}));
    EXPECT_EQ(ask("percentile trade 5 alpha"), (Numbers{100, 31}));
    EXPECT_EQ(ask("percentile liquidation 5"), (Numbers{50, 31})) << "nothing, as ever";
    EXPECT_EQ(ask("open_interest_change_pct 60")[0], 0);
}

TEST_F(Asked, the_venue_that_moves_first_leads) {
    std::uint32_t chance = 7;
    double before = 100;
    for (int second = 0; second < 60; ++second) {
        chance = chance * 1'664'525U + 1'013'904'223U;
        const double price = 100 + static_cast<double>(chance >> 16) / 65'536.0;
        venue_ = 0;
        price_ = price;
        buy(second + 0.3, 10);
        venue_ = 1;
        price_ = before;  // what the other one did a second ago
        buy(second + 0.6, 10);
        before = price;
    }
    const Numbers forth = ask("correlation 60 alpha beta");
    EXPECT_EQ(forth[1], 1);
    EXPECT_GT(forth[2], 0.9);
    EXPECT_LT(forth[0], 0.5);
    const Numbers back = ask("correlation 60 beta alpha");
    EXPECT_EQ(back[1], -1);
    EXPECT_DOUBLE_EQ(back[2], forth[2]);
    EXPECT_EQ(ask("correlation 60 alpha gamma"), Numbers{});
    EXPECT_EQ(ask("correlation 5 alpha beta"), Numbers{}) << "five seconds are too few";
}

}  // namespace
}  // namespace petrel::core
