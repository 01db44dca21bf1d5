// The steps of a program while it is written: registers, constants, tables of the pack, fields.
//
// An operand is a register, or a constant from kConstants on. Used by lua_translate alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "script/rule_manifest.hpp"
#include "script/rule_program.hpp"
#include "script/rule_writes.hpp"

struct lua_State;

namespace petrel::core {

class RuleSteps {
public:
    using Operand = std::uint16_t;
    static constexpr Operand kConstants = 0x8000;

    // All outlive it. `kept` is the slot of the Lua table for what the program keeps.
    RuleSteps(lua_State* lua, int kept, const RuleManifest& manifest, const RuleWrites& writes);

    [[nodiscard]] std::size_t next() const { return program_->steps.size(); }
    void add(const RuleProgram::Step& step);
    // A step that sets a register.
    void set(std::uint32_t to, RuleProgram::Step step);
    void move(std::uint32_t to, Operand from);
    // The field or element `key` of a table.
    void read(std::uint32_t to, Operand table, Operand key);
    // A call of the C function on top of the stack; its results begin at `first`. `exact`: it
    // leaves where there are fewer or more than `wanted`.
    void library_call(std::uint32_t first, std::size_t arguments, std::size_t wanted, bool exact);
    void leave() {
        left_ = left_ || goes_on_;  // else no call gets here
        add({});
    }
    // Where it has left or failed since this was called before: keeps for what (which a failure
    // knows better) and in which line of the function on top of the stack.
    void note_left(const char* what, int line);
    [[nodiscard]] const std::string& left_for() const { return program_->leaves_for; }
    void set_target(std::size_t step, std::size_t target);

    // What is known of each register: the constant or the older register whose value it has.
    using Known = std::vector<Operand>;
    // Control goes elsewhere by `step`, which comes next: adds what is known then to what was known
    // there.
    void branch(std::optional<Known>& there, const RuleProgram::Step& step);
    // Control comes from elsewhere: only what is known there holds from here on; also what is known
    // here, unless the step before goes on elsewhere.
    void join(const std::optional<Known>& there);
    void need(std::size_t registers);
    // The constant or the register to read for a register.
    [[nodiscard]] Operand operand(std::uint32_t place) const;
    Operand constant(const RuleValue& value);
    Operand integer(std::int64_t value);
    // Of the value on top of the stack, which stays there.
    Operand constant_on_top();
    // Number of the field that a constant names.
    std::uint16_t field(Operand name);

    Operand fail(const char* why = "code that has no steps") {
        if (!failed_) {
            failure_ = why;
            left_ = true;
            failed_ = true;
        }
        return kConstants;
    }
    [[nodiscard]] bool failed() const { return failed_; }
    // Null after a failure.
    std::unique_ptr<RuleProgram> take();

private:
    RuleValue value_on_top();
    const RuleConstants* table_on_top();
    void read_entries(RuleConstants& table);
    // Keeps the value on top of the stack, which stays there.
    int keep_top();
    [[nodiscard]] const RuleValue& value_of(Operand constant) const {
        return constants_[constant - kConstants];
    }

    lua_State* lua_;
    int kept_;
    const RuleManifest& manifest_;
    const RuleWrites& writes_;
    std::unique_ptr<RuleProgram> program_ = std::make_unique<RuleProgram>();
    std::vector<RuleValue> constants_;
    static constexpr Operand kUnknown = 0xFFFF;

    void overwrite(std::uint32_t place);
    static void keep_common(Known& known, const Known& other);
    Known known_;
    std::map<const void*, const RuleConstants*> tables_;
    bool goes_on_ = true;  // control reaches the next step from the one before it
    bool failed_ = false;
    bool left_ = false;
    const char* failure_ = "";
};

}  // namespace petrel::core
