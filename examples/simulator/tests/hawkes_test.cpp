// The self-exciting process: its mean, its clustering, its bounds.
#include "hawkes.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace petrel::sim {
namespace {

std::vector<double> events_until(Hawkes& process, double end_s, double excitement) {
    std::vector<double> times;
    while (const auto at_s = process.next(end_s)) {
        times.push_back(*at_s);
        process.excite(excitement);
    }
    return times;
}

double variance_to_mean_of_counts(const std::vector<double>& times, int bins) {
    std::vector<double> counts(static_cast<std::size_t>(bins));
    for (const double at_s : times) {
        counts[static_cast<std::size_t>(at_s) % counts.size()] += 1.0;
    }
    const double mean = static_cast<double>(times.size()) / bins;
    double sum = 0.0;
    for (const double count : counts) {
        sum += (count - mean) * (count - mean);
    }
    return sum / bins / mean;
}

TEST(Hawkes, mean_rate_is_base_over_one_minus_branching) {
    Hawkes process({.base_per_s = 0.5, .branching = 0.8, .decay_per_s = 2.0}, Rng(3, "mean"));
    const auto times = events_until(process, 20'000.0, 1.0);
    EXPECT_NEAR(static_cast<double>(times.size()), 0.5 * 20'000.0 / (1.0 - 0.8), 4'000.0);
}

TEST(Hawkes, excited_events_cluster_and_unexcited_ones_do_not) {
    Hawkes excited({.base_per_s = 0.3, .branching = 0.8, .decay_per_s = 1.2}, Rng(5, "cluster"));
    Hawkes poisson({.base_per_s = 1.5, .branching = 0.0, .decay_per_s = 1.2}, Rng(5, "cluster"));
    EXPECT_GT(variance_to_mean_of_counts(events_until(excited, 5'000.0, 1.0), 5000), 3.0);
    EXPECT_LT(variance_to_mean_of_counts(events_until(poisson, 5'000.0, 1.0), 5000), 1.2);
}

TEST(Hawkes, same_seed_gives_same_times) {
    const HawkesParameters parameters{.base_per_s = 1.0, .branching = 0.7, .decay_per_s = 1.0};
    Hawkes one(parameters, Rng(9, "a"));
    Hawkes two(parameters, Rng(9, "a"));
    Hawkes other(parameters, Rng(9, "b"));
    const auto times = events_until(one, 100.0, 1.0);
    EXPECT_EQ(times, events_until(two, 100.0, 1.0));
    EXPECT_NE(times, events_until(other, 100.0, 1.0));
}

TEST(Hawkes, times_grow_and_stay_inside_the_asked_span) {
    Hawkes process({.base_per_s = 5.0, .branching = 0.5, .decay_per_s = 1.0}, Rng(1, "span"));
    double last = 0.0;
    for (int step = 1; step <= 1000; ++step) {
        const double end_s = step * 0.01;
        while (const auto at_s = process.next(end_s)) {
            EXPECT_GE(*at_s, last);
            EXPECT_LE(*at_s, end_s);
            last = *at_s;
        }
    }
    EXPECT_GT(last, 0.0);
}

TEST(Hawkes, excitement_wears_off) {
    Hawkes process({.base_per_s = 0.0, .branching = 0.9, .decay_per_s = 1.0}, Rng(1, "decay"));
    process.excite(2.0);
    EXPECT_DOUBLE_EQ(process.intensity(), 1.8);
    while (process.next(30.0)) {
    }
    EXPECT_LT(process.intensity(), 1e-9);
}

TEST(Hawkes, intensity_is_bounded_beyond_criticality) {
    Hawkes process({.base_per_s = 10.0, .branching = 3.0, .decay_per_s = 1.0}, Rng(1, "bound"));
    const auto times = events_until(process, 20.0, 3.0);
    EXPECT_LE(process.intensity(), Hawkes::kIntensityMax + 10.0);
    EXPECT_LT(times.size(), 20.0 * (Hawkes::kIntensityMax + 10.0) * 1.2);
}

}  // namespace
}  // namespace petrel::sim
