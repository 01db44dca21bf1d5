// Recorded frames of the venue, where the environment variable PETREL_CAPTURES names a folder with
// recordings (one JSON object a line, the frame as text in "raw"). They are no part of the project;
// without them this says so and proves nothing.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "petrel/testing/fake_exchange_host.hpp"
#include "test_support.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bitmex {
namespace {

using Counts = std::map<std::string, std::size_t>;

Counts decode_file(const std::filesystem::path& path) {
    testing::FakeExchangeHost host{*petrel_plugin_entry_v1()};
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
        host.forget_output();
        const testing::FakeDecoded answer = host.frame(std::string(raw));
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
    }
    return counts;
}

TEST(bitmex_captures, recorded_frames_are_read_and_none_is_refused) {
    const char* folder = std::getenv("PETREL_CAPTURES");
    if (folder == nullptr) {
        std::printf("PETREL_CAPTURES names no folder: recordings are absent, nothing was read\n");
        return;
    }
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const std::string name = file.path().filename();
        if (!name.starts_with("bitmex.")) {
            continue;
        }
        ++files;
        Counts counts = decode_file(file.path());
        std::printf("%s\n", name.c_str());
        for (const auto& [what, count] : counts) {
            std::printf("    %zu %s\n", count, what.c_str());
        }
        EXPECT_GT(counts["live trade"], 0U) << name;
        EXPECT_GT(counts["late trade"], 0U) << name;
        EXPECT_GT(counts["live best_bid"], 0U) << name;
        EXPECT_GT(counts["notices"], 0U) << name;
    }
    EXPECT_GT(files, 0U) << "no recording of the venue in " << folder;
}

}  // namespace
}  // namespace petrel::bitmex
