// Recorded frames of the venue, where the environment variable PETREL_CAPTURES names a folder with
// recordings (one JSON object a line, the frame as text in "raw"). They are no part of the project;
// without them this says so and proves nothing.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "oracle.hpp"

namespace petrel::bybit {
namespace {

struct Counts {
    std::size_t frames = 0;
    std::size_t ignored = 0;
    std::size_t refused = 0;
    std::size_t notices = 0;
    std::map<std::string, std::size_t> events;
};

Counts decode_file(const std::filesystem::path& path) {
    Probe both(Readers::Both);
    Probe slow(Readers::SlowOnly);
    Counts counts;
    std::ifstream file(path);
    simdjson::ondemand::parser parser;
    for (std::string line; std::getline(file, line);) {
        const simdjson::padded_string padded(line);
        simdjson::ondemand::document document;
        std::string_view venue;
        std::string_view raw;
        if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
            document["venue"].get_string().get(venue) != simdjson::SUCCESS ||
            !venue.starts_with("bybit") ||
            document["raw"].get_string().get(raw) != simdjson::SUCCESS) {
            continue;
        }
        const std::string frame(raw);
        EXPECT_EQ(compare_readers(both, slow, frame), "") << frame;
        ++counts.frames;
        const Decoded answer = both.decode(frame);
        counts.ignored += answer.code == PETREL_IGNORED ? 1 : 0;
        counts.refused += answer.code < 0 ? 1 : 0;
        counts.notices += both.notices.size();
        for (const MarketEvent& e : both.events) {
            ++counts.events[std::string(kind_name(e.kind)) + " " + std::string(side_name(e.side))];
        }
    }
    return counts;
}

TEST(bybit_captures, recorded_frames_are_read_alike_by_both_readers) {
    const char* folder = std::getenv("PETREL_CAPTURES");
    if (folder == nullptr) {
        std::printf("PETREL_CAPTURES names no folder: recordings are absent, nothing was read\n");
        return;
    }
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const std::string name = file.path().filename();
        if (!name.starts_with("bybit_") && !name.starts_with("liquidations_live")) {
            continue;
        }
        ++files;
        Counts counts = decode_file(file.path());
        std::printf("%s: %zu frames, %zu ignored, %zu refused, %zu notices\n", name.c_str(),
                    counts.frames, counts.ignored, counts.refused, counts.notices);
        for (const auto& [kind, count] : counts.events) {
            std::printf("    %zu %s\n", count, kind.c_str());
        }
        EXPECT_GT(counts.frames, 0U) << name;
        if (name.starts_with("bybit_linear.v5")) {
            EXPECT_EQ(counts.refused, 0U);
            EXPECT_GT(counts.events["trade buy"], 0U);
        }
    }
    EXPECT_GT(files, 0U) << "no recording of the venue in " << folder;
}

}  // namespace
}  // namespace petrel::bybit
