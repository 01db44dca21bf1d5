// One shared anonymous mapping: a page for the header, room for the input, a page of no access.
#include "contract/input_arena.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "petrel/abi/exchange.h"
#include "runtime/error_text.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kWhatMax = 200;

std::size_t page_bytes() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

}  // namespace

struct InputArena::Header {
    char what[kWhatMax];
    std::uint64_t what_length;
    std::uint64_t input_length;
    std::uint64_t in_call;
};

Result<std::unique_ptr<InputArena>> InputArena::make() {
    const std::size_t page = page_bytes();
    const std::size_t bytes = page + kInputMax + PETREL_FRAME_PADDING + page;
    const std::size_t whole = (bytes + page - 1) / page * page;
    void* memory =
        ::mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return Status::io("no memory to verify in: " + error_text(errno));
    }
    auto* begin = static_cast<unsigned char*>(memory);
    auto arena = std::make_unique<InputArena>(begin, whole, Passkey{});
    if (::mprotect(begin + whole - page, page, PROT_NONE) != 0) {
        return Status::io("no memory to verify in: " + error_text(errno));
    }
    return arena;
}

InputArena::InputArena(unsigned char* memory, std::size_t bytes, Passkey)
    : memory_(memory), bytes_(bytes) {}

InputArena::~InputArena() { ::munmap(memory_, bytes_); }

InputArena::Header& InputArena::header() const { return *reinterpret_cast<Header*>(memory_); }

char* InputArena::end() const { return reinterpret_cast<char*>(memory_ + bytes_ - page_bytes()); }

std::string_view InputArena::place(std::string_view bytes, unsigned char padding) {
    bytes = bytes.substr(0, kInputMax);
    char* to = end() - PETREL_FRAME_PADDING - bytes.size();
    std::memcpy(to, bytes.data(), bytes.size());
    std::memset(to + bytes.size(), padding, PETREL_FRAME_PADDING);
    header().input_length = bytes.size();
    header().in_call = 1;
    return {to, bytes.size()};
}

bool InputArena::intact(std::string_view bytes, unsigned char padding) const {
    const char* from = end() - PETREL_FRAME_PADDING - bytes.size();
    return std::memcmp(from, bytes.data(), bytes.size()) == 0 &&
           std::all_of(end() - PETREL_FRAME_PADDING, end(),
                       [&](char c) { return static_cast<unsigned char>(c) == padding; });
}

void InputArena::doing(std::string_view what) {
    const std::size_t length = std::min(what.size(), kWhatMax);
    std::memcpy(header().what, what.data(), length);
    header().what_length = length;
    header().input_length = 0;
}

std::string InputArena::what() const {
    return {header().what, std::min<std::size_t>(header().what_length, kWhatMax)};
}

std::string InputArena::input() const {
    const std::size_t length = std::min<std::size_t>(header().input_length, kInputMax);
    return header().in_call == 0 ? std::string()
                                 : std::string(end() - PETREL_FRAME_PADDING - length, length);
}

void InputArena::call_ended() { header().in_call = 0; }

}  // namespace petrel::core
