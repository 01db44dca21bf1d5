// The hash for what must not be forged; ids and versions take the faster one of hash.hpp. Pure.
#pragma once

#include <string>
#include <string_view>

namespace petrel::core {

// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace petrel::core
