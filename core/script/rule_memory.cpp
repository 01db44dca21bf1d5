// Changing over happens between two findings, for all symbols at once.
#include "script/rule_memory.hpp"

#include <utility>

#include "script/rule_migration.hpp"
#include "script/rule_pack.hpp"

namespace petrel::core {

void RuleMemory::adopt(const RulePack& pack) {
    const RuleManifest& manifest = pack.manifest();
    if (!manifest.state.declared()) {
        return;
    }
    const auto fits = [&](const Generation& of) {
        return of.pack == manifest.name && of.schema.same(manifest.state);
    };
    if (!fits(live_)) {
        if (fits(before_)) {
            std::swap(live_, before_);
        } else {
            migrate(pack);
        }
    }
    live_.schema = manifest.state;  // the defaults may be others
    initial_ = live_.schema.initial();
}

void RuleMemory::migrate(const RulePack& pack) {
    const RuleManifest& manifest = pack.manifest();
    Generation next{manifest.name, manifest.state, {}};
    if (live_.schema.declared() && live_.pack == manifest.name) {
        RuleMigration migration(pack, live_.schema);
        next.symbols.resize(live_.symbols.size());
        for (std::size_t symbol = 0; symbol < live_.symbols.size(); ++symbol) {
            if (!live_.symbols[symbol].known) {
                continue;
            }
            Result<RuleCells> cells = migration.carry(live_.symbols[symbol].cells);
            if (cells.ok()) {
                next.symbols[symbol] = {true, *cells};
            } else {
                ++lost_;
            }
        }
    }
    before_ = std::exchange(live_, std::move(next));
}

void RuleMemory::put(std::uint32_t symbol, const RuleCells& cells) {
    if (symbol >= live_.symbols.size()) {
        live_.symbols.resize(std::size_t{symbol} + 1);
    }
    live_.symbols[symbol] = {true, cells};
}

}  // namespace petrel::core
