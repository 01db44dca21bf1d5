// Recorded frames of the venue; see kit/testing/captures.hpp.
#include "kit/testing/captures.hpp"

#include <gtest/gtest.h>

#include "probe.hpp"

namespace petrel::bitfinex {
namespace {

TEST(bitfinex_captures, recorded_frames_are_read) {
    const auto nothing = [](const std::filesystem::path&) {};
    const auto check = [](const std::filesystem::path& path, const std::string& name) {
        Probe probe;
        std::size_t frames = 0, events = 0, ignored = 0, refused = 0;
        kit::for_each_frame(path, {}, [&](const std::string& raw) {
            const Decoded answer = probe.decode(raw);
            ++frames;
            ignored += answer.code == PETREL_IGNORED ? 1 : 0;
            refused += answer.code < 0 ? 1 : 0;
            events += probe.events.size();
            for (const MarketEvent& e : probe.events) {
                EXPECT_TRUE(event_in_bounds(e)) << raw;
            }
        });
        std::printf("%s: %zu frames, %zu events, %zu ignored, %zu refused\n", name.c_str(), frames,
                    events, ignored, refused);
        EXPECT_GT(frames, 0U) << name;
        EXPECT_EQ(refused, 0U) << name;
        EXPECT_EQ(probe.gaps, 0U) << name;
    };
    (void)kit::for_each_recording("bitfinex", nothing, check);
}

}  // namespace
}  // namespace petrel::bitfinex
