// /proc/self/statm, whose second field counts resident pages.
#include "runtime/process.hpp"

#include <unistd.h>

#include <cstdio>
#include <memory>

namespace petrel::core {

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

}  // namespace petrel::core
