// What a pack's rules remember of each symbol, outside of Lua and across versions.
//
// Owned by whoever runs rules over a stream of findings (a track); bounded by the number of symbols
// and the declared keys. Another version of the pack finds the values of the one before, when the
// schema is the same or it brings `migrate`; the values that were migrated stay at hand, so that
// going back finds them as they were. Thread of the shard; reads no clock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "script/rule_state.hpp"

namespace petrel::core {

class RulePack;

class RuleMemory {
public:
    // From here on it belongs to this pack; one without state leaves it as it is.
    void adopt(const RulePack& pack);

    [[nodiscard]] bool declared() const { return live_.schema.declared(); }
    // As declared for a symbol of which nothing was put.
    [[nodiscard]] const RuleCells& of(std::uint32_t symbol) const {
        return symbol < live_.symbols.size() && live_.symbols[symbol].known
                   ? live_.symbols[symbol].cells
                   : initial_;
    }
    void put(std::uint32_t symbol, const RuleCells& cells);
    // Symbols that began anew, because `migrate` failed on their values or was not there.
    [[nodiscard]] std::uint64_t lost() const { return lost_; }

private:
    struct Symbol {
        bool known = false;
        RuleCells cells{};
    };
    struct Generation {
        std::string pack;  // name, without version
        RuleStateSchema schema;
        std::vector<Symbol> symbols;  // by number
    };
    void migrate(const RulePack& pack);

    Generation live_;
    Generation before_;  // what was migrated
    RuleCells initial_{};
    std::uint64_t lost_ = 0;
};

}  // namespace petrel::core
