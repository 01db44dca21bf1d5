// The 64-bit id of what the venue names by a text (a UUID): the same text gives the same id on
// every connection, in every run and in later versions, since ids are kept in journals. Never 0.
// Pure function; any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace petrel {

inline std::uint64_t text_id(std::string_view text) {
    std::uint64_t h = text.size() * 0x9e3779b97f4a7c15U;
    const auto take = [&h](std::uint64_t word) {
        h = (h ^ word) * 0xbf58476d1ce4e5b9U;
        h ^= h >> 29U;
    };
    for (; text.size() >= 8; text.remove_prefix(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), 8);
        take(word);
    }
    std::uint64_t rest = 0;
    if (!text.empty()) {
        std::memcpy(&rest, text.data(), text.size());
    }
    take(rest);
    h = (h ^ h >> 32U) * 0x94d049bb133111ebU;
    h ^= h >> 31U;
    return h != 0 ? h : 1;
}

}  // namespace petrel
