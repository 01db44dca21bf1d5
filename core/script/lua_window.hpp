// The table `window` of rules: asks the windows of the symbol under judgement.
//
// Each function takes and returns plain numbers, pays for its work, allocates nothing and raises
// only when it is called wrongly; what is not known is 0. What was asked and told in a call is
// kept, so that it can be recorded with the signal. Part of a rule's machine; thread of its state.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "script/rule_window.hpp"

struct lua_State;

namespace petrel::core {

class LuaWindow {
public:
    static constexpr std::size_t kAnswersMax = 32;  // different questions of one call

    // Adds the global. Before the pack's files are run.
    void install(lua_State* lua);
    // A call begins; null: nothing is known.
    void begin(const RuleWindow* window) {
        window_ = window;
        count_ = 0;
    }
    // What the call was told, in the order of asking.
    void take(std::vector<RuleAnswer>& answers) const {
        answers.assign(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(count_));
    }

private:
    static int on_ask(lua_State* lua) noexcept;
    [[nodiscard]] const RuleAnswer* ask(const RuleQuestion& question);

    const RuleWindow* window_ = nullptr;
    std::size_t count_ = 0;
    std::array<RuleAnswer, kAnswersMax> answers_;
};

}  // namespace petrel::core
