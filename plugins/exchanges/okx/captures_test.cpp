// Recorded frames of the venue; see kit/testing/captures.hpp. Frames of other products than swaps
// are refused as unlisted; nothing else may be.
#include "kit/testing/captures.hpp"

#include <map>

#include "venue_test.hpp"

namespace petrel::okx {
namespace {

TEST(okx_captures, recorded_frames_are_read) {
    testing::FakeExchangeHost host{*petrel_plugin_entry_v1()};
    const auto list = [&](const std::filesystem::path& folder) {
        std::ifstream file(folder / "rest/okx.instruments_SWAP.2022-05-13.json");
        const std::string body{std::istreambuf_iterator<char>(file), {}};
        ASSERT_TRUE(host.discover().ok());
        ASSERT_EQ(host.reply(host.requests()[0], 200, body).code, PETREL_OK);
        std::printf("%zu contracts are listed\n", host.instruments().size());
    };
    const auto check = [&](const std::filesystem::path& path, const std::string& name) {
        std::map<std::string, std::size_t> events;
        std::map<std::string, std::size_t> refused;
        std::size_t frames = 0;
        kit::for_each_frame(path, "okx", [&](const std::string& raw) {
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
        for (const auto& [reason, count] : refused) {
            std::printf("    %zu refused: %s\n", count, reason.c_str());
            EXPECT_NE(reason.find("listed"), std::string::npos) << reason;
        }
    };
    const auto again = [](const std::filesystem::path&) {};
    (void)kit::for_each_recording("okx.", list, check);
    (void)kit::for_each_recording("liquidations_live", again, check);
}

}  // namespace
}  // namespace petrel::okx
