// Recorded frames of the venue, where the environment variable PETREL_CAPTURES names a folder with
// recordings (one JSON object a line, the frame as text in "raw"; the list of contracts in rest/).
// They are no part of the project; without them this says so and proves nothing.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "venue_test.hpp"

namespace petrel::okx {
namespace {

// Frames of other products than swaps are refused as unlisted; nothing else may be.
struct Counts {
    std::map<std::string, std::size_t> events;
    std::map<std::string, std::size_t> refused;
    std::size_t frames = 0;
};

Counts decode_file(const std::filesystem::path& path, testing::FakeExchangeHost& host) {
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
            !venue.starts_with("okx") ||
            document["raw"].get_string().get(raw) != simdjson::SUCCESS) {
            continue;
        }
        ++counts.frames;
        host.forget_output();
        const testing::FakeDecoded answer = host.frame(raw);
        if (answer.code < 0) {
            ++counts.refused[answer.reason];
        }
        for (const MarketEvent& e : host.events()) {
            ++counts.events[std::string(kind_name(e.kind)) + " " + std::string(side_name(e.side))];
        }
    }
    return counts;
}

TEST(okx_captures, recorded_frames_are_read) {
    const char* folder = std::getenv("PETREL_CAPTURES");
    if (folder == nullptr) {
        std::printf("PETREL_CAPTURES names no folder: recordings are absent, nothing was read\n");
        return;
    }
    std::ifstream list(std::filesystem::path(folder) / "rest/okx.instruments_SWAP.2022-05-13.json");
    const std::string body{std::istreambuf_iterator<char>(list), {}};
    testing::FakeExchangeHost host{*petrel_plugin_entry_v1()};
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, body).code, PETREL_OK);
    std::printf("%zu swaps are listed\n", host.instruments().size());
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const std::string name = file.path().filename();
        if (!name.starts_with("okx.") && !name.starts_with("liquidations_live")) {
            continue;
        }
        Counts counts = decode_file(file.path(), host);
        std::printf("%s: %zu frames\n", name.c_str(), counts.frames);
        for (const auto& [kind, count] : counts.events) {
            std::printf("    %zu %s\n", count, kind.c_str());
        }
        EXPECT_GT(counts.frames, 0U) << name;
        for (const auto& [reason, count] : counts.refused) {
            std::printf("    %zu refused: %s\n", count, reason.c_str());
            EXPECT_NE(reason.find("listed"), std::string::npos) << reason;
        }
    }
}

}  // namespace
}  // namespace petrel::okx
