// The price by the second against hand-computed cases and against a close for every single second.
#include "window/price_track.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace petrel::core {
namespace {

constexpr std::int64_t kTrackStart = 1'765'419'500;  // seconds

TEST(PriceTrack, volatility_of_alternating_returns_is_their_size_scaled_to_an_hour) {
    PriceTrack track(300);
    for (int s = 0; s <= 100; ++s) {
        track.add(s * kNsPerSecond, s % 2 == 0 ? 100.0 : 100.0 * std::exp(0.001));
    }
    EXPECT_NEAR(track.volatility_pct(), 0.001 * 60.0 * 100.0, 1e-9);
    EXPECT_NEAR(track.return_pct(1), (std::exp(-0.001) - 1) * 100, 1e-9);
}

TEST(PriceTrack, an_unknown_past_gives_no_return) {
    PriceTrack track(300);
    track.add(kTrackStart * kNsPerSecond, 100.0);
    track.add((kTrackStart + 1) * kNsPerSecond, 90.0);
    EXPECT_DOUBLE_EQ(track.return_pct(60), 0.0);
    EXPECT_NEAR(track.return_pct(1), -10.0, 1e-9);
}

TEST(PriceTrack, a_second_without_a_price_carries_the_last_one_on) {
    PriceTrack track(300);
    track.add(kTrackStart * kNsPerSecond, 80.0);
    track.add(kTrackStart * kNsPerSecond + 1, 100.0);  // the second's close
    track.add((kTrackStart + 40) * kNsPerSecond, 110.0);
    track.add((kTrackStart + 41) * kNsPerSecond, 121.0);
    EXPECT_NEAR(track.return_pct(1), 10.0, 1e-9);
    EXPECT_NEAR(track.return_pct(2), 21.0, 1e-9);
    EXPECT_NEAR(track.return_pct(41), 21.0, 1e-9);
    EXPECT_DOUBLE_EQ(track.return_pct(42), 0.0);
    // Forty complete seconds, one of them with a return; the newest is not complete.
    EXPECT_NEAR(track.volatility_pct(), std::log(1.1) * std::sqrt(1.0 / 40.0 * 3'600.0) * 100.0,
                1e-9);
}

TEST(PriceTrack, a_late_price_is_no_close) {
    PriceTrack track(300);
    track.add(kTrackStart * kNsPerSecond, 100.0);
    track.add((kTrackStart + 5) * kNsPerSecond, 110.0);
    track.add((kTrackStart + 4) * kNsPerSecond, 500.0);
    EXPECT_NEAR(track.return_pct(1), 10.0, 1e-9);
}

TEST(PriceTrack, a_gap_longer_than_the_ring_begins_anew) {
    PriceTrack track(60);
    track.add(kTrackStart * kNsPerSecond, 100.0);
    track.add((kTrackStart + 1) * kNsPerSecond, 101.0);
    track.add((kTrackStart + 61) * kNsPerSecond, 200.0);
    EXPECT_DOUBLE_EQ(track.return_pct(1), 0.0);
    track.add((kTrackStart + 62) * kNsPerSecond, 220.0);
    EXPECT_NEAR(track.return_pct(1), 10.0, 1e-9);
    EXPECT_DOUBLE_EQ(track.return_pct(2), 0.0);
}

TEST(PriceTrack, a_gap_as_long_as_the_ring_carries_on) {
    PriceTrack track(60);
    track.add(kTrackStart * kNsPerSecond, 100.0);
    track.add((kTrackStart + 59) * kNsPerSecond, 200.0);
    EXPECT_NEAR(track.return_pct(59), 100.0, 1e-9);
}

// A close for every second since the first one or since the last long gap.
class EverySecond {
public:
    explicit EverySecond(std::int64_t span) : span_(span) {}

    void add(std::int64_t second, double price) {
        if (closes_.empty() || second - last() >= span_) {
            closes_.clear();
            begin_ = second;
        }
        if (!closes_.empty() && second < last()) {
            return;
        }
        const double carried = closes_.empty() ? price : closes_.back();
        closes_.resize(static_cast<std::size_t>(second - begin_ + 1), carried);
        closes_.back() = price;
    }
    [[nodiscard]] double return_pct(std::int64_t seconds) const {
        const std::int64_t then = last() - seconds;
        return then < oldest() ? 0 : (close(last()) / close(then) - 1.0) * 100.0;
    }
    [[nodiscard]] double volatility_pct() const {
        const std::int64_t returns = last() - 1 - oldest();
        if (returns < 30) {
            return 0;
        }
        double squares = 0;
        for (std::int64_t s = oldest() + 1; s < last(); ++s) {
            const double r = std::log(close(s) / close(s - 1));
            squares += r * r;
        }
        return std::sqrt(squares / static_cast<double>(returns) * 3'600.0) * 100.0;
    }

private:
    [[nodiscard]] std::int64_t last() const {
        return begin_ + static_cast<std::int64_t>(closes_.size()) - 1;
    }
    [[nodiscard]] std::int64_t oldest() const { return std::max(begin_, last() - span_ + 1); }
    [[nodiscard]] double close(std::int64_t second) const {
        return closes_[static_cast<std::size_t>(second - begin_)];
    }

    std::int64_t span_;
    std::int64_t begin_ = 0;
    std::vector<double> closes_;
};

TEST(PriceTrack, figures_are_to_the_last_bit_those_of_a_close_for_every_second) {
    constexpr std::uint32_t span = 90;
    int known = 0;
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        std::mt19937 random(seed);
        PriceTrack track(span);
        EverySecond plain(span);
        // From several prices a second to gaps that now and then outlast the ring.
        const std::uint32_t gap_max = seed % 3 == 0 ? 2 : seed % 3 == 1 ? 12 : 100;
        std::int64_t second = kTrackStart;
        double price = 100.0;
        for (int i = 0; i < 500; ++i) {
            second += random() % gap_max;
            const std::int64_t lag =
                random() % 10 == 0 ? static_cast<std::int64_t>(random() % 5) : 0;
            price *= 1.0 + (static_cast<double>(random() % 21) - 10.0) * 1e-4;
            track.add((second - lag) * kNsPerSecond + random() % kNsPerSecond, price);
            plain.add(second - lag, price);
            ASSERT_EQ(track.volatility_pct(), plain.volatility_pct()) << seed << ' ' << i;
            known += plain.volatility_pct() > 0 ? 1 : 0;
            for (std::int64_t back = 0; back <= span; ++back) {
                ASSERT_EQ(track.return_pct(static_cast<std::uint32_t>(back)),
                          plain.return_pct(back))
                    << seed << ' ' << i << ' ' << back;
            }
        }
    }
    EXPECT_GT(known, 2'000);  // the comparison saw figures, not only zeros
}

}  // namespace
}  // namespace petrel::core
