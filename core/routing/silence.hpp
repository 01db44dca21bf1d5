// Silences that people set by hand: a matcher with an end and a comment, and what one holds back.
//
// Plain values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/routing_config.hpp"
#include "routing/alert_facts.hpp"

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

inline constexpr std::string_view kSilencedBy = "silenced by ";

// Whether the silence means the alert, whenever that is. An alert of petrel itself is held back
// only by a matcher that names type=SYSTEM, and a critical one never: who silences a market must
// still hear that the radar is blind.
bool holds_back(const Silence& silence, const AlertFacts& facts);

// The first that holds now and means the alert; null when none does.
const Silence* silence_of(const AlertFacts& facts, std::int64_t now_ns,
                          std::span<const Silence> silences);

// "silenced by sil-7f3a92: maintenance"
std::string silence_words(const Silence& silence);

}  // namespace petrel::core
