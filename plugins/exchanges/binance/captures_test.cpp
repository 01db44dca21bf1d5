// Recorded frames of the venue, where the environment variable PETREL_CAPTURES names a folder with
// recordings (one JSON object a line, the frame as text in "raw"). They are no part of the project;
// without them this reads a line of its own making and says so.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "oracle.hpp"

namespace petrel::binance {
namespace {

// The frame inside a line of a recording of this venue; its escapes are \" \\ \/ and no others.
std::optional<std::string> frame_of(std::string_view line) {
    constexpr std::string_view kRaw = "\"raw\":\"";
    std::size_t at = line.find(kRaw);
    if (at == std::string_view::npos || line.find("\"binance_usdm\"") == std::string_view::npos) {
        return std::nullopt;
    }
    std::string frame;
    for (at += kRaw.size(); at < line.size() && line[at] != '"'; ++at) {
        at += line[at] == '\\' ? 1 : 0;
        frame.push_back(line[at]);
    }
    return frame;
}

struct Counts {
    std::size_t frames = 0;
    std::size_t ignored = 0;
    std::map<std::string, std::size_t> refused;
    std::map<std::string, std::size_t> events;
    std::uint64_t fast = 0;
};

Counts decode_lines(const std::vector<std::string>& lines) {
    Probe fast(Way::FastFirst);
    Probe slow(Way::SlowOnly);
    Counts counts;
    for (const std::string& line : lines) {
        const std::optional<std::string> frame = frame_of(line);
        if (!frame) {
            continue;
        }
        EXPECT_EQ(compare_ways(fast, slow, *frame), "") << *frame;
        ++counts.frames;
        for (const MarketEvent& e : fast.events) {
            ++counts.events[std::string(kind_name(e.kind)) + " " + std::string(side_name(e.side))];
        }
        const Decoded answer = slow.decode(*frame);
        counts.ignored += answer.code == PETREL_IGNORED ? 1 : 0;
        if (answer.code < 0) {
            ++counts.refused[std::string(answer.reason)];
        }
    }
    counts.fast = fast.decoder().fast_count();
    return counts;
}

void print(const std::string& name, const Counts& counts) {
    std::printf("%s: %zu frames, %llu by the fast walk, %zu ignored\n", name.c_str(), counts.frames,
                static_cast<unsigned long long>(counts.fast), counts.ignored);
    for (const auto& [kind, count] : counts.events) {
        std::printf("    %zu %s\n", count, kind.c_str());
    }
    for (const auto& [reason, count] : counts.refused) {
        std::printf("    %zu refused: %s\n", count, reason.c_str());
    }
}

bool is_ours(const std::string& name) {
    return name.ends_with(".jsonl") &&
           (name.starts_with("binance_usdm.") || name.starts_with("liquidations_live") ||
            name.starts_with("trades.binance_usdm."));
}

TEST(binance_captures, a_recorded_line_gives_the_events_of_its_frame) {
    const Counts counts = decode_lines(
        {R"({"recv_ts":1794000000.5,"venue":"binance_usdm","raw":"{\"e\":\"aggTrade\",\"E\":1,)"
         R"(\"a\":7,\"s\":\"BTCUSDT\",\"p\":\"1\",\"q\":\"2\",\"f\":1,\"l\":2,)"
         R"(\"T\":1794000000101,\"m\":true}"})",
         R"({"recv_ts":1794000000.6,"venue":"other","raw":"{}"})"});
    EXPECT_EQ(counts.frames, 1U);
    EXPECT_EQ(counts.events.at("trade sell"), 1U);
}

TEST(binance_captures, recorded_frames_are_read_alike_by_both_ways_and_none_is_refused) {
    const char* folder = std::getenv("PETREL_CAPTURES");
    if (folder == nullptr) {
        std::printf("PETREL_CAPTURES is not set: this test did not run on recordings\n");
        return;
    }
    std::size_t files = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string name = file.path().filename();
        if (!is_ours(name)) {
            continue;
        }
        ++files;
        const Counts counts = decode_lines(lines_of(file.path()));
        print(name, counts);
        EXPECT_GT(counts.frames, 0U) << name;
        EXPECT_FALSE(counts.events.empty()) << name;
        EXPECT_TRUE(counts.refused.empty()) << name;
        if (name.starts_with("trades.")) {
            EXPECT_GE(counts.fast + 1, counts.frames) << "all but the first of a symbol";
        }
    }
    EXPECT_GT(files, 0U) << "no recording of the venue in " << folder;
}

}  // namespace
}  // namespace petrel::binance
