// What is proved to end is translated; the rest stays with Lua.
#include "script/rule_function.hpp"

#include "script/lua_state.hpp"
#include "script/lua_translate.hpp"

namespace petrel::core {
namespace {

constexpr std::uint64_t kLeftMax = 64;  // calls that a program may leave before it is looked at

}  // namespace

void RuleFunction::prove(const RuleRun::Scene& scene, std::size_t arguments, int kept,
                         const RuleManifest& manifest, const RuleWrites& writes) {
    state_ = scene.state;
    lua_State* lua = state_->raw();
    bound_ = there() ? step_bound(lua, slot_, in_lua_) : 0;
    if (!there() || !state_->budget().is_proof(bound_)) {
        in_lua_ = bound_ == kUnbounded ? in_lua_ : "more steps than rules.fuel may be needed";
        return;
    }
    auto program = translate(lua, slot_, arguments, kept, manifest, writes, in_lua_);
    if (program != nullptr) {
        program_ = std::make_unique<RuleRun>(std::move(program), scene);
    }
}

bool RuleFunction::run(const RuleInput& input, const ScoreView* score,
                       std::span<const RuleHostTable> arguments, bool& left) {
    left = false;
    if (program_ == nullptr) {
        return false;
    }
    ++runs_;
    state_->begin_steps(bound_);
    if (program_->run(input, score, arguments)) {
        return true;
    }
    left = true;
    ++left_;
    if (left_ > kLeftMax && 2 * left_ > runs_) {
        program_.reset();  // it costs more than it saves
    }
    return false;
}

}  // namespace petrel::core
