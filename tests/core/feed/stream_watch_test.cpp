// Quiet or dead: streams under a clock of the test's own, hours in milliseconds.
#include "feed/stream_watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "petrel/abi/market_event.h"

namespace petrel::core::test {
namespace {

constexpr std::uint32_t kTrades = PETREL_KIND_BIT(PETREL_EVENT_TRADE);
constexpr std::uint32_t kMarks = PETREL_KIND_BIT(PETREL_EVENT_MARK_PRICE);
constexpr std::uint32_t kLiquidations = PETREL_KIND_BIT(PETREL_EVENT_LIQUIDATION);
constexpr std::int64_t kWall = 1'794'000'000 * kNsPerSecond;

// A venue's leg with a random but repeatable market behind it.
class Leg {
public:
    Leg(std::vector<WatchedStream> streams, SymbolPulse& pulse, std::int64_t now_ns)
        : watch_(streams, pulse), streams_(std::move(streams)), next_ns_(streams_.size(), now_ns),
          per_s_(streams_.size(), 0.0), stalled_(streams_.size(), false) {
        watch_.opened(now_ns);
    }
    void rate(std::size_t stream, double per_s) { per_s_[stream] = per_s; }
    void every_s(std::size_t stream, double s) {
        per_s_[stream] = -1 / s;  // as a clock, not by chance
    }
    void stall(std::size_t stream, bool stalled = true) { stalled_[stream] = stalled; }
    void lag_ms(std::int64_t ms) { lag_ms_ = ms; }
    // The next event of any stream bears a time so far ahead of receipt.
    void one_ahead_ms(std::int64_t ms) { ahead_ms_ = ms; }
    StreamWatch& watch() { return watch_; }

    void live_until(std::int64_t until_ns, std::int64_t wall_ahead_ns) {
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            for (; per_s_[i] != 0 && next_ns_[i] < until_ns; next_ns_[i] += gap_ns(per_s_[i])) {
                if (!stalled_[i]) {
                    watch_.saw(event(i, wall_ahead_ns), next_ns_[i]);
                }
            }
            next_ns_[i] = std::max(next_ns_[i], per_s_[i] == 0 ? until_ns : next_ns_[i]);
        }
    }

private:
    MarketEvent event(std::size_t i, std::int64_t wall_ahead_ns) {
        MarketEvent e{};
        e.instrument = streams_[i].instrument;
        while ((streams_[i].kinds >> e.kind & 1U) == 0) {
            ++e.kind;
        }
        e.receive_ts_ns = next_ns_[i] + wall_ahead_ns;
        const std::int64_t ahead_ms = std::exchange(ahead_ms_, 0);
        e.exchange_ts_ns = e.receive_ts_ns - (ahead_ms != 0 ? -ahead_ms : lag_ms_) * kNsPerMs;
        return e;
    }
    std::int64_t gap_ns(double per_s) {
        const double s = per_s < 0 ? -1 / per_s : std::exponential_distribution(per_s)(random_);
        return static_cast<std::int64_t>(s * 1e9) + 1;
    }

    StreamWatch watch_;
    std::vector<WatchedStream> streams_;
    std::vector<std::int64_t> next_ns_;
    std::vector<double> per_s_;
    std::vector<bool> stalled_;
    std::int64_t lag_ms_ = 40;
    std::int64_t ahead_ms_ = 0;
    std::mt19937_64 random_{7};
};

class StreamWatchTest : public testing::Test {
protected:
    Leg& leg(std::vector<WatchedStream> streams) {
        legs_.push_back(std::make_unique<Leg>(std::move(streams), pulse_, now_ns_));
        steps_.emplace_back();
        return *legs_.back();
    }
    // Lets seconds pass; what was to be done is kept by leg.
    void pass_s(int seconds) {
        for (int i = 0; i < seconds; ++i) {
            now_ns_ += kNsPerSecond;
            pulse_.fade(now_ns_);
            for (std::size_t at = 0; at < legs_.size(); ++at) {
                legs_[at]->live_until(now_ns_, wall_ahead_ns_);
                for (const StreamStep& step :
                     legs_[at]->watch().look(now_ns_, now_ns_ + wall_ahead_ns_)) {
                    steps_[at].push_back(step);
                }
            }
        }
    }
    // Seconds until `stream` of the first leg is suspect; `most` when it is not.
    int until_suspect(std::size_t stream, int most) {
        for (int s = 0; s < most; ++s) {
            pass_s(1);
            if (legs_[0]->watch().state(stream) >= StreamState::Suspect) {
                return s + 1;
            }
        }
        return most;
    }
    std::vector<StreamRemedy> remedies(std::size_t at = 0) const {
        std::vector<StreamRemedy> all;
        for (const StreamStep& step : steps_[at]) {
            all.push_back(step.remedy);
        }
        return all;
    }

