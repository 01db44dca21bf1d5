// Open interest that falls while liquidations are silent; by hand, in seconds.
#include "feed/interest_drain.hpp"

#include <gtest/gtest.h>

#include "feed/stream_watch.hpp"

namespace petrel::core::test {
namespace {

constexpr std::int64_t kBegin = 1'794'000'000 * kNsPerSecond;
constexpr std::uint32_t kBtc = 4;

MarketEvent event_at(EventKind kind, std::int64_t s, double quantity) {
    MarketEvent event{};
    event.kind = static_cast<std::uint8_t>(kind);
    event.instrument = kBtc;
    event.quantity = quantity;
    event.receive_ts_ns = kBegin + s * kNsPerSecond;
    event.exchange_ts_ns = event.receive_ts_ns;
    return event;
}

class Drain : public testing::Test {
protected:
    void interest(std::int64_t s, double quantity) {
        drain_.saw(event_at(EventKind::OpenInterest, s, quantity));
    }
    void liquidation(std::int64_t s) { drain_.saw(event_at(EventKind::Liquidation, s, 1)); }
    [[nodiscard]] bool drained(std::int64_t s) const {
        return drain_.drained(kBtc, kBegin + s * kNsPerSecond);
    }
    InterestDrain drain_;
};

TEST_F(Drain, three_percent_within_five_minutes_count_and_less_does_not) {
    interest(0, 10'000);
    interest(60, 9'701);
    EXPECT_FALSE(drained(60));
    interest(120, 9'699);
    EXPECT_TRUE(drained(120));
}

TEST_F(Drain, slow_fall_does_not_count) {
    for (std::int64_t s = 0; s <= 3'600; s += 15) {
        interest(s, 10'000 * (1 - 0.2 * static_cast<double>(s) / 3'600));  // 1.7 % in five minutes
        EXPECT_FALSE(drained(s)) << s;
    }
}

TEST_F(Drain, a_liquidation_explains_what_fell_before_it) {
    interest(0, 10'000);
    liquidation(30);
    interest(60, 9'000);
    EXPECT_FALSE(drained(60));
    interest(120, 8'700);
    EXPECT_TRUE(drained(120)) << "what falls after it is not explained";
}

TEST_F(Drain, the_fall_is_forgotten_when_it_is_over) {
    interest(0, 10'000);
    interest(60, 9'000);
    EXPECT_TRUE(drained(60));
    EXPECT_TRUE(drained(300));
    EXPECT_FALSE(drained(361));
}

TEST_F(Drain, a_stream_of_liquidations_is_suspect_while_it_lasts_and_quiet_afterwards) {
    SymbolPulse pulse;
    StreamWatch watch({{kBtc, PETREL_KIND_BIT(PETREL_EVENT_LIQUIDATION), 0, "liq"}}, pulse, {},
                      &drain_);
    watch.opened(1);
    std::vector<StreamRemedy> remedies;
    const auto look = [&](std::int64_t s) {
        for (const StreamStep& step : watch.look(s * kNsPerSecond, kBegin + s * kNsPerSecond)) {
            remedies.push_back(step.remedy);
        }
        return watch.state(0);
    };
    interest(0, 10'000);
    EXPECT_EQ(look(1), StreamState::Pending);
    EXPECT_EQ(look(2), StreamState::Pending);
    interest(3, 9'000);
    EXPECT_EQ(look(4), StreamState::Suspect);
    ASSERT_FALSE(remedies.empty());
    EXPECT_EQ(remedies.front(), StreamRemedy::Resubscribe);
    EXPECT_NE(watch.worst(1).at(0).why.find("open interest falls"), std::string::npos);
    for (std::int64_t s = 5; s < 400; ++s) {
        look(s);
    }
    EXPECT_EQ(look(400), StreamState::Pending) << "it fell, and then it did not";
}

}  // namespace
}  // namespace petrel::core::test
