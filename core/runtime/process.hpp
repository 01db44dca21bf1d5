// Figures of this process, and names of those who ask it, from the system. Any thread.
#pragma once

#include <cstdint>
#include <string>

namespace petrel::core {

// From here on a crash leaves no image of the memory behind, and no other process of the same user
// may read it: there may be secrets in it.
void keep_memory_private();

// Resident memory in bytes; 0 when the kernel does not say.
std::uint64_t resident_bytes();

// "ann" of a user of this machine; "user 1000" when it has no name for the number.
std::string user_name(unsigned user_id);

}  // namespace petrel::core
