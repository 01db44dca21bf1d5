// /proc/self/statm, whose second field counts resident pages.
#include "runtime/process.hpp"

#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>

namespace petrel::core {

// The kernel refuses only values that are none.
void keep_memory_private() { (void)::prctl(PR_SET_DUMPABLE, 0); }

std::uint64_t resident_bytes() {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "r"),
                                                               &std::fclose);
    unsigned long long total = 0;
    unsigned long long resident = 0;
    if (file == nullptr || std::fscanf(file.get(), "%llu %llu", &total, &resident) != 2) {
        return 0;
    }
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string user_name(unsigned user_id) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 16'384> room{};
    const int failed = ::getpwuid_r(user_id, &entry, room.data(), room.size(), &found);
    return failed != 0 || found == nullptr ? "user " + std::to_string(user_id) : found->pw_name;
}

}  // namespace petrel::core
