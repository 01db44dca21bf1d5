// Hashes for identities and versions. Stable over releases and machines: ids depend on them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace petrel::core {

// XXH3, 64 bits, seed 0.
std::uint64_t hash64(std::string_view bytes);

// The same as sixteen lower-case hexadecimal digits, most significant first.
std::string hash_hex(std::string_view bytes);

}  // namespace petrel::core
