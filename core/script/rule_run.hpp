// Runs the program of a rule function.
//
// Whatever is not quite as the program expects makes it leave: then Lua makes the call from its
// beginning. Part of a rule's machine; thread of its state. Allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "script/lua_fields.hpp"
#include "script/rule_io.hpp"
#include "script/rule_program.hpp"

namespace petrel::core {

class LuaChecks;
class LuaState;
class LuaTerms;
class LuaVoters;

class RuleRun {
public:
    // What a program works with; borrowed, outlives it.
    struct Scene {
        LuaState* state = nullptr;
        LuaTerms* terms = nullptr;
        LuaVoters* voters = nullptr;
        LuaChecks* checks = nullptr;
        const RuleInput* input = nullptr;
        const ScoreView* score = nullptr;
    };
    RuleRun(std::unique_ptr<RuleProgram> program, const Scene& scene);

    // False: Lua decides; what was written so far is void. Else the results, until the next run.
    bool run(const RuleInput& input, const ScoreView* score,
             std::span<const RuleHostTable> arguments);
    [[nodiscard]] std::span<const RuleValue> results() const { return results_; }
    // Whether the tables of the pack still are what they were when the program was made. Asked
    // after a call that Lua made.
    [[nodiscard]] bool holds() const;

private:
    static constexpr std::size_t kTextBytesMax = 2'048;  // of what is put together in one call

    bool run_steps();
    bool seldom(const RuleProgram::Step& step);
    bool get_field(const RuleProgram::Step& step);
    bool read_cell(RuleHostTable table, std::size_t cell, RuleValue& out) const;
    [[nodiscard]] RuleValue link(RuleLink link) const;
    bool get_table(const RuleProgram::Step& step);
    bool set_field(const RuleProgram::Step& step);
    bool concat(const RuleProgram::Step& step);
    bool check(const RuleProgram::Step& step);
    bool call(const RuleProgram::Step& step);
    [[nodiscard]] RuleValue host(RuleHostTable table) const {
        RuleValue value;
        value.type = RuleType::Host;
        value.size = static_cast<std::uint32_t>(table);
        value.host = table == RuleHostTable::Input   ? static_cast<const void*>(scene_.input)
                     : table == RuleHostTable::Score ? static_cast<const void*>(scene_.score)
                                                     : nullptr;
        return value;
    }

    std::unique_ptr<RuleProgram> program_;
    Scene scene_;
    std::span<const RuleValue> results_;
    std::array<char, kTextBytesMax> text_{};
    std::size_t text_used_ = 0;
};

}  // namespace petrel::core