    std::int64_t now_ns_ = 1'000 * kNsPerSecond;
    std::int64_t wall_ahead_ns_ = kWall;
    SymbolPulse pulse_;
    std::vector<std::unique_ptr<Leg>> legs_;
    std::vector<std::vector<StreamStep>> steps_;
};

WatchedStream stream(std::uint32_t kinds, std::uint32_t symbol, std::uint32_t instrument = 0) {
    return {instrument, kinds, symbol, "s" + std::to_string(symbol)};
}

TEST_F(StreamWatchTest, an_hour_of_a_quiet_symbol_makes_no_alarm) {
    Leg& quiet = leg({stream(kTrades, 1), stream(kLiquidations, 1)});
    quiet.rate(0, 0.02);
    Leg& elsewhere = leg({stream(kTrades, 1)});
    elsewhere.rate(0, 0.03);
    pass_s(4 * 3'600);
    EXPECT_TRUE(steps_[0].empty());
    EXPECT_TRUE(steps_[1].empty());
    EXPECT_EQ(quiet.watch().state(1), StreamState::Pending) << "no liquidation: nothing is wrong";
}

TEST_F(StreamWatchTest, a_symbol_that_calms_down_everywhere_is_quiet_and_not_dead) {
    Leg& here = leg({stream(kTrades, 1)});
    Leg& there = leg({stream(kTrades, 1)});
    here.rate(0, 5);
    there.rate(0, 8);
    pass_s(900);
    here.rate(0, 0.02);
    there.rate(0, 0.03);
    pass_s(3'600);
    EXPECT_EQ(remedies(), std::vector<StreamRemedy>());
}

TEST_F(StreamWatchTest, a_stall_of_a_busy_stream_is_noticed_within_15_s_while_others_speak) {
    Leg& here = leg({stream(kTrades, 1)});
    Leg& there = leg({stream(kTrades, 1)});
    here.rate(0, 1.5);
    there.rate(0, 3);
    pass_s(900);
    ASSERT_TRUE(steps_[0].empty());
    here.stall(0);
    EXPECT_LE(until_suspect(0, 60), 15);
    EXPECT_EQ(remedies(), std::vector{StreamRemedy::Resubscribe});
    EXPECT_TRUE(steps_[1].empty());
}

TEST_F(StreamWatchTest, a_stall_of_the_only_venue_is_noticed_within_15_s_by_what_it_owes) {
    Leg& here = leg({stream(kTrades, 1)});
    here.rate(0, 5);
    pass_s(900);
    ASSERT_TRUE(steps_[0].empty());
    here.stall(0);
    EXPECT_LE(until_suspect(0, 60), 15);
}

TEST_F(StreamWatchTest, a_stall_of_a_sparse_stream_is_noticed_once_others_make_it_certain) {
    Leg& here = leg({stream(kTrades, 1)});
    Leg& there = leg({stream(kTrades, 1)});
    here.rate(0, 0.1);
    there.rate(0, 0.5);
    pass_s(4 * 3'600);
    ASSERT_TRUE(steps_[0].empty());
    here.stall(0);
    // One gap in a thousand is longer than 69 s, so silence as such proves nothing yet; twelve
    // missing arrivals do, which is some 130 s and as many of the others as chance will have it.
    const int seen_s = until_suspect(0, 600);
    EXPECT_GT(seen_s, 60);
    EXPECT_LE(seen_s, 180);
}

TEST_F(StreamWatchTest, one_of_two_channels_dead_is_told_from_the_one_that_lives) {
    Leg& here = leg({stream(kTrades, 1), stream(kMarks, 1)});
    here.rate(0, 5);
    here.every_s(1, 1);
    pass_s(300);
    ASSERT_TRUE(steps_[0].empty());
    here.stall(1);
    EXPECT_LE(until_suspect(1, 60), 15);
    EXPECT_EQ(here.watch().state(0), StreamState::Healthy);
    ASSERT_EQ(here.watch().worst(5).size(), 1U);
    EXPECT_NE(here.watch().worst(5)[0].why.find("silent for"), std::string::npos);
}

TEST_F(StreamWatchTest, acknowledged_and_then_nothing_is_never_healthy_and_is_repaired) {
    Leg& here = leg({stream(kMarks, 1), stream(kTrades, 2, 1), stream(kTrades, 3, 2)});
    pass_s(20);
    EXPECT_EQ(here.watch().state(0), StreamState::Pending);
    pass_s(600);
    EXPECT_EQ(here.watch().count_of(StreamState::Healthy), 0U);
    EXPECT_EQ(here.watch().count_of(StreamState::Dead), 3U);
    const std::vector<StreamRemedy> all = remedies();
    EXPECT_EQ(std::count(all.begin(), all.end(), StreamRemedy::Alarm), 3);
}

TEST_F(StreamWatchTest, climbs_the_ladder_and_comes_down_after_a_while_of_health) {
    Leg& here = leg({stream(kMarks, 1)});
    here.every_s(0, 1);
    pass_s(300);
    here.stall(0);
    pass_s(90);
    EXPECT_EQ(remedies(), (std::vector{StreamRemedy::Resubscribe, StreamRemedy::Reconnect,
                                       StreamRemedy::OtherEndpoint, StreamRemedy::Alarm}));
    EXPECT_EQ(here.watch().state(0), StreamState::Dead);
    here.stall(0, false);
    pass_s(2);
    EXPECT_EQ(here.watch().state(0), StreamState::Dead) << "one arrival is no recovery";
    pass_s(60);
    EXPECT_EQ(here.watch().state(0), StreamState::Healthy);
    EXPECT_EQ(remedies().back(), StreamRemedy::AllClear);
    EXPECT_EQ(remedies().size(), 5U);
}

TEST_F(StreamWatchTest, a_second_socket_of_the_same_venue_is_evidence_too) {
    Leg& here = leg({stream(kLiquidations, 1)});
    Leg& sister = leg({stream(kLiquidations, 1)});
    here.rate(0, 0.5);
    sister.rate(0, 0.5);
    pass_s(1'800);
    ASSERT_TRUE(steps_[0].empty());
    here.stall(0);
    EXPECT_LE(until_suspect(0, 300), 120);
    EXPECT_EQ(sister.watch().state(0), StreamState::Healthy);
}

TEST_F(StreamWatchTest, liquidations_are_never_suspect_for_silence_alone) {
    Leg& here = leg({stream(kLiquidations, 1), stream(kTrades, 1, 0)});
    here.rate(0, 2);
    here.rate(1, 2);
    pass_s(900);
    here.stall(0);
    pass_s(3'600);
    EXPECT_EQ(here.watch().state(0), StreamState::Quiet);
    EXPECT_TRUE(steps_[0].empty());
}

TEST_F(StreamWatchTest, late_data_is_no_health) {
    Leg& here = leg({stream(kTrades, 1)});
    here.rate(0, 5);
    here.lag_ms(1'300);  // the venue's clock is behind
    pass_s(120);
    EXPECT_EQ(here.watch().state(0), StreamState::Healthy);
    here.lag_ms(9'300);
    EXPECT_LE(until_suspect(0, 30), 5);
    EXPECT_NE(here.watch().worst(1)[0].why.find("late by 8.0 s"), std::string::npos)
        << here.watch().worst(1)[0].why;
}

TEST_F(StreamWatchTest, one_wild_time_makes_no_other_event_late) {
    Leg& here = leg({stream(kTrades, 1)});
    here.rate(0, 5);
    for (const std::int64_t ahead_ms : {4'990L, 5'010L, 100'000L, 31'536'000'000L}) {
        pass_s(120);
        here.one_ahead_ms(ahead_ms);
        pass_s(120);
        EXPECT_TRUE(steps_[0].empty()) << ahead_ms;
        EXPECT_EQ(here.watch().state(0), StreamState::Healthy) << ahead_ms;
        here.watch().closed();
        here.watch().opened(now_ns_);
        pass_s(1'300);  // what the estimate remembers is over
    }
}

TEST_F(StreamWatchTest, a_wall_clock_that_jumps_condemns_nobody) {
    Leg& here = leg({stream(kTrades, 1)});
    here.rate(0, 5);
    pass_s(120);
    for (const std::int64_t jump_s : {-3'600, 86'400}) {
        wall_ahead_ns_ += jump_s * kNsPerSecond;
        here.lag_ms(40 + (wall_ahead_ns_ - kWall) / kNsPerMs);  // the venue's clock stays
        pass_s(120);
        EXPECT_TRUE(steps_[0].empty()) << jump_s;
        EXPECT_EQ(here.watch().state(0), StreamState::Healthy);
    }
}

TEST_F(StreamWatchTest, a_sleep_of_our_own_condemns_nobody_and_proves_nothing) {
    Leg& here = leg({stream(kMarks, 1)});
    here.every_s(0, 1);
    pass_s(120);
    here.stall(0);  // nothing is read while we sleep
    now_ns_ += 60 * kNsPerSecond;
    pass_s(1);
    EXPECT_EQ(here.watch().state(0), StreamState::Quiet) << "healthy once it has shown itself";
    here.stall(0, false);
    pass_s(5);
    EXPECT_EQ(here.watch().state(0), StreamState::Healthy);
    EXPECT_TRUE(steps_[0].empty());
}

TEST_F(StreamWatchTest, what_was_learned_survives_a_new_socket) {
    Leg& here = leg({stream(kMarks, 1)});
    here.every_s(0, 1);
    pass_s(300);
    here.stall(0);
    here.watch().closed();
    pass_s(60);
    EXPECT_TRUE(steps_[0].empty()) << "no socket: that is another matter";
    here.watch().opened(now_ns_);
    EXPECT_EQ(here.watch().state(0), StreamState::Pending);
    EXPECT_LE(until_suspect(0, 60), 15);
}

// One arrival in a hundred seconds, and each ten minutes a new socket: never enough to be learned.
TEST_F(StreamWatchTest, a_rare_stream_over_new_sockets_is_not_condemned_for_livelier_ones) {
    Leg& here = leg({stream(kTrades, 1)});
    Leg& elsewhere = leg({stream(kTrades, 1)});
    here.rate(0, 0.01);
    elsewhere.rate(0, 0.35);
    for (int socket = 0; socket < 36; ++socket) {
        pass_s(600);
        here.watch().closed();
        here.watch().opened(now_ns_);
    }
    EXPECT_TRUE(steps_[0].empty());
}

TEST_F(StreamWatchTest, a_subscription_that_sends_nothing_is_found_out_by_livelier_ones) {
    Leg& here = leg({stream(kTrades, 1)});
    Leg& elsewhere = leg({stream(kTrades, 1)});
    here.stall(0);
    elsewhere.rate(0, 10);
    EXPECT_LE(until_suspect(0, 60), 36) << "three hundred of theirs, but not before 30 s";
}

TEST(GapSketch, tells_rare_gaps_and_forgets_old_ones) {
    GapSketch sketch;
    for (int i = 0; i < 9'990; ++i) {
        sketch.add(100);
    }
    EXPECT_NEAR(sketch.quantile_ms(0.999), 112, 13);
    for (int i = 0; i < 30; ++i) {
        sketch.add(5'000);
    }
    EXPECT_NEAR(sketch.quantile_ms(0.999), 5'400, 900);
    EXPECT_NEAR(sketch.quantile_ms(0.5), 112, 13);
    for (int i = 0; i < 40'000; ++i) {
        sketch.add(100);
    }
    EXPECT_NEAR(sketch.quantile_ms(0.999), 112, 13);
    sketch.add(0);
    sketch.add(std::uint64_t{1} << 60U);
    EXPECT_EQ(sketch.count(), 50'022U);
}

}  // namespace
}  // namespace petrel::core::test
