// Damage for a detector's state: what load_state() may meet when versions misunderstand each other.
//
//   for (const std::string& bad : damaged(*host.save_state())) { ... load_state(bad) ... }
//
// The same bytes give the same damage in every run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace petrel::testing {

// Every beginning of it (of long ones a hundred), one byte too many, and `flips` copies in which
// one byte is another.
inline std::vector<std::string> damaged(const std::string& state, std::size_t flips = 500) {
    std::vector<std::string> all{state + '\0', state + std::string(64, '\xff')};
    for (std::size_t size = 0; size < state.size(); size += state.size() / 100 + 1) {
        all.push_back(state.substr(0, size));
    }
    std::uint64_t chance = 0x9e3779b97f4a7c15;
    for (std::size_t i = 0; i < flips && !state.empty(); ++i) {
        chance = chance * 6364136223846793005U + 1442695040888963407U;
        std::string& copy = all.emplace_back(state);
        copy[(chance >> 33) % copy.size()] = static_cast<char>(chance >> 24);
    }
    return all;
}

}  // namespace petrel::testing
