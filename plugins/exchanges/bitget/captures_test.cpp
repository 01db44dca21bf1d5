// Recorded frames of the venue; see kit/testing/captures.hpp. Known ones are of v1, which is dead:
// its channels have today's names but rows of another form, so nothing of it may become an event.
#include "kit/testing/captures.hpp"

#include <map>

#include "venue_test.hpp"

namespace petrel::bitget {
namespace {

TEST(bitget_captures, recorded_frames_are_read) {
    testing::FakeExchangeHost host{*petrel_plugin_entry_v1()};
    const auto list = [](const std::filesystem::path&) {};
    const auto check = [&](const std::filesystem::path& path, const std::string& name) {
        std::map<std::string, std::size_t> events;
        std::map<std::string, std::size_t> refused;
        std::size_t frames = 0;
        kit::for_each_frame(path, "bitget", [&](const std::string& raw) {
            ++frames;
            host.forget_output();
            const testing::FakeDecoded answer = host.frame(raw);
            if (answer.code < 0) {
                ++refused[answer.reason];
            }
            for (const MarketEvent& e : host.events()) {
                ++events[std::string(kind_name(e.kind)) + " " + std::string(side_name(e.side))];
            }
        });
        std::printf("%s: %zu frames\n", name.c_str(), frames);
        for (const auto& [kind, count] : events) {
            std::printf("    %zu %s\n", count, kind.c_str());
        }
        EXPECT_GT(frames, 0U) << name;
        EXPECT_EQ(events["trade buy"] + events["trade sell"], 0U);
        for (const auto& [reason, count] : refused) {
            std::printf("    %zu refused: %s\n", count, reason.c_str());
        }
    };
    (void)kit::for_each_recording("bitget_mix.", list, check);
}

}  // namespace
}  // namespace petrel::bitget
