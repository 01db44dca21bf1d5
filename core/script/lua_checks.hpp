// With which a verdict writes down what it compared. A file says what it will check when it is
// loaded, and gets a function that takes value and limit of each:
//     local enough = checks("score >=", "quality >=")
//     local scored, good = enough(score.total, minimum, quality, min_quality)
//
// Each check is kept with the signal, passed or not, so that a verdict can be read with both
// numbers. Names and relations are read once and several checks go in one call, because crossing
// into the host costs more than a comparison. Part of a rule's machine; thread of its state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "script/rule_io.hpp"
#include "script/rule_value.hpp"

struct lua_State;

namespace petrel::core {

class LuaChecks {
public:
    static constexpr std::size_t kChecksMax = 24;    // of one verdict
    static constexpr std::size_t kDeclaredMax = 64;  // of one pack

    // Creates the global `checks` of a sandbox.
    void install(lua_State* lua);
    // A verdict begins; until it ends checks may be made.
    void begin() {
        count_ = 0;
        open_ = true;
    }
    void end() { open_ = false; }
    // What was checked since begin(), in the order of the checks.
    void take(std::vector<VerdictCheck>& checks) const {
        checks.assign(made_.begin(), made_.begin() + static_cast<std::ptrdiff_t>(count_));
    }

    // For translated rules. Whether the C function at `slot` is one that checks() gave, and which
    // of those that are declared it makes.
    static bool is_check(lua_State* lua, int slot, std::size_t& first, std::size_t& count);
    // What that function does: value and limit of each check, from that of `first` on, lie in
    // `values` at `places`. False where it would raise. Answers that are left are nil.
    bool make(std::size_t first, const RuleValue* values, std::span<const std::uint16_t> places,
              std::span<RuleValue> answers);
    static constexpr std::uint64_t cost_of(std::size_t count) { return 2 * count; }

private:
    static int on_declare(lua_State* lua);
    static int on_check(lua_State* lua);
    void declare(lua_State* lua, std::string_view text);

    bool open_ = false;
    std::size_t count_ = 0;  // made since begin()
    std::array<VerdictCheck, kChecksMax> made_;
    std::size_t declared_count_ = 0;
    std::array<VerdictCheck, kDeclaredMax> declared_;  // with names and relations
};

}  // namespace petrel::core
