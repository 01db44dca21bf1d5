// Silences that people set by hand: a matcher with an end and a comment. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/routing_config.hpp"

namespace petrel::core {

struct Silence {
    std::string id{};  // "sil-7f3a92"
    AlertMatch match{};
    std::int64_t from_ns = 0;
    std::int64_t until_ns = 0;
    std::string comment{};
    std::string by{};  // who set it

    [[nodiscard]] bool holds(std::int64_t now_ns) const {
        return from_ns <= now_ns && now_ns < until_ns;
    }
};

}  // namespace petrel::core
