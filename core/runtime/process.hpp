// Figures of this process, read from the kernel. Any thread.
#pragma once

#include <cstdint>

namespace petrel::core {

// Resident memory in bytes; 0 when the kernel does not say.
std::uint64_t resident_bytes();

}  // namespace petrel::core
