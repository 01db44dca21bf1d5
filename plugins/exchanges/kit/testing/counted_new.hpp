// Counts every allocation of a test program. To be included by one file of the program, and by one
// that is compiled for itself or with others of the same program, for it replaces operator new.
//
// Not inlined: the compiler would otherwise see free() on what it takes for another allocation.
// Sanitizers bring their own of each form that is not replaced, so a pair comes from one hand.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace petrel::kit {

inline std::size_t allocations = 0;

[[gnu::noinline]] inline void* counted_block(std::size_t size) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] inline void release_block(void* block) noexcept { std::free(block); }

}  // namespace petrel::kit

// NOLINTBEGIN(misc-definitions-in-headers): replacements must not be inline
void* operator new(std::size_t size) {
    if (void* block = petrel::kit::counted_block(size); block != nullptr) {
        return block;
    }
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return petrel::kit::counted_block(size);
}
void operator delete(void* block) noexcept { petrel::kit::release_block(block); }
void operator delete(void* block, std::size_t) noexcept { petrel::kit::release_block(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept {
    petrel::kit::release_block(block);
}
// NOLINTEND(misc-definitions-in-headers)
