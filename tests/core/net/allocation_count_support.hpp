// Counts calls of operator new on the calling thread, between two points of a test.
#pragma once

#include <cstdint>

namespace petrel::core::test {

void start_counting_allocations();
std::uint64_t stop_counting_allocations();

}  // namespace petrel::core::test
