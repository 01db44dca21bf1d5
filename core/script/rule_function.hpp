// One function of a pack, and whether it runs as a program or in Lua.
//
// Part of a rule's machine; thread of its state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "script/lua_bound.hpp"
#include "script/rule_manifest.hpp"
#include "script/rule_run.hpp"
#include "script/rule_way.hpp"
#include "script/rule_writes.hpp"

namespace petrel::core {

class RuleFunction {
public:
    // Of the Lua function at the stack slot.
    void set_slot(int slot) { slot_ = slot; }
    // Looks for a bound, and makes a program where there is one. `kept` is the slot of the Lua
    // table for what it needs.
    void prove(const RuleRun::Scene& scene, std::size_t arguments, int kept,
               const RuleManifest& manifest, const RuleWrites& writes);

    // The program. False: there is none, or it left, and Lua decides; `left` says which.
    bool run(const RuleInput& input, const ScoreView* score,
             std::span<const RuleHostTable> arguments, bool& left);
    [[nodiscard]] std::span<const RuleValue> results() const { return program_->results(); }
    // After a call in Lua, which may have changed the tables that the program holds as constants.
    [[nodiscard]] bool holds() const { return program_ == nullptr || program_->holds(); }
    void drop_program() { program_.reset(); }

    [[nodiscard]] bool there() const { return slot_ != 0; }
    [[nodiscard]] int slot() const { return slot_; }
    // Steps of a call at most; kUnbounded where there is no proof, 0 where there is no function.
    [[nodiscard]] std::uint64_t bound() const { return bound_; }
    [[nodiscard]] RuleWay way() const { return {program_ != nullptr, in_lua_, runs_, left_}; }

private:
    int slot_ = 0;  // 0: the pack has none
    std::uint64_t bound_ = kUnbounded;
    LuaState* state_ = nullptr;
    std::unique_ptr<RuleRun> program_;
    std::uint64_t runs_ = 0;
    std::uint64_t left_ = 0;
    std::string in_lua_;
};

}  // namespace petrel::core
