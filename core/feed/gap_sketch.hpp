// How long the pauses of a stream usually are: a small sketch of their distribution that forgets.
//
// Four buckets an octave from a millisecond to hours; an answer is the upper edge of its bucket, at
// most a fifth too high. A gap counts half as much after some 3,000 further ones. Pure; part of a
// stream watch, on the feed thread.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace petrel::core {

class GapSketch {
public:
    void add(std::uint64_t gap_ms) {
        buckets_[bucket_of(gap_ms)] += weight_;
        total_ += weight_;
        ++count_;
        weight_ *= 1 + 1.0F / kMemory;
        if (weight_ > kWeightMax) {
            scale_down();
        }
    }

    // 0 without a gap.
    [[nodiscard]] double quantile_ms(double q) const {
        float above = total_ * static_cast<float>(1 - q);
        for (std::size_t i = kBuckets; i-- > 0;) {
            above -= buckets_[i];
            if (above < 0) {
                return upper_edge_ms(i);
            }
        }
        return total_ > 0 ? upper_edge_ms(0) : 0;
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }

private:
    static constexpr std::size_t kPerOctave = 4;
    static constexpr std::size_t kBuckets = 25 * kPerOctave;
    static constexpr float kMemory = 4'096;
    static constexpr float kWeightMax = 1'000;

    // Octave by the highest bit, quarter by the two below it.
    static std::size_t bucket_of(std::uint64_t ms) {
        const std::uint64_t scaled = (ms < 1 ? 1 : ms) * kPerOctave;
        const auto octave = static_cast<std::size_t>(std::bit_width(scaled)) - 3;
        const std::size_t at = octave * kPerOctave + (scaled >> octave) % kPerOctave;
        return at < kBuckets ? at : kBuckets - 1;
    }
    static double upper_edge_ms(std::size_t bucket) {
        const auto quarter = static_cast<double>(bucket % kPerOctave) + 1;
        const std::size_t octave = bucket / kPerOctave;
        return std::exp2(static_cast<double>(octave)) * (1 + quarter / kPerOctave);
    }
    void scale_down() {
        total_ = 0;
        for (float& bucket : buckets_) {
            bucket /= weight_;
            total_ += bucket;
        }
        weight_ = 1;
    }

    std::array<float, kBuckets> buckets_{};
    float weight_ = 1;
    float total_ = 0;
    std::uint64_t count_ = 0;
};

}  // namespace petrel::core
