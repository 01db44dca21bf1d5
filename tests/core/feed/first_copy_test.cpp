// Copies of events over several sockets: nothing lost, nothing twice, the first one known.
#include "feed/first_copy.hpp"

#include <gtest/gtest.h>

#include "petrel/abi/market_event.h"

namespace petrel::core::test {
namespace {

MarketEvent trade(std::uint64_t id, std::int64_t receive_ts_ns = 0) {
    MarketEvent event{};
    event.kind = PETREL_EVENT_TRADE;
    event.side = PETREL_SIDE_BUY;
    event.id = id;
    event.price = 100;
    event.quantity = 1;
    event.exchange_ts_ns = static_cast<std::int64_t>(1'000'000 + id);
    event.receive_ts_ns = receive_ts_ns;
    return event;
}

MarketEvent liquidation(double quantity) {
    MarketEvent event = trade(0);
    event.kind = PETREL_EVENT_LIQUIDATION;
    event.quantity = quantity;
    return event;
}

MarketEvent mark(double price, std::int64_t exchange_ts_ns) {
    MarketEvent event{};
    event.kind = PETREL_EVENT_MARK_PRICE;
    event.price = price;
    event.exchange_ts_ns = exchange_ts_ns;
    return event;
}

TEST(FirstCopy, the_first_copy_passes_whoever_brings_it) {
    FirstCopy copies;
    EXPECT_TRUE(copies.passes(trade(1, 100), 0));
    EXPECT_FALSE(copies.passes(trade(1, 130), 2));
    EXPECT_TRUE(copies.passes(trade(2, 200), 2));
    EXPECT_FALSE(copies.passes(trade(2, 250), 0));
    EXPECT_FALSE(copies.passes(trade(2, 260), 2)) << "a venue that repeats itself";
    EXPECT_EQ(copies.figures(0).firsts, 1U);
    EXPECT_EQ(copies.figures(0).lead_ns, 30);
    EXPECT_EQ(copies.figures(2).lead_ns, 50);
    EXPECT_EQ(copies.figures(2).copies, 2U);
}

TEST(FirstCopy, a_socket_far_behind_adds_nothing) {
    FirstCopy copies;
    for (std::uint64_t id = 1; id <= 5'000; ++id) {
        ASSERT_TRUE(copies.passes(trade(id, static_cast<std::int64_t>(id)), 0));
    }
    for (std::uint64_t id = 1; id <= 5'000; ++id) {
        ASSERT_FALSE(copies.passes(trade(id, static_cast<std::int64_t>(9'000 + id)), 1)) << id;
    }
    EXPECT_TRUE(copies.passes(trade(5'001), 1));
}

TEST(FirstCopy, ids_of_other_instruments_kinds_and_times_are_others) {
    FirstCopy copies;
    EXPECT_TRUE(copies.passes(trade(7), 0));
    MarketEvent other = trade(7);
    other.instrument = 1;
    EXPECT_TRUE(copies.passes(other, 1));
    other = trade(7);
    other.kind = PETREL_EVENT_LIQUIDATION;
    EXPECT_TRUE(copies.passes(other, 1));
    other = trade(7);
    other.exchange_ts_ns += 1;  // ids that began anew
    EXPECT_TRUE(copies.passes(other, 1));
}

TEST(FirstCopy, equal_events_without_id_stay_as_many_as_one_socket_shows) {
    FirstCopy copies;
    EXPECT_TRUE(copies.passes(liquidation(5), 0));
    EXPECT_TRUE(copies.passes(liquidation(5), 0));
    EXPECT_FALSE(copies.passes(liquidation(5), 1));
    EXPECT_FALSE(copies.passes(liquidation(5), 1));
    EXPECT_TRUE(copies.passes(liquidation(5), 1)) << "a third one, first over the other socket";
    EXPECT_FALSE(copies.passes(liquidation(5), 0));
    EXPECT_TRUE(copies.passes(liquidation(6), 1));
}

TEST(FirstCopy, a_state_that_another_socket_has_overtaken_does_not_pass) {
    FirstCopy copies;
    EXPECT_TRUE(copies.passes(mark(100, 1'000), 0));
    EXPECT_TRUE(copies.passes(mark(101, 2'000), 0));
    EXPECT_FALSE(copies.passes(mark(100, 1'000), 1));
    EXPECT_FALSE(copies.passes(mark(99, 1'500), 1)) << "older than what is known";
    EXPECT_TRUE(copies.passes(mark(102, 3'000), 1));
    EXPECT_FALSE(copies.passes(mark(102, 3'000), 0));
    EXPECT_TRUE(copies.passes(mark(98, 2'900), 1)) << "the order of one socket is the venue's";
}

// A process holds hundreds of these memories, most of them for streams that say little.
TEST(FirstCopy, memory_grows_with_the_events_of_half_a_minute_and_no_further) {
    FirstCopy copies;
    EXPECT_LE(copies.bytes(), 16U << 10U);
    for (std::uint64_t id = 1; id <= 36'000; ++id) {  // an hour, ten a second
        copies.passes(trade(id, static_cast<std::int64_t>(id) * 100 * kNsPerMs), 0);
    }
    EXPECT_LE(copies.bytes(), 32U << 10U);
    for (std::uint64_t id = 100'001; id <= 200'000; ++id) {  // a second
        copies.passes(trade(id, 3'601 * kNsPerSecond + static_cast<std::int64_t>(id)), 0);
    }
    EXPECT_EQ(copies.bytes(), 1U << 20U);
    EXPECT_FALSE(copies.passes(trade(200'000, 3'602 * kNsPerSecond), 1));
}

TEST(FirstCopy, a_copy_of_half_a_minute_ago_is_known_whatever_came_since) {
    FirstCopy copies;
    constexpr std::uint64_t count = 20'000;
    const auto at = [](std::uint64_t id) {
        return static_cast<std::int64_t>(id) * (FirstCopy::kKeptNs - 1) /
               static_cast<std::int64_t>(count);
    };
    for (std::uint64_t id = 1; id <= count; ++id) {
        ASSERT_TRUE(copies.passes(trade(id, at(id)), static_cast<std::uint32_t>(id % 2)));
    }
    for (std::uint64_t id = 1; id <= count; ++id) {
        ASSERT_TRUE(copies.knows(trade(id))) << id;
        ASSERT_FALSE(copies.passes(trade(id, at(count)), static_cast<std::uint32_t>(2 + id % 2)))
            << id;
    }
    for (const std::uint32_t lane : {0U, 1U}) {
        EXPECT_EQ(copies.figures(lane).firsts, count / 2);
        EXPECT_EQ(copies.figures(lane).lead_count, count / 2) << "who was first is known, too";
    }
}

}  // namespace
}  // namespace petrel::core::test
