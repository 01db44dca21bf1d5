// Duplicates and gaps against a plain set of what was delivered, with chance from fixed seeds.
#include "normaliser/id_sequence.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "normaliser/recent_keys.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kArrival = 1'794'000'000 * kNsPerSecond;

MarketEvent event(std::uint64_t id, std::int64_t after_ms = 0) {
    MarketEvent e{};
    e.kind = PETREL_EVENT_TRADE;
    e.flags = PETREL_FLAG_ID_SEQUENCE;
    e.count = 1;
    e.id = id;
    e.exchange_ts_ns = kArrival + after_ms * kNsPerMs;
    return e;
}

TEST(id_sequence, a_jump_is_a_gap_and_what_lay_in_it_is_new_once) {
    IdSequence ids;
    EXPECT_EQ(ids.see(event(100)), Sight::New);
    EXPECT_EQ(ids.see(event(101, 1)), Sight::New);
    EXPECT_EQ(ids.see(event(105, 9)), Sight::AfterGap);
    EXPECT_EQ(ids.last_hole().first, 102U);
    EXPECT_EQ(ids.last_hole().last, 104U);
    EXPECT_EQ(ids.hole_from_ns(), kArrival + kNsPerMs);
    EXPECT_EQ(ids.missing(102, 104), 3U);
    EXPECT_EQ(ids.see(event(103, 4)), Sight::New);
    EXPECT_EQ(ids.missing(1, 1'000), 2U);
    EXPECT_EQ(ids.see(event(103, 4)), Sight::Duplicate);
    EXPECT_EQ(ids.see(event(102, 3)), Sight::New);
    EXPECT_EQ(ids.see(event(104, 5)), Sight::New);
    EXPECT_EQ(ids.missing(1, 1'000), 0U);
    EXPECT_EQ(ids.see(event(101, 1)), Sight::Duplicate);
}

TEST(id_sequence, an_event_that_stands_for_several_covers_their_ids) {
    IdSequence ids;
    MarketEvent merged = event(103, 1);
    merged.count = 3;
    EXPECT_EQ(ids.see(event(100)), Sight::New);
    EXPECT_EQ(ids.see(merged), Sight::New);
    EXPECT_EQ(ids.see(event(104, 2)), Sight::New);
    EXPECT_EQ(ids.see(event(102, 1)), Sight::Duplicate);
}

TEST(id_sequence, ids_that_start_again_are_a_reset_and_no_old_duplicates) {
    IdSequence ids;
    for (std::uint64_t id = 500; id < 600; ++id) {
        ids.see(event(id, static_cast<std::int64_t>(id)));
    }
    EXPECT_EQ(ids.see(event(550, 5'000)), Sight::Reset);  // a number that was used before
    EXPECT_EQ(ids.see(event(551, 5'001)), Sight::New);
    EXPECT_EQ(ids.see(event(599, 599)), Sight::Duplicate);  // of the slower socket
    EXPECT_EQ(ids.see(event(600, 600)), Sight::New);        // of before, not seen yet
    EXPECT_EQ(ids.see(event(552, 5'002)), Sight::New);
    EXPECT_EQ(ids.see(event(551, 5'001)), Sight::Duplicate);
}

TEST(id_sequence, one_wild_id_ends_nothing) {
    IdSequence ids;
    EXPECT_EQ(ids.see(event(10)), Sight::New);
    EXPECT_EQ(ids.see(event(1ULL << 60U, 1)), Sight::Reset);
    EXPECT_EQ(ids.see(event(11, 2)), Sight::New);
    EXPECT_EQ(ids.see(event(10)), Sight::Duplicate);
    EXPECT_EQ(ids.see(event(12, 3)), Sight::New);
}

TEST(id_sequence, holes_beyond_the_bound_are_given_up_and_counted) {
    IdSequence ids;
    for (std::uint64_t i = 0; i <= IdSequence::kHolesMax + 5; ++i) {
        ids.see(event(10 + 2 * i, static_cast<std::int64_t>(i)));
    }
    EXPECT_EQ(ids.holes_dropped(), 5U);
    EXPECT_EQ(ids.missing(1, 1'000), IdSequence::kHolesMax);
}

// A venue that numbers its trades, begins anew now and then, and two sockets to it, of which the
// second is slow. Both lose runs of trades, repeat some and swap neighbours.
struct Delivery {
    std::int64_t at_ms = 0;
    std::uint64_t epoch = 0;
    MarketEvent event;
};

std::vector<Delivery> deliveries(std::uint64_t seed, std::int64_t lag_ms) {
    std::mt19937_64 random(seed);
    const auto chance = [&](double share) {
        return std::uniform_real_distribution<double>(0, 1)(random) < share;
    };
    std::vector<Delivery> all;
    std::uint64_t id = 10'000 + random() % 100'000;
    std::uint64_t epoch = 0;
    std::int64_t ts_ms = 0;
    std::int64_t reset_ms = 0;
    int lost[2] = {0, 0};
    for (int i = 0; i < 20'000; ++i) {
        ts_ms += static_cast<std::int64_t>(random() % 20);
        ++id;
        if (chance(0.0005) && ts_ms - reset_ms > lag_ms + 10'000) {
            id = 1 + random() % (id / 2);
            reset_ms = ts_ms;
            ts_ms += 1'500 + static_cast<std::int64_t>(random() % 10'000);
            ++epoch;
        }
        for (int source = 0; source < 2; ++source) {
            lost[source] = lost[source] > 0 ? lost[source] - 1
                           : chance(0.004)  ? static_cast<int>(random() % 60)
                                            : 0;
            for (int copies = lost[source] > 0 ? 0 : chance(0.05) ? 2 : 1; copies > 0; --copies) {
                const auto jitter_ms = static_cast<std::int64_t>(random() % 40);
                all.push_back({ts_ms + source * lag_ms + jitter_ms, epoch, event(id, ts_ms)});
            }
        }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Delivery& a, const Delivery& b) { return a.at_ms < b.at_ms; });
    return all;
}

class IdsOfTwoSockets : public ::testing::TestWithParam<int> {};

TEST_P(IdsOfTwoSockets, sums_equal_the_truth) {
    const auto seed = static_cast<std::uint64_t>(GetParam());
    const std::vector<Delivery> all = deliveries(seed, 30'000);
    IdSequence ids;
    std::set<std::pair<std::uint64_t, std::uint64_t>> truth;
    std::uint64_t resets = 0;
    for (const Delivery& delivery : all) {
        const bool fresh = truth.insert({delivery.epoch, delivery.event.id}).second;
        const Sight sight = ids.see(delivery.event);
        resets += sight == Sight::Reset ? 1 : 0;
        ASSERT_EQ(sight != Sight::Duplicate, fresh)
            << "seed " << seed << " epoch " << delivery.epoch << " id " << delivery.event.id;
    }
    EXPECT_EQ(resets, all.back().epoch);
    EXPECT_EQ(ids.holes_dropped(), 0U);
    // Of the last count: what is missing between the lowest and the highest id is known.
    const std::uint64_t last = truth.rbegin()->first;
    const std::uint64_t low = truth.lower_bound({last, 0})->second;
    const std::uint64_t high = truth.rbegin()->second;
    const auto seen =
        static_cast<std::uint64_t>(std::distance(truth.lower_bound({last, 0}), truth.end()));
    if (last == 0) {
        EXPECT_EQ(ids.missing(low, high), high - low + 1 - seen);
    }
}

TEST_P(IdsOfTwoSockets, hashed_ids_are_known_half_a_minute_later) {
    const std::vector<Delivery> all = deliveries(static_cast<std::uint64_t>(GetParam()), 30'000);
    RecentKeys keys;
    std::set<std::uint64_t> truth;
    for (const Delivery& delivery : all) {
        const std::uint64_t key = (delivery.epoch << 40U) + delivery.event.id;
        const bool fresh = truth.insert(key).second;
        ASSERT_EQ(!keys.seen(key, 0, kArrival + delivery.at_ms * kNsPerMs), fresh) << key;
    }
}

INSTANTIATE_TEST_SUITE_P(seeds, IdsOfTwoSockets, ::testing::Range(1, 41));

TEST(recent_keys, neighbours_are_different_keys) {
    RecentKeys keys;
    EXPECT_FALSE(keys.seen(6, 0, kArrival));
    EXPECT_FALSE(keys.seen(7, 0, kArrival));
    EXPECT_TRUE(keys.seen(6, 0, kArrival));
}

TEST(recent_keys, equal_keys_of_one_batch_count_each) {
    RecentKeys keys;
    EXPECT_FALSE(keys.seen(9, 1, kArrival));
    EXPECT_FALSE(keys.seen(9, 1, kArrival));
    EXPECT_TRUE(keys.seen(9, 2, kArrival));
}

TEST(recent_keys, memory_is_bounded_whatever_comes_at_once) {
    RecentKeys keys;
    const std::uint64_t many = 3 * RecentKeys::kSlotsMax;
    for (std::uint64_t key = 1; key <= many; ++key) {
        EXPECT_FALSE(keys.seen(key, 0, kArrival));
    }
    EXPECT_FALSE(keys.seen(1, 0, kArrival)) << "the oldest are forgotten";
    EXPECT_TRUE(keys.seen(many - RecentKeys::kSlotsMax / 4, 0, kArrival)) << "the latest are not";
}

}  // namespace
}  // namespace petrel::core
