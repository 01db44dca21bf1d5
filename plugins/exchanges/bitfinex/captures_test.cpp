// Recorded frames of the venue, where the environment variable PETREL_CAPTURES names a folder with
// recordings (one JSON object a line, the frame as text in "raw"). They are no part of the project;
// without them this says so and proves nothing.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "probe.hpp"

namespace petrel::bitfinex {
namespace {

struct Counts {
    std::size_t frames = 0, events = 0, ignored = 0, refused = 0, notices = 0, gaps = 0;
};

Counts decode_file(const std::filesystem::path& path) {
    Probe probe;
    Counts counts;
    std::ifstream file(path);
    simdjson::ondemand::parser parser;
    for (std::string line; std::getline(file, line);) {
        const simdjson::padded_string padded(line);
        simdjson::ondemand::document document;
        std::string_view raw;
        if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
            document["raw"].get_string().get(raw) != simdjson::SUCCESS) {
            continue;
        }
        const Decoded answer = probe.decode(std::string(raw));
        ++counts.frames;
        counts.ignored += answer.code == PETREL_IGNORED ? 1 : 0;
        counts.refused += answer.code < 0 ? 1 : 0;
        counts.notices += probe.notices;
        counts.events += probe.events.size();
        for (const MarketEvent& e : probe.events) {
            EXPECT_TRUE(event_in_bounds(e)) << raw;
        }
    }
    counts.gaps = probe.gaps;
    return counts;
}

TEST(bitfinex_captures, recorded_frames_are_read) {
    const char* folder = std::getenv("PETREL_CAPTURES");
    if (folder == nullptr) {
        std::printf("PETREL_CAPTURES names no folder: recordings are absent, nothing was read\n");
        return;
    }
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const std::string name = file.path().filename();
        if (!name.starts_with("bitfinex")) {
            continue;
        }
        ++files;
        const Counts counts = decode_file(file.path());
        std::printf("%s: %zu frames, %zu events, %zu ignored, %zu refused, %zu notices\n",
                    name.c_str(), counts.frames, counts.events, counts.ignored, counts.refused,
                    counts.notices);
        EXPECT_GT(counts.frames, 0U) << name;
        EXPECT_EQ(counts.refused, 0U) << name;
        EXPECT_EQ(counts.gaps, 0U) << name;
    }
    EXPECT_GT(files, 0U) << "no recording of the venue in " << folder;
}

}  // namespace
}  // namespace petrel::bitfinex
