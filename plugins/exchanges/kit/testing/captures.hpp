// For tests: recorded frames, where the environment variable PETREL_CAPTURES names a folder with
// recordings (one JSON object a line, the frame as text in "raw", perhaps its "venue"). They are no
// part of the project; without them a test says so and proves nothing.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "kit/json.hpp"

namespace petrel::kit {

// Calls `take` with each frame of a recording; with `venue`, only those of venues named so.
template <typename Take>
void for_each_frame(const std::filesystem::path& path, std::string_view venue, Take&& take) {
    std::ifstream file(path);
    ondemand::parser parser;
    for (std::string line; std::getline(file, line);) {
        const simdjson::padded_string padded(line);
        ondemand::document document;
        std::string_view of;
        std::string_view raw;
        const bool wanted =
            parser.iterate(padded).get(document) == simdjson::SUCCESS &&
            (venue.empty() || (document["venue"].get_string().get(of) == simdjson::SUCCESS &&
                               of.starts_with(venue)));
        if (wanted && document["raw"].get_string().get(raw) == simdjson::SUCCESS) {
            take(std::string(raw));
        }
    }
}

// Calls `take` with the path and the name of each recording whose name begins so, after `begin`
// with the folder. Says how many there were, and says it when there is no folder.
template <typename Begin, typename Take>
std::size_t for_each_recording(std::string_view prefix, Begin&& begin, Take&& take) {
    const char* folder = std::getenv("PETREL_CAPTURES");
    if (folder == nullptr) {
        std::printf("PETREL_CAPTURES names no folder: recordings are absent, nothing was read\n");
        return 0;
    }
    begin(std::filesystem::path(folder));
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const std::string name = file.path().filename();
        if (name.starts_with(prefix)) {
            ++files;
            take(file.path(), name);
        }
    }
    if (files == 0) {
        std::printf("no recording %s* in %s: nothing was read\n", std::string(prefix).c_str(),
                    folder);
    }
    return files;
}

}  // namespace petrel::kit
