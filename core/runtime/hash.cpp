// XXH3 of libxxhash; its 64-bit values are fixed since version 0.8.0.
#include "runtime/hash.hpp"

#include <xxhash.h>

#include <cstdio>

namespace petrel::core {

std::uint64_t hash64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string hash_hex(std::string_view bytes) {
    char text[24];
    std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(hash64(bytes)));
    return text;
}

}  // namespace petrel::core
