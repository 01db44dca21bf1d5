// A folder's files as a disk holds them: what is durable, and what was written since.
//
// Fed with the recorded operations in order; gives the folder after a kill (everything applied) and
// after a power cut (what was synced, and any part of the rest). Directory operations count as
// durable at once.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace petrel::crash_points {

struct Operation {
    char kind = 0;  // as in recorder.c
    std::string path;
    std::uint64_t where = 0;
    std::string data;
};

// Empty when the file is no whole log.
std::vector<Operation> read_operations(const std::string& path);

using Folder = std::map<std::string, std::string>;  // path to content

// How a power cut treats what was not synced.
enum class Cut : std::uint8_t { DropAll, DropLast, Random, Torn, Noise };
inline constexpr Cut kCuts[] = {Cut::DropAll, Cut::DropLast, Cut::Random, Cut::Torn, Cut::Noise};

class DiskImage {
public:
    void apply(const Operation& operation);

    [[nodiscard]] Folder after_kill() const;
    [[nodiscard]] Folder after_power_cut(Cut cut, std::mt19937_64& dice) const;

private:
    struct File {
        std::string durable;
        std::vector<Operation> pending;
    };

    std::map<std::string, File> files_;
};

// Makes the folder anew with these files in it.
void write_folder(const std::string& path, const Folder& folder);

}  // namespace petrel::crash_points
