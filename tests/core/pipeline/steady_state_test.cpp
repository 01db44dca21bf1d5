// In steady state a frame costs no heap allocation, from its bytes to the windows and detectors of
// every symbol: counted by replacing the global allocator of this program, plugins included.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "engine.hpp"
#include "frames.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t bytes) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* room = std::malloc(bytes == 0 ? 1 : bytes)) {
        return room;
    }
    std::abort();
}

}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes); }
void* operator new[](std::size_t bytes) { return counted(bytes); }
// A sanitizer brings its own of each form that is not replaced: a pair comes from one hand.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void operator delete(void* room, const std::nothrow_t&) noexcept { std::free(room); }
void operator delete[](void* room, const std::nothrow_t&) noexcept { std::free(room); }
void operator delete(void* room) noexcept { std::free(room); }
void operator delete[](void* room) noexcept { std::free(room); }
void operator delete(void* room, std::size_t) noexcept { std::free(room); }
void operator delete[](void* room, std::size_t) noexcept { std::free(room); }

namespace petrel::bench {
namespace {

class SteadyState : public ::testing::TestWithParam<std::string> {};

TEST_P(SteadyState, a_frame_without_a_finding_allocates_nothing) {
    const Frames& frames = frames_of(GetParam());
    Engine engine(GetParam());
    const std::uint64_t before_any = allocations;
    constexpr int warm_rounds = 16;  // of 20 s: rings of 300 s and tables of ids have their size
    for (int round = 0; round < warm_rounds; ++round) {
        for (std::size_t i = 0; i < frames.size(); ++i) {
            engine.frame(frames[i]);
        }
        engine.renew();
    }
    EXPECT_GT(allocations.load(), before_any) << "the counter counts: warming up allocates";

    std::uint64_t quiet_frames = 0;
    std::uint64_t noisy_quiet_frames = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const std::uint64_t findings = engine.shard().figures().findings;
        const std::uint64_t before = allocations;
        engine.frame(frames[i]);
        const std::uint64_t cost = allocations - before;
        if (engine.shard().figures().findings == findings) {
            ++quiet_frames;
            noisy_quiet_frames += cost > 0 ? 1 : 0;
        }
    }
    EXPECT_GT(quiet_frames, frames.size() / 2);
    EXPECT_EQ(noisy_quiet_frames, 0U) << "of " << quiet_frames << " frames without a finding";
    EXPECT_EQ(engine.rejected(), 0U);
    EXPECT_GT(engine.shard().figures().events, frames.size()) << "the frames reached the windows";
    EXPECT_GT(engine.events().size(), 0U) << "the last frame, too";
}

INSTANTIATE_TEST_SUITE_P(Venues, SteadyState, ::testing::Values("binance", "bybit"));

}  // namespace
}  // namespace petrel::bench
