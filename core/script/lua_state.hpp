// One Lua state with its budget, its watchdog slot and its sandbox: the only way into Lua.
//
// Owned by a rule's machine or by a check. Text chunks only; every call is protected and metered;
// what goes wrong comes back as a sentence with file and line. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "petrel/result.hpp"
#include "script/lua_bound.hpp"
#include "script/lua_budget.hpp"
#include "script/lua_watchdog.hpp"
#include "script/rule_budget.hpp"

struct lua_State;

namespace petrel::core {

class LuaState {
public:
    explicit LuaState(const RuleBudget& budget);
    ~LuaState();
    LuaState(const LuaState&) = delete;
    LuaState& operator=(const LuaState&) = delete;

    // The state that a C function was called in.
    static LuaState& of(lua_State* lua);

    [[nodiscard]] lua_State* raw() { return lua_; }
    [[nodiscard]] LuaBudget& budget() { return budget_; }

    // Compiles text and leaves the chunk on the stack. `name` is what messages show: "score.lua".
    Status compile(std::string_view name, std::string_view text);

    // Calls what lies on the stack, metered. True: the results are on the stack. False: one error
    // object is, for take_fault(). `bound` as in LuaBudget::begin.
    bool call(int arguments, int results, std::uint64_t bound = kUnbounded);
    // A translated function runs in place of a call: counts as one, while the host works on the
    // stack.
    void begin_steps(std::uint64_t bound) {
        files_ = 0;
        budget_.begin(lua_, bound);
        budget_.end();
    }
    // Calls what lies on the stack. False: it raised, and one error object is on the stack.
    bool call_library(int arguments, int results);
    // The fault of the call that failed just now: "score.lua:12: ...". Pops the error object.
    std::string take_fault();

    // Around a file of the pack that runs once, inside a call or before the first.
    void enter_file() { ++files_; }
    void leave_file() { --files_; }
    // A function of the pack runs, and no file: only then is there an event.
    [[nodiscard]] bool in_function() const { return files_ == 0; }

private:
    LuaBudget budget_;  // before the state: freeing counts
    lua_State* lua_;
    std::unique_ptr<WatchSlot> slot_;
    int status_ = 0;
    int files_ = 0;  // that run now
};

}  // namespace petrel::core
