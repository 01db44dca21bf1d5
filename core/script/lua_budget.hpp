// Meter of one Lua state: fuel by a count hook, memory by the allocator.
//
// Owned by LuaState; armed around each protected call and idle while the host works on the stack,
// so that the host's own small pushes cannot fail. A budget that broke stays broken until the call
// ends: whatever the rule catches, its next instruction raises again. Thread of the state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "script/rule_budget.hpp"

struct lua_State;
struct lua_Debug;

namespace petrel::core {

class LuaBudget {
public:
    explicit LuaBudget(const RuleBudget& limits) : limits_(limits) {}

    // The lua_Alloc of the state; `self` is the budget.
    static void* allocate(void* self, void* block, std::size_t old_bytes, std::size_t new_bytes);
    // Hook that the watchdog's signal arms: ends the call at the next instruction.
    static void on_cpu_time(lua_State* lua, lua_Debug* where);

    // Whether a call that is proved to take `bound` steps at most needs no counting.
    [[nodiscard]] bool is_proof(std::uint64_t bound) const {
        return bound <= limits_.fuel && limits_.metering == RuleMetering::Coarse &&
               limits_.lines == nullptr;
    }
    // Starts a call. `bound` are the steps that it is proved not to pass (lua_bound), or
    // kUnbounded: then every step is counted.
    void begin(lua_State* lua, std::uint64_t bound);
    void end() { enforcing_ = false; }
    // Enforces again, within the same call.
    void resume() { enforcing_ = true; }

    // Library functions pay here for work that the count hook cannot see. Raises when it is gone.
    void charge(lua_State* lua, std::uint64_t units);

    // The same for what is no call of Lua's: false instead.
    [[nodiscard]] bool pay(std::uint64_t units) {
        fuel_left_ -= static_cast<std::int64_t>(units);
        return fuel_left_ >= 0;
    }

    [[nodiscard]] bool broken() const { return broken_ != Break::None; }
    // "score.lua:12: used more than 100000 steps ...", of a broken budget or a refused allocation.
    [[nodiscard]] std::string break_text() const;
    // Of the latest call; the proved bound, or whole thousands, when metering is coarse.
    [[nodiscard]] std::uint64_t fuel_used() const;
    [[nodiscard]] std::size_t memory_bytes() const { return held_bytes_; }
    [[nodiscard]] const RuleBudget& limits() const { return limits_; }

private:
    enum class Break : std::uint8_t { None, Fuel, Allocation, CpuTime };

    static void on_count(lua_State* lua, lua_Debug* where);
    [[nodiscard]] std::uint64_t step() const {
        return limits_.metering == RuleMetering::Exact ? 1 : 1'000;
    }
    bool may_grow(std::size_t bytes);
    void break_call(Break kind);
    void note_place();

    RuleBudget limits_;
    lua_State* lua_ = nullptr;
    bool enforcing_ = false;
    bool refused_ = false;  // memory was refused in this call
    Break broken_ = Break::None;
    std::int64_t fuel_left_ = 0;
    std::size_t held_bytes_ = 0;
    std::size_t requested_bytes_ = 0;
    std::array<char, 96> place_{};
};

}  // namespace petrel::core
