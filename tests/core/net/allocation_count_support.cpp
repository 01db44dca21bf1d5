// Replaces the global allocation functions of the test program.
#include "core/net/allocation_count_support.hpp"

#include <cstdlib>
#include <new>

namespace {
thread_local bool t_counting = false;
thread_local std::uint64_t t_count = 0;
}  // namespace

namespace petrel::core::test {

void start_counting_allocations() {
    t_count = 0;
    t_counting = true;
}

std::uint64_t stop_counting_allocations() {
    t_counting = false;
    return t_count;
}

}  // namespace petrel::core::test

void* operator new(std::size_t size) {
    t_count += t_counting ? 1 : 0;
    if (void* memory = std::malloc(size > 0 ? size : 1)) {
        return memory;
    }
    throw std::bad_alloc();
}
// A sanitizer brings its own of each form that is not replaced: a pair comes from one hand.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    t_count += t_counting ? 1 : 0;
    return std::malloc(size > 0 ? size : 1);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
