// The ring of totals against hand-computed cases and against a plain list of events.
#include "window/bucket_ring.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kStart = 1'765'419'500;  // seconds
constexpr std::uint32_t kBuckets = 60;

FlowSum amount_of(Flow side, std::int64_t e4) {
    FlowSum amount;
    // Quantities of a few binary places, so that sums of them are exact in any order.
    const double quantity = static_cast<double>(e4 % 4'096) / 64.0;
    if (side == Flow::First) {
        amount = {e4, 0, quantity, 0, 1, 0};
    } else {
        amount = {0, e4, 0, quantity, 0, 1};
    }
    return amount;
}

bool add(BucketRing& ring, std::int64_t second, std::int64_t e4, Flow side = Flow::First) {
    return ring.add((kStart + second) * kNsPerSecond, side, amount_of(side, e4));
}

std::int64_t first_e4(const BucketRing& ring, std::int64_t now, std::int64_t horizon) {
    return ring.sum((kStart + now) * kNsPerSecond, horizon * kNsPerSecond).first_e4;
}

BucketRing make_ring() { return BucketRing(kBuckets, kNsPerSecond); }

void expect_equal(const FlowSum& sum, const FlowSum& expected) {
    EXPECT_EQ(sum.first_e4, expected.first_e4);
    EXPECT_EQ(sum.second_e4, expected.second_e4);
    EXPECT_EQ(sum.first_quantity, expected.first_quantity);
    EXPECT_EQ(sum.second_quantity, expected.second_quantity);
    EXPECT_EQ(sum.first_count, expected.first_count);
    EXPECT_EQ(sum.second_count, expected.second_count);
}

TEST(BucketRing, an_empty_ring_sums_to_nothing) {
    expect_equal(make_ring().sum(kStart * kNsPerSecond, kNsPerSecond), FlowSum{});
}

TEST(BucketRing, a_skipped_bucket_holds_what_the_one_before_it_held) {
    BucketRing ring = make_ring();
    add(ring, 0, 100);
    add(ring, 10, 7);
    EXPECT_EQ(first_e4(ring, 10, 10), 7);    // (0, 10]
    EXPECT_EQ(first_e4(ring, 10, 5), 7);     // begins in a bucket without an event
    EXPECT_EQ(first_e4(ring, 10, 11), 107);  // (-1, 10]
    EXPECT_EQ(first_e4(ring, 12, 2), 0);     // after the newest event
    EXPECT_EQ(first_e4(ring, 12, 3), 7);
}

TEST(BucketRing, a_gap_longer_than_the_ring_leaves_what_came_after_it) {
    BucketRing ring = make_ring();
    add(ring, 0, 100);
    add(ring, 1, 200);
    add(ring, 1'000, 30);
    EXPECT_EQ(first_e4(ring, 1'000, kBuckets), 30);
    add(ring, 1'001, 4);
    EXPECT_EQ(first_e4(ring, 1'001, 1), 4);
    EXPECT_EQ(first_e4(ring, 1'001, 2), 34);
    EXPECT_EQ(first_e4(ring, 1'001, kBuckets), 34);
}

TEST(BucketRing, a_late_event_lands_in_a_bucket_that_was_skipped) {
    BucketRing ring = make_ring();
    add(ring, 0, 100);
    add(ring, 20, 7);
    EXPECT_TRUE(add(ring, 5, 1'000));
    EXPECT_EQ(first_e4(ring, 20, 14), 7);      // (6, 20]
    EXPECT_EQ(first_e4(ring, 20, 15), 7);      // (5, 20]: its own bucket is left out
    EXPECT_EQ(first_e4(ring, 20, 16), 1'007);  // (4, 20]
    EXPECT_EQ(first_e4(ring, 20, 21), 1'107);
}

TEST(BucketRing, a_late_event_lands_in_a_bucket_that_is_there) {
    BucketRing ring = make_ring();
    add(ring, 0, 100);
    add(ring, 5, 20);
    add(ring, 9, 3);
    EXPECT_TRUE(add(ring, 5, 1'000, Flow::Second));
    const FlowSum sum = ring.sum((kStart + 9) * kNsPerSecond, 5 * kNsPerSecond);
    EXPECT_EQ(sum.first_e4, 23);
    EXPECT_EQ(sum.second_e4, 1'000);
    EXPECT_EQ(sum.first_count, 2U);
    EXPECT_EQ(sum.second_count, 1U);
}

TEST(BucketRing, a_late_event_may_come_before_the_first_one) {
    BucketRing ring = make_ring();
    add(ring, 10, 7);
    EXPECT_TRUE(add(ring, 3, 500));
    EXPECT_EQ(first_e4(ring, 10, 7), 7);
    EXPECT_EQ(first_e4(ring, 10, 8), 507);
}

TEST(BucketRing, an_event_older_than_the_ring_is_refused) {
    BucketRing ring = make_ring();
    add(ring, 100, 7);
    EXPECT_FALSE(add(ring, 100 - kBuckets, 500));
    EXPECT_EQ(first_e4(ring, 100, kBuckets), 7);
    EXPECT_TRUE(add(ring, 101 - kBuckets, 500));
    EXPECT_EQ(first_e4(ring, 100, kBuckets), 507);
}

TEST(BucketRing, a_full_ring_forgets_the_oldest_bucket_first) {
    BucketRing ring = make_ring();
    for (std::int64_t second = 0; second < 500; ++second) {
        add(ring, second, second);
    }
    EXPECT_EQ(first_e4(ring, 499, 1), 499);
    EXPECT_EQ(first_e4(ring, 499, 3), 499 + 498 + 497);
    // 440 to 499, and no more than that however much is asked for.
    EXPECT_EQ(first_e4(ring, 499, kBuckets), (440 + 499) * 60 / 2);
    EXPECT_EQ(first_e4(ring, 499, 400), (440 + 499) * 60 / 2);
}

TEST(BucketRing, one_bucket_is_a_ring_too) {
    BucketRing ring(1, kNsPerSecond);
    for (std::int64_t second = 0; second < 9; ++second) {
        add(ring, second, 10 + second);
        EXPECT_EQ(first_e4(ring, second, 1), 10 + second);
    }
    EXPECT_FALSE(add(ring, 7, 1));
}

struct Listed {
    std::int64_t bucket;
    FlowSum amount;
};

// Events of buckets in (from, to], added up one by one.
FlowSum plain_sum(const std::vector<Listed>& events, std::int64_t from, std::int64_t to) {
    FlowSum sum;
    for (const Listed& event : events) {
        if (event.bucket > from && event.bucket <= to) {
            sum += event.amount;
        }
    }
    return sum;
}

// Gaps from none to longer than the ring, late events as far back as the ring reaches and further.
void compare_with_list(std::uint32_t seed, std::int64_t gap_max, std::uint32_t buckets) {
    std::mt19937 random(seed);
    BucketRing ring(buckets, kNsPerSecond);
    std::vector<Listed> events;
    std::int64_t newest = kStart;
    for (int i = 0; i < 300; ++i) {
        newest += static_cast<std::int64_t>(random()) % gap_max;
        const std::int64_t lag =
            random() % 4 == 0 ? static_cast<std::int64_t>(random() % (buckets + 5)) : 0;
        const std::int64_t bucket = newest - lag;
        const Flow side = random() % 2 == 0 ? Flow::First : Flow::Second;
        const FlowSum amount = amount_of(side, static_cast<std::int64_t>(random() % 1'000'000));
        ring.add(newest * kNsPerSecond, side, FlowSum{});  // as if another event came first
        const bool taken = ring.add(bucket * kNsPerSecond + random() % kNsPerSecond, side, amount);
        ASSERT_EQ(taken, bucket > newest - buckets);
        if (taken) {
            events.push_back({bucket, amount});
        }
        for (std::int64_t horizon = 0; horizon <= buckets; ++horizon) {
            SCOPED_TRACE(testing::Message()
                         << "seed " << seed << ", event " << i << ", horizon " << horizon);
            expect_equal(ring.sum(newest * kNsPerSecond, horizon * kNsPerSecond),
                         plain_sum(events, newest - horizon, newest));
            if (testing::Test::HasFailure()) {
                return;
            }
        }
    }
}

TEST(BucketRing, sums_over_every_horizon_equal_a_plain_list) {
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
        compare_with_list(seed, 2, 30);
        compare_with_list(seed, 7, 30);
        compare_with_list(seed, 45, 30);
        compare_with_list(seed, 3, 2);
    }
}

}  // namespace
}  // namespace petrel::core
