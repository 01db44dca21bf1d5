// When a story begins and ends, and what the windows held at an event in the middle of a batch.
#include "petrel/story.hpp"

#include <gtest/gtest.h>

#include "petrel/testing/event_builder.hpp"
#include "petrel/testing/fake_windows.hpp"

namespace petrel {
namespace {

using testing::liquidation;
using testing::trade;

constexpr std::uint32_t kWindowMs = 30'000;

std::int64_t ns(std::int64_t ms) { return testing::FakeClock::kStartNs + ms * kNsPerMs; }

TEST(Story, begins_once_and_goes_on) {
    Story story;
    EXPECT_EQ(story.holds_at(ns(10), kWindowMs), PETREL_PHASE_ONSET);
    EXPECT_EQ(story.holds_at(ns(20), kWindowMs), PETREL_PHASE_UPDATE);
    EXPECT_EQ(story.onset_ns(), ns(10));
}

TEST(Story, ends_by_word_and_begins_anew) {
    Story story;
    (void)story.holds_at(ns(10), kWindowMs);
    story.end();
    EXPECT_EQ(story.holds_at(ns(20), kWindowMs), PETREL_PHASE_ONSET);
    EXPECT_EQ(story.onset_ns(), ns(20));
}

TEST(Story, ends_when_nothing_came_for_longer_than_the_window) {
    Story story;
    (void)story.holds_at(ns(0), kWindowMs);
    EXPECT_EQ(story.holds_at(ns(30'000), kWindowMs), PETREL_PHASE_UPDATE);
    EXPECT_EQ(story.holds_at(ns(60'001), kWindowMs), PETREL_PHASE_ONSET);
    EXPECT_EQ(story.onset_ns(), ns(60'001));
}

TEST(Story, late_event_goes_on_without_shortening_it) {
    Story story;
    (void)story.holds_at(ns(20'000), kWindowMs);
    EXPECT_EQ(story.holds_at(ns(5'000), kWindowMs), PETREL_PHASE_UPDATE);
    EXPECT_EQ(story.holds_at(ns(50'000), kWindowMs), PETREL_PHASE_UPDATE);
    EXPECT_EQ(story.onset_ns(), ns(20'000));
}

class SumAt : public ::testing::Test {
protected:
    void hold(const std::vector<MarketEvent>& events) {
        events_ = events;
        for (const MarketEvent& event : events_) {
            windows_.add(0, event);
        }
        raw_.size = sizeof(raw_);
        raw_.count = static_cast<std::uint32_t>(events_.size());
        raw_.stride = sizeof(MarketEvent);
        raw_.now_ns = windows_.now_ns();
        raw_.events = events_.data();
    }
    [[nodiscard]] petrel_window_sum at(std::uint32_t index, const WindowQuery& query) const {
        return sum_at(EventBatch(&raw_), index, WindowView(windows_.raw()), query);
    }

    std::vector<MarketEvent> events_;
    testing::FakeWindows windows_;
    petrel_batch raw_{};
};

TEST_F(SumAt, leaves_out_what_came_later_in_the_batch) {
    hold({liquidation(Side::Long).usd(1'000).price(10).at_ms(0),
          liquidation(Side::Short).usd(500).price(5).at_ms(1),
          liquidation(Side::Long).usd(70).price(7).at_ms(2)});
    const WindowQuery query{EventKind::Liquidation, kWindowMs};
    const petrel_window_sum first = at(0, query);
    EXPECT_EQ(first.first_count, 1U);
    EXPECT_EQ(first.first_notional_usd, 1'000);
    EXPECT_EQ(first.first_quantity, 100);
    EXPECT_EQ(first.second_count, 0U);
    const petrel_window_sum middle = at(1, query);
    EXPECT_EQ(middle.first_notional_usd, 1'000);
    EXPECT_EQ(middle.second_quantity, 100);
    EXPECT_EQ(at(2, query).first_notional_usd, 1'070);
}

TEST_F(SumAt, takes_off_only_what_the_query_covers) {
    hold({trade(Side::Buy).usd(100).at_ms(40'000), liquidation(Side::Long).usd(100).at_ms(40'000),
          trade(Side::Buy).usd(9).at_ms(40'000), trade(Side::Buy).usd(100).at_ms(5'000),
          trade(Side::Buy).usd(100).venue(2).at_ms(40'000)});
    EXPECT_EQ(at(0, {EventKind::Trade, kWindowMs, 10, 0}).first_notional_usd, 100);
    EXPECT_EQ(at(0, {EventKind::Trade, kWindowMs, 10}).first_notional_usd, 100);
    EXPECT_EQ(at(4, {EventKind::Trade, kWindowMs, 10}).first_notional_usd, 200);
}

TEST(Evidence, starts_with_the_event_and_keeps_its_side) {
    std::vector<MarketEvent> listed{
        trade(Side::Buy).id(5).at_ms(5), trade(Side::Buy).id(4).at_ms(4),
        trade(Side::Sell).id(3).at_ms(3), trade(Side::Buy).id(2).at_ms(2)};
    const MarketEvent own = listed[1];
    const auto evidence = evidence_at(own, PETREL_SIDE_BUY, listed);
    ASSERT_EQ(evidence.size(), 2U);
    EXPECT_EQ(evidence[0].id, 4U);
    EXPECT_EQ(evidence[1].id, 2U);
}

TEST(Evidence, of_an_event_that_is_not_listed_is_what_is_older) {
    std::vector<MarketEvent> listed{trade(Side::Buy).id(5).at_ms(5),
                                    trade(Side::Buy).id(2).at_ms(2)};
    const auto evidence = evidence_at(trade(Side::Buy).id(9).at_ms(4), PETREL_SIDE_BUY, listed);
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].id, 2U);
}

TEST(SideSum, mean_price_is_weighted_and_falls_back_without_quantities) {
    EXPECT_EQ((SideSum{2, 3'000, 40}).mean_price(1), 75);
    EXPECT_EQ((SideSum{2, 3'000, 0}).mean_price(1), 1);
}

TEST(SideSum, dominance_is_the_share_of_the_larger_side) {
    petrel_window_sum sum{};
    EXPECT_EQ(dominance_of(sum), 0);
    sum.first_notional_usd = 1;
    sum.second_notional_usd = 3;
    EXPECT_EQ(dominance_of(sum), 0.75);
}

}  // namespace
}  // namespace petrel
