// Recorded frames of the venue; see kit/testing/captures.hpp.
#include "kit/testing/captures.hpp"

#include <gtest/gtest.h>

#include <map>

#include "petrel/testing/fake_exchange_host.hpp"
#include "test_support.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::coinbase {
namespace {

using Counts = std::map<std::string, std::size_t>;

Counts decode_file(const std::filesystem::path& path) {
    testing::FakeExchangeHost host{*petrel_plugin_entry_v1()};
    Counts counts;
    kit::for_each_frame(path, {}, [&](const std::string& raw) {
        host.forget_output();
        const testing::FakeDecoded answer = host.frame(raw);
        ++counts["frames"];
        counts["ignored"] += answer.code == PETREL_IGNORED ? 1 : 0;
        counts["notices"] += host.notices().size();
        if (answer.code < 0) {
            ++counts["refused"];
            ADD_FAILURE() << answer.reason << ": " << raw.substr(0, 200);
        }
        for (const MarketEvent& e : host.events()) {
            const bool late = (e.flags & PETREL_FLAG_LATE) != 0;
            ++counts[std::string(late ? "late " : "live ") + std::string(kind_name(e.kind))];
            EXPECT_TRUE(event_in_bounds(e)) << raw.substr(0, 200);
        }
    });
    return counts;
}

TEST(coinbase_captures, recorded_frames_are_read_and_none_is_refused) {
    const auto nothing = [](const std::filesystem::path&) {};
    const auto check = [](const std::filesystem::path& path, const std::string& name) {
        Counts counts = decode_file(path);
        std::printf("%s\n", name.c_str());
        for (const auto& [what, count] : counts) {
            std::printf("    %zu %s\n", count, what.c_str());
        }
        EXPECT_GT(counts["live trade"], 0U) << name;
        EXPECT_GT(counts["late trade"], 0U) << name;
        EXPECT_GT(counts["live best_bid"], 0U) << name;
        EXPECT_GT(counts["notices"], 0U) << name;
    };
    (void)kit::for_each_recording("coinbase_pro.", nothing, check);
}

}  // namespace
}  // namespace petrel::coinbase
