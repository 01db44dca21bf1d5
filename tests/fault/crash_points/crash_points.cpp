// Crashes a recorded run at its every operation and recovers from each crash.
//
//   crash_points [--states N | --all] [--seed N] [--ignore-syncs]
//
// For each prefix of the operations: the folder after kill -9, and five after a power cut. Without
// --all an even sample of about N states. Ends with 0 when nothing was lost, half, corrupt or
// invented. With --ignore-syncs the record leaves the syncs out, as a store with synchronous=OFF
// would: then it ends with 0 only if the checks do find losses, half admissions or damage.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/store/temp_folder_support.hpp"
#include "crash_points/disk_image.hpp"
#include "crash_points/recovery_check.hpp"
#include "crash_points/story.hpp"

namespace petrel::crash_points {
namespace {

struct Options {
    std::uint64_t states = 900;
    std::uint64_t seed = 1;
    bool ignore_syncs = false;
};

bool parse(int count, char** arguments, Options& options) {
    for (int i = 1; i < count; ++i) {
        const std::string word = arguments[i];
        if (word == "--all") {
            options.states = UINT64_MAX;
        } else if (word == "--ignore-syncs") {
            options.ignore_syncs = true;
        } else if (word == "--states" && i + 1 < count) {
            options.states = std::strtoull(arguments[++i], nullptr, 10);
        } else if (word == "--seed" && i + 1 < count) {
            options.seed = std::strtoull(arguments[++i], nullptr, 10);
        } else {
            return false;
        }
    }
    return options.states > 0;
}

// Runs the workload under the recorder; false when it failed.
bool record(const std::string& folder, const std::string& log, const Options& options) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("LD_PRELOAD", PETREL_RECORDER, 1);
        ::setenv("PETREL_RECORD_LOG", log.c_str(), 1);
        ::setenv("PETREL_RECORD_FOLDER", folder.c_str(), 1);
        ::setenv("ASAN_OPTIONS", "detect_leaks=0:verify_asan_link_order=0", 1);
        if (options.ignore_syncs) {
            ::setenv("PETREL_RECORD_IGNORE_SYNCS", "1", 1);
        }
        ::execl(PETREL_WORKLOAD, PETREL_WORKLOAD, folder.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

void crash_after(std::size_t prefix, const DiskImage& disk, const Promises& promises,
                 std::uint64_t seed, const std::string& folder, Tally& tally) {
    const std::string name = "after operation " + std::to_string(prefix);
    write_folder(folder, disk.after_kill());
    check_recovery(folder, promises, name + ", kill", tally);
    for (const Cut cut : kCuts) {
        std::mt19937_64 dice(seed * 1'000'003 + prefix * 11 + static_cast<std::uint64_t>(cut));
        write_folder(folder, disk.after_power_cut(cut, dice));
        check_recovery(folder, promises,
                       name + ", power cut " + std::to_string(static_cast<int>(cut)), tally);
    }
}

Tally enumerate(const std::vector<Operation>& operations, const Options& options,
                const std::string& folder) {
    constexpr std::uint64_t states_a_prefix = 1 + std::size(kCuts);
    const std::uint64_t prefixes = std::max<std::uint64_t>(1, options.states / states_a_prefix);
    const std::uint64_t step = std::max<std::uint64_t>(1, operations.size() / prefixes);
    DiskImage disk;
    Promises promises;
    Tally tally;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        disk.apply(operations[i]);
        if (operations[i].kind == 'A') {
            promises.add(operations[i].data);
        }
        if (i % step == options.seed % step || i + 1 == operations.size()) {
            crash_after(i, disk, promises, options.seed, folder, tally);
        }
    }
    return tally;
}

int run(const Options& options) {
    const petrel::testing::TempFolder temporary;
    const std::string folder = std::filesystem::canonical(temporary.path()).string();
    std::filesystem::create_directory(folder + "/run");
    if (!record(folder + "/run", folder + "/log", options)) {
        std::fprintf(stderr, "crash_points: the recorded workload failed\n");
        return 2;
    }
    const std::vector<Operation> operations = read_operations(folder + "/log");
    if (operations.empty()) {
        std::fprintf(stderr, "crash_points: nothing was recorded\n");
        return 2;
    }
    const auto promised =
        std::count_if(operations.begin(), operations.end(),
                      [](const Operation& operation) { return operation.kind == 'A'; });
    if (promised < kAdmissions) {
        std::fprintf(stderr, "crash_points: the workload's promises were not recorded\n");
        return 2;
    }
    const Tally tally = enumerate(operations, options, folder + "/crashed");
    std::printf("operations %zu, promises %lld, states checked %llu, seed %llu\n",
                operations.size(), static_cast<long long>(promised),
                static_cast<unsigned long long>(tally.states),
                static_cast<unsigned long long>(options.seed));
    std::printf("lost %llu, half %llu, corrupt %llu, invented %llu\n",
                static_cast<unsigned long long>(tally.lost),
                static_cast<unsigned long long>(tally.half),
                static_cast<unsigned long long>(tally.corrupt),
                static_cast<unsigned long long>(tally.invented));
    for (const std::string& text : tally.cases) {
        std::printf("  %s\n", text.c_str());
    }
    if (options.ignore_syncs) {
        return tally.lost > 0 ? 0 : 1;  // a check that cannot fail proves nothing
    }
    return tally.faults() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace petrel::crash_points

int main(int count, char** arguments) {
    petrel::crash_points::Options options;
    if (!petrel::crash_points::parse(count, arguments, options)) {
        std::fprintf(stderr,
                     "usage: crash_points [--states N | --all] [--seed N] [--ignore-syncs]\n");
        return 2;
    }
    return petrel::crash_points::run(options);
}
