// Strategies, breakers and health by a clock of the test's own.
#include "feed/endpoint_set.hpp"

#include <gtest/gtest.h>

#include <string>

#include "petrel/types.hpp"

namespace petrel::core::test {
namespace {

constexpr EndpointUser kMe{0, 0};

class EndpointSetTest : public testing::Test {
protected:
    void make(EndpointStrategy strategy, std::vector<std::uint32_t> weights = {},
              std::size_t count = 3) {
        EndpointOptions options;
        for (std::size_t i = 0; i < count; ++i) {
            options.urls.push_back(std::string(1, static_cast<char>('a' + i)));
        }
        options.weights = std::move(weights);
        options.strategy = strategy;
        options.circuit = {.failures_max = 3, .open_ms = 30'000};
        set_ = std::make_unique<EndpointSet>(std::move(options));
    }
    std::size_t choose(EndpointUser user = kMe) { return set_->choose(user, now_ns_); }
    // Chosen one after the other, none given back.
    std::string sequence(int count) {
        std::string chosen;
        for (int i = 0; i < count; ++i) {
            chosen += set_->url(choose({static_cast<std::uint32_t>(i), 0}));
        }
        return chosen;
    }
    void fail(std::size_t at, int times = 1) {
        for (int i = 0; i < times; ++i) {
            set_->failed(at, kMe, now_ns_);
        }
    }
    void pass_ms(std::int64_t ms) { now_ns_ += ms * kNsPerMs; }

    std::int64_t now_ns_ = 1'000 * kNsPerSecond;
    std::unique_ptr<EndpointSet> set_;
};

TEST_F(EndpointSetTest, takes_turns) {
    make(EndpointStrategy::RoundRobin);
    EXPECT_EQ(sequence(5), "abcab");
}

TEST_F(EndpointSetTest, takes_turns_by_weight_well_mixed) {
    make(EndpointStrategy::WeightedRoundRobin, {3, 1});
    EXPECT_EQ(sequence(5), "abaca");
}

TEST_F(EndpointSetTest, spreads_connections) {
    make(EndpointStrategy::LeastConnections);
    EXPECT_EQ(sequence(4), "abca");
    set_->released(1, {1, 0});
    EXPECT_EQ(choose(), 1U);
}

TEST_F(EndpointSetTest, spreads_load) {
    make(EndpointStrategy::LeastLoad, {}, 2);
    EXPECT_EQ(choose(), 0U);
    for (int i = 0; i < 1'000; ++i) {
        set_->spoke(0);
    }
    pass_ms(1'000);
    EXPECT_EQ(choose(), 1U);
    EXPECT_GT(set_->figures(now_ns_)[0].messages_per_s, 50);
}

TEST_F(EndpointSetTest, takes_the_shortest_way_and_measures_the_unknown) {
    make(EndpointStrategy::LeastLatency);
    set_->round_trip(0, 80);
    EXPECT_EQ(choose(), 1U);
    set_->round_trip(1, 30);
    set_->round_trip(2, 50);
    EXPECT_EQ(choose(), 1U);
}

TEST_F(EndpointSetTest, prefers_the_first_until_its_health_is_clearly_worse) {
    make(EndpointStrategy::HealthBased);
    fail(0);
    EXPECT_EQ(choose(), 0U) << "one failure says nothing";
    fail(0);
    EXPECT_EQ(choose(), 1U);
    pass_ms(3'600'000);
    EXPECT_EQ(choose(), 0U) << "what was long ago is forgotten";
}

TEST_F(EndpointSetTest, counts_drops_and_late_data_against_health) {
    make(EndpointStrategy::HealthBased, {}, 2);
    for (int i = 0; i < 4; ++i) {
        set_->ended(0, kMe, now_ns_, 60'000);
    }
    EXPECT_EQ(choose(), 1U);
    EXPECT_LT(set_->figures(now_ns_)[0].health, 0.9);
    set_->showed_data(1, 60'000);
    EXPECT_EQ(choose(), 0U);
}

TEST_F(EndpointSetTest, adapts_to_health_then_distance_then_load) {
    make(EndpointStrategy::Adaptive, {}, 2);
    EXPECT_EQ(choose(), 0U) << "nothing measured: as written";
    set_->round_trip(0, 100);
    set_->round_trip(1, 40);
    EXPECT_EQ(choose(), 1U);
    set_->round_trip(1, 210);  // now 91 ms: about equal
    EXPECT_EQ(choose(), 0U);
    pass_ms(200);
    choose();
    for (int i = 0; i < 100'000; ++i) {
        set_->spoke(0);
    }
    pass_ms(1'000);
    EXPECT_EQ(choose(), 1U) << "the other one is busy";
    set_->opened(1);
    fail(1, 2);
    for (int i = 0; i < 8; ++i) {
        set_->ended(1, kMe, now_ns_, 60'000);
    }
    EXPECT_EQ(choose(), 0U) << "it is ill";
}

TEST_F(EndpointSetTest, opens_after_failures_in_a_row_and_lets_one_trial_through) {
    make(EndpointStrategy::RoundRobin, {}, 2);
    fail(0, 3);
    EXPECT_EQ(set_->circuit(0, now_ns_), Circuit::Open);
    EXPECT_EQ(sequence(3), "bbb");
    pass_ms(30'000);
    EXPECT_EQ(set_->circuit(0, now_ns_), Circuit::HalfOpen);
    EXPECT_EQ(sequence(3), "abb") << "one trial and no more";
    fail(0);
    EXPECT_EQ(set_->circuit(0, now_ns_), Circuit::Open);
    pass_ms(30'000);
    EXPECT_EQ(sequence(1), "a");
    set_->showed_data(0, 10);
    EXPECT_EQ(set_->circuit(0, now_ns_), Circuit::Closed);
    EXPECT_EQ(sequence(2), "ba");
}

TEST_F(EndpointSetTest, data_between_failures_keeps_the_circuit_closed) {
    make(EndpointStrategy::RoundRobin, {}, 2);
    fail(0, 2);
    set_->showed_data(0, 10);
    fail(0, 2);
    EXPECT_EQ(set_->circuit(0, now_ns_), Circuit::Closed);
}

TEST_F(EndpointSetTest, connections_that_do_not_live_open_it_too) {
    make(EndpointStrategy::RoundRobin, {}, 2);
    for (int i = 0; i < 3; ++i) {
        set_->ended(0, kMe, now_ns_, 9'000);
    }
    EXPECT_EQ(set_->circuit(0, now_ns_), Circuit::Open);
}

TEST_F(EndpointSetTest, a_refused_certificate_opens_it_at_once) {
    make(EndpointStrategy::HealthBased, {}, 2);
    EXPECT_TRUE(set_->has_other(0, now_ns_));
    set_->failed(0, kMe, now_ns_, EndpointFailure::Certificate);
    EXPECT_EQ(set_->circuit(0, now_ns_), Circuit::Open);
    EXPECT_EQ(choose(), 1U);
    EXPECT_FALSE(set_->has_other(1, now_ns_));
}

TEST_F(EndpointSetTest, never_gives_up_when_all_are_open) {
    make(EndpointStrategy::RoundRobin, {}, 2);
    fail(1, 3);
    pass_ms(1'000);
    fail(0, 3);
    EXPECT_EQ(choose(), 1U) << "its pause ends first";
    EXPECT_EQ(set_->choose(kMe, now_ns_, 1), 0U) << "but for the one that must not be";
    make(EndpointStrategy::RoundRobin, {}, 1);
    fail(0, 3);
    EXPECT_EQ(set_->choose(kMe, now_ns_, 0), 0U);
}

TEST_F(EndpointSetTest, legs_of_one_plan_keep_apart_and_plans_do_not) {
    make(EndpointStrategy::HealthBased, {}, 2);
    EXPECT_EQ(choose({0, 0}), 0U);
    EXPECT_EQ(choose({0, 1}), 1U);
    EXPECT_EQ(choose({1, 0}), 0U);
    EXPECT_EQ(choose({0, 0}), 0U) << "a successor of the first leg";
    EXPECT_EQ(choose({0, 2}), 1U) << "more legs than end points: where there are fewest";
}

}  // namespace
}  // namespace petrel::core::test
