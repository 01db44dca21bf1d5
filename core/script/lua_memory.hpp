// The table `state` of rules: reads and writes the declared state of the symbol under judgement.
//
// Works on cells of its own, which the host sets before an evaluation and reads after it; a call
// that fails leaves them as they were. Part of a rule's machine; thread of its state.
#pragma once

#include <vector>

#include "script/rule_io.hpp"
#include "script/rule_state.hpp"

struct lua_State;

namespace petrel::core {

class LuaMemory {
public:
    // Adds the global; `schema` outlives it. Before the pack's files are run.
    void install(lua_State* lua, const RuleStateSchema& schema);

    void set(const RuleCells& cells) { cells_ = cells; }
    [[nodiscard]] const RuleCells& cells() const { return cells_; }
    [[nodiscard]] bool declared() const { return declared_; }

    // Around a call: roll_back() undoes what it put.
    void begin() { before_ = cells_; }
    void roll_back() { cells_ = before_; }

private:
    static int on_get(lua_State* lua) noexcept;
    static int on_put(lua_State* lua) noexcept;
    static double* cell(lua_State* lua, const char* function);

    bool declared_ = false;
    RuleCells cells_{};
    RuleCells before_{};
};

}  // namespace petrel::core
