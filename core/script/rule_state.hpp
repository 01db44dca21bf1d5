// The state that a pack declares: numbers by name, one set for each symbol, kept by the host.
//
// The schema is part of the manifest and immutable; cells are values in the order of its keys,
// which is that of their names. Plain values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

inline constexpr std::size_t kStateKeysMax = 16;

// Of one symbol; what is beyond the declared keys is 0.
using RuleCells = std::array<double, kStateKeysMax>;

struct RuleStateKey {
    std::string name;
    double initial = 0;
    std::string description;
};

struct RuleStateSchema {
    std::uint32_t version = 0;       // 0: none is declared
    std::vector<RuleStateKey> keys;  // by name
    bool migrates = false;           // the pack brings a function `migrate`

    [[nodiscard]] bool declared() const { return version != 0; }
    [[nodiscard]] RuleCells initial() const {
        RuleCells cells{};
        for (std::size_t i = 0; i < keys.size(); ++i) {
            cells[i] = keys[i].initial;
        }
        return cells;
    }
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const {
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (keys[i].name == name) {
                return i;
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] bool same_keys(const RuleStateSchema& other) const {
        bool same = keys.size() == other.keys.size();
        for (std::size_t i = 0; same && i < keys.size(); ++i) {
            same = keys[i].name == other.keys[i].name;
        }
        return same;
    }
    // Cells of one are cells of the other. Another default is no other schema.
    [[nodiscard]] bool same(const RuleStateSchema& other) const {
        return version == other.version && same_keys(other);
    }
};

}  // namespace petrel::core
