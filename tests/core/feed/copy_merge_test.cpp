// Order over several sockets: a new one may be ahead of one that lags.
#include "feed/copy_merge.hpp"

#include <gmock/gmock.h>

#include "petrel/abi/market_event.h"

namespace petrel::core::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kMs = 1'000'000;

class CopyMergeTest : public ::testing::Test {
protected:
    using Ids = std::vector<std::uint64_t>;

    static MarketEvent trade(std::uint64_t id, std::int64_t at_ms, std::uint32_t instrument = 0) {
        MarketEvent event{};
        event.kind = PETREL_EVENT_TRADE;
        event.side = PETREL_SIDE_BUY;
        event.instrument = instrument;
        event.id = id;
        event.price = 100;
        event.quantity = 1;
        event.exchange_ts_ns = static_cast<std::int64_t>(1'000'000 + id);
        event.receive_ts_ns = at_ms * kMs;
        return event;
    }
    // Ids of what goes on when this socket brings these.
    Ids brings(std::uint32_t lane, const std::vector<MarketEvent>& events) {
        out_.clear();
        merge_.take(events, lane, out_);
        return ids();
    }
    Ids due(std::int64_t at_ms) {
        out_.clear();
        merge_.release_due(at_ms * kMs, out_);
        return ids();
    }
    [[nodiscard]] Ids ids() const {
        Ids all;
        for (const MarketEvent& event : out_) {
            all.push_back(event.id);
        }
        return all;
    }
    // Socket 0 was alone and has brought trade 1; socket 1 has just opened.
    void SetUp() override {
        merge_.join(0);
        EXPECT_THAT(brings(0, {trade(1, 0)}), ElementsAre(1));
        merge_.join(1);
    }

    CopyMerge merge_;
    std::vector<MarketEvent> out_;
};

TEST_F(CopyMergeTest, a_new_socket_that_is_ahead_waits_for_the_one_that_lags) {
    EXPECT_THAT(brings(1, {trade(4, 10)}), IsEmpty());
    EXPECT_THAT(brings(1, {trade(5, 11)}), IsEmpty());
    EXPECT_THAT(brings(0, {trade(2, 12), trade(3, 13)}), ElementsAre(2, 3));
    EXPECT_THAT(brings(0, {trade(4, 14)}), ElementsAre(4, 5)) << "nothing lies between";
    EXPECT_THAT(brings(0, {trade(5, 15)}), IsEmpty());
    EXPECT_THAT(brings(1, {trade(6, 16)}), ElementsAre(6)) << "it is in step now";
    EXPECT_FALSE(merge_.holds());
}

TEST_F(CopyMergeTest, a_new_socket_that_is_behind_is_in_step_with_its_first_copy) {
    EXPECT_THAT(brings(0, {trade(2, 10), trade(3, 10)}), ElementsAre(2, 3));
    EXPECT_THAT(brings(1, {trade(3, 11)}), IsEmpty());
    EXPECT_THAT(brings(1, {trade(4, 12)}), ElementsAre(4));
}

TEST_F(CopyMergeTest, waits_half_a_second_at_most) {
    EXPECT_THAT(brings(1, {trade(4, 10)}), IsEmpty());
    EXPECT_THAT(due(500), IsEmpty());
    EXPECT_THAT(due(511), ElementsAre(4));
    EXPECT_THAT(brings(1, {trade(5, 512)}), ElementsAre(5));
    EXPECT_THAT(brings(0, {trade(2, 600)}), ElementsAre(2)) << "late, but not lost";
}

TEST_F(CopyMergeTest, a_frame_of_another_symbol_ends_the_wait_too) {
    EXPECT_THAT(brings(1, {trade(4, 10)}), IsEmpty());
    EXPECT_THAT(brings(0, {trade(77, 600, 3)}), ElementsAre(4, 77));
}

TEST_F(CopyMergeTest, each_symbol_waits_for_itself) {
    EXPECT_THAT(brings(0, {trade(50, 5, 2)}), ElementsAre(50));
    EXPECT_THAT(brings(1, {trade(4, 10), trade(50, 10, 2), trade(51, 10, 2)}), ElementsAre(51));
}

TEST_F(CopyMergeTest, nobody_is_waited_for_when_the_other_socket_ends) {
    EXPECT_THAT(brings(1, {trade(4, 10)}), IsEmpty());
    merge_.leave(0);
    EXPECT_THAT(due(11), ElementsAre(4));
    EXPECT_THAT(brings(1, {trade(5, 12)}), ElementsAre(5));
}

TEST_F(CopyMergeTest, what_a_socket_brought_before_it_ended_goes_on) {
    EXPECT_THAT(brings(1, {trade(4, 10)}), IsEmpty());
    merge_.leave(1);
    EXPECT_TRUE(merge_.holds());
    EXPECT_THAT(brings(0, {trade(5, 11)}), ElementsAre(4, 5));
}

TEST_F(CopyMergeTest, a_socket_alone_waits_for_nobody) {
    merge_.leave(0);
    merge_.leave(1);
    merge_.join(1);
    EXPECT_THAT(brings(1, {trade(9, 20)}), ElementsAre(9));
}

TEST_F(CopyMergeTest, a_burst_beyond_the_bound_goes_on_at_once) {
    std::vector<MarketEvent> burst;
    for (std::uint64_t id = 2; id < 2 + CopyMerge::kHeldMax; ++id) {
        burst.push_back(trade(id, 10));
    }
    EXPECT_THAT(brings(1, burst), IsEmpty());
    EXPECT_EQ(brings(1, {trade(90'000, 11)}).size(), CopyMerge::kHeldMax + 1);
}

TEST_F(CopyMergeTest, states_are_not_held) {
    MarketEvent mark{};
    mark.kind = PETREL_EVENT_MARK_PRICE;
    mark.price = 5;
    mark.exchange_ts_ns = 8;
    mark.id = 8;
    EXPECT_THAT(brings(1, {mark}), ElementsAre(8));
}

}  // namespace
}  // namespace petrel::core::test
