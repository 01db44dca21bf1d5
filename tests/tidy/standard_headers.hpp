// The names of the C11 and C++20 standard headers, for the rule that the SDK needs nothing else.
// Sorted, so that a reader can compare them with the standard's tables.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace petrel::tidy {

inline constexpr std::array<std::string_view, 27> kC11Headers{
    "assert.h", "complex.h", "ctype.h",  "errno.h",  "fenv.h",   "float.h",  "inttypes.h",
    "iso646.h", "limits.h",  "locale.h", "math.h",   "setjmp.h", "signal.h", "stdalign.h",
    "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h",  "stdlib.h", "stdnoreturn.h",
    "string.h", "tgmath.h",  "time.h",   "uchar.h",  "wchar.h",  "wctype.h"};

// Without <thread> and its kin, <chrono> and <random>: what a plugin must not do, its headers need
// not offer.
inline constexpr std::string_view kCpp20Headers =
    " algorithm any array bit bitset cassert cctype cerrno cfenv cfloat charconv cinttypes"
    " climits clocale cmath compare complex concepts csetjmp csignal cstdarg cstddef cstdint"
    " cstdio cstdlib cstring cuchar cwchar cwctype deque exception filesystem format"
    " forward_list fstream functional initializer_list iomanip ios iosfwd iostream istream"
    " iterator limits list locale map memory memory_resource new numbers numeric optional"
    " ostream queue ranges ratio regex scoped_allocator set source_location span sstream stack"
    " stdexcept streambuf string string_view system_error tuple type_traits typeindex typeinfo"
    " unordered_map unordered_set utility valarray variant vector version ";

inline bool is_c11_header(std::string_view name) {
    return std::find(kC11Headers.begin(), kC11Headers.end(), name) != kC11Headers.end();
}

inline bool is_cpp20_header(std::string_view name) {
    return kCpp20Headers.find(" " + std::string(name) + " ") != std::string_view::npos;
}

}  // namespace petrel::tidy
