// One pass over the code of a function, from its first instruction to its last: what ends has no
// jump backwards. A register that is known to hold a constant is not read, the constant is.
#include "script/lua_translate.hpp"

#include <lua.hpp>
#include <map>
#include <optional>

#include "script/lua_dump.hpp"
#include "script/lua_obstacle.hpp"
#include "script/rule_steps.hpp"

namespace petrel::core {
namespace {

using namespace lua_code;
using Code = RuleProgram::Code;

// Where the results of a function go.
struct Destination {
    bool to_host = false;
    std::uint32_t first = 0;   // register
    std::uint32_t wanted = 0;  // that many, nil where there are fewer
    bool exact = false;        // neither fewer nor more, or Lua decides
};

// A function while it is translated.
struct Frame {
    const LuaPrototype& proto;
    int closure = 0;         // its slot
    std::uint32_t base = 0;  // its first register
    Destination to;
    // What is known where a jump enters, by instruction.
    std::map<std::size_t, std::optional<RuleSteps::Known>> entered;
    std::vector<std::size_t> step_at;                        // of each instruction
    std::vector<std::pair<std::size_t, std::size_t>> jumps;  // step, instruction
    std::vector<std::size_t> returns;                        // steps that jump behind it
    std::optional<RuleSteps::Known> returned;                // what is known there
    std::size_t at = 0;
    std::uint32_t open_end = 0;  // behind the results of a call of which the next takes all

    [[nodiscard]] std::uint32_t code() const { return proto.code[at]; }
    [[nodiscard]] std::uint32_t a() const { return base + a_of(code()); }
    [[nodiscard]] std::uint32_t b() const { return base + b_of(code()); }
    [[nodiscard]] std::uint32_t c() const { return base + c_of(code()); }
    [[nodiscard]] std::size_t jump_target(std::size_t from) const {
        return static_cast<std::size_t>(static_cast<std::int64_t>(from) + 1 +
                                        jump_of(proto.code[from]));
    }
};

class FunctionWalk {
public:
    FunctionWalk(lua_State* lua, RuleSteps& out) : lua_(lua), out_(out) {}

    // The Lua function on top of the stack, its arguments from `base` on.
    void function(std::uint32_t base, std::size_t arguments, const Destination& to) {
        const std::unique_ptr<LuaPrototype> proto = read_prototype(lua_);
        if (proto->takes_more || lua_checkstack(lua_, 8) == 0) {
            out_.leave();
            return out_.note_left("any number of arguments, ...", proto->first_line);
        }
        const std::size_t size = proto->code.size();
        Frame frame{*proto, lua_gettop(lua_), base, to, {}, {}, {}, {}, {}};
        frame.step_at.resize(size);
        out_.need(base + proto->registers);
        for (std::size_t i = arguments; i < proto->parameters; ++i) {
            out_.move(base + static_cast<std::uint32_t>(i), out_.constant(RuleValue()));
        }
        for (; frame.at < size && !out_.failed(); ++frame.at) {
            if (const auto known = frame.entered.find(frame.at); known != frame.entered.end()) {
                out_.join(known->second);
            }
            frame.step_at[frame.at] = out_.next();
            instruction(frame);
            out_.note_left(obstacle_of(operation_of(frame.code())), proto->lines[frame.at]);
        }
        for (const auto& [step, target] : frame.jumps) {
            out_.set_target(step, target < size ? frame.step_at[target] : 0);
        }
        for (const std::size_t step : frame.returns) {
            out_.set_target(step, out_.next());
        }
        out_.join(frame.returned);
    }

private:
    void instruction(Frame& frame) {
        const Operation operation = operation_of(frame.code());
        if (operation <= kGetField) {
            load(frame, operation);
        } else if (operation >= kAddImmediate && operation <= kConcat) {
            compute(frame, operation);
        } else if (operation >= kEqual && operation <= kTestSet) {
            decide(frame, operation);
        } else if (operation == kCall || operation == kTailCall) {
            call(frame, operation == kTailCall);
        } else if (operation >= kReturn && operation <= kReturnOne) {
            leave_function(frame, operation);
        } else if (operation == kJump) {
            jump(frame, {Code::Jump}, frame.jump_target(frame.at));
        } else if (operation == kSetField) {
            const std::uint32_t code = frame.code();
            const std::uint16_t value =
                k_of(code) ? constant(frame, c_of(code)) : out_.operand(frame.c());
            out_.add({Code::SetField, false, out_.operand(frame.a()),
                      out_.field(constant(frame, b_of(code))), value});
        } else {
            out_.leave();
        }
    }

    std::uint16_t constant(const Frame& frame, std::size_t index) {
        if (index >= frame.proto.constants.size()) {
            return out_.fail();
        }
        switch (const LuaConstant& constant = frame.proto.constants[index]; constant.kind) {
            case LuaConstant::Kind::Nil:
                return out_.constant(RuleValue());
            case LuaConstant::Kind::False:
            case LuaConstant::Kind::True:
                return out_.constant(RuleValue::of_flag(constant.kind == LuaConstant::Kind::True));
            case LuaConstant::Kind::Integer:
                return out_.integer(constant.integer);
            case LuaConstant::Kind::Float:
                return out_.constant(RuleValue::of_number(constant.number));
            default:
                lua_pushlstring(lua_, constant.text.data(), constant.text.size());
                const std::uint16_t text = out_.constant_on_top();
                lua_pop(lua_, 1);
                return text;
        }
    }

    std::uint16_t upvalue(const Frame& frame, std::uint32_t index) {
        if (lua_getupvalue(lua_, frame.closure, static_cast<int>(index) + 1) == nullptr) {
            return out_.fail();
        }
        const std::uint16_t value = out_.constant_on_top();
        lua_pop(lua_, 1);
        return value;
    }

    // What puts a value into register A.
    void load(Frame& frame, Operation operation) {
        const std::uint32_t code = frame.code();
        switch (operation) {
            case kMove:
                return out_.move(frame.a(), out_.operand(frame.b()));
            case kLoadInteger:
                return out_.move(frame.a(), out_.integer(signed_bx_of(code)));
            case kLoadFloat:
                return out_.move(
                    frame.a(),
                    out_.constant(RuleValue::of_number(static_cast<double>(signed_bx_of(code)))));
            case kLoadConstant:
                return out_.move(frame.a(), constant(frame, bx_of(code)));
            case kLoadFalse:
            case kLoadTrue:
                return out_.move(frame.a(),
                                 out_.constant(RuleValue::of_flag(operation == kLoadTrue)));
            case kLoadFalseSkip:
                out_.move(frame.a(), out_.constant(RuleValue::of_flag(false)));
                return jump(frame, {Code::Jump}, frame.at + 2);
            case kLoadNil:
                for (std::uint32_t i = 0; i <= b_of(code); ++i) {
                    out_.move(frame.a() + i, out_.constant(RuleValue()));
                }
                return;
            case kGetUpvalue:
                return out_.move(frame.a(), upvalue(frame, b_of(code)));
            case kGetTabUp:
                return out_.read(frame.a(), upvalue(frame, b_of(code)),
                                 constant(frame, c_of(code)));
            case kGetTable:
                return out_.read(frame.a(), out_.operand(frame.b()), out_.operand(frame.c()));
            case kGetInteger:
                return out_.read(frame.a(), out_.operand(frame.b()), out_.integer(c_of(code)));
            case kGetField:
                return out_.read(frame.a(), out_.operand(frame.b()), constant(frame, c_of(code)));
            default:
                return out_.leave();
        }
    }

    void compute(Frame& frame, Operation operation) {
        const std::uint32_t code = frame.code();
        const auto with = [&](Code step, std::uint16_t right) {
            out_.set(frame.a(), {step, false, 0, out_.operand(frame.b()), right});
        };
        switch (operation) {
            case kAddImmediate:
                return with(Code::Add, out_.integer(signed_c_of(code)));
            case kAddConstant:
                return with(Code::Add, constant(frame, c_of(code)));
            case kSubtractConstant:
                return with(Code::Subtract, constant(frame, c_of(code)));
            case kMultiplyConstant:
                return with(Code::Multiply, constant(frame, c_of(code)));
            case kPowerConstant:
                return with(Code::Power, constant(frame, c_of(code)));
            case kDivideConstant:
                return with(Code::Divide, constant(frame, c_of(code)));
            case kAdd:
                return with(Code::Add, out_.operand(frame.c()));
            case kSubtract:
                return with(Code::Subtract, out_.operand(frame.c()));
            case kMultiply:
                return with(Code::Multiply, out_.operand(frame.c()));
            case kPower:
                return with(Code::Power, out_.operand(frame.c()));
            case kDivide:
                return with(Code::Divide, out_.operand(frame.c()));
            case kNegate:
                return with(Code::Negate, 0);
            case kNot:
                return with(Code::Not, 0);
            case kConcat:
                return out_.set(
                    frame.a(), {Code::Concat, false, 0, static_cast<std::uint16_t>(b_of(code)), 0});
            default:
                // What stands behind an operation for values that are no numbers: it has left.
                if (operation < kMetaFirst || operation > kMetaLast) {
                    out_.leave();
                }
        }
    }

    // A comparison and the jump behind it, which is taken where the answer is as k says.
    void decide(Frame& frame, Operation operation) {
        const std::uint32_t code = frame.code();
        const std::uint16_t left = out_.operand(frame.a());
        const auto immediate = [&] { return out_.integer(signed_b_of(code)); };
        RuleProgram::Step step{Code::Less, k_of(code), 0, left, 0};
        switch (operation) {
            case kEqual:
            case kLess:
            case kLessEqual:
                step.c = out_.operand(frame.b());
                break;
            case kEqualConstant:
                step.c = constant(frame, b_of(code));
                break;
            case kEqualImmediate:
            case kLessImmediate:
            case kLessEqualImmediate:
                step.c = immediate();
                break;
            case kGreaterImmediate:
            case kGreaterEqualImmediate:
                step.b = immediate();
                step.c = left;
                break;
            default:
                step.b = operation == kTest ? left : out_.operand(frame.b());
                step.a = operation == kTest ? left : static_cast<std::uint16_t>(frame.a());
        }
        if (operation == kEqual || operation == kEqualConstant || operation == kEqualImmediate) {
            step.code = Code::Equal;
        } else if (operation == kLessEqual || operation == kLessEqualImmediate ||
                   operation == kGreaterEqualImmediate) {
            step.code = Code::LessEqual;
        } else if (operation >= kTest) {
            step.code = Code::Test;
        }
        ++frame.at;
        if (frame.at >= frame.proto.code.size() || operation_of(frame.code()) != kJump) {
            out_.fail();
            return;
        }
        frame.step_at[frame.at] = out_.next();  // of a jump that nobody enters
        jump(frame, step, frame.jump_target(frame.at));
    }

    void jump(Frame& frame, const RuleProgram::Step& step, std::size_t target) {
        if (target <= frame.at || target >= frame.proto.code.size()) {
            out_.fail();
            return;
        }
        out_.branch(frame.entered[target], step);
        frame.jumps.emplace_back(out_.next(), target);
        out_.add(step);
    }

    void leave_function(Frame& frame, Operation operation) {
        const std::uint32_t b = b_of(frame.code());
        std::uint32_t count = operation == kReturnOne ? 1 : 0;
        if (operation == kReturn) {
            if (b == 0 && frame.open_end < frame.a()) {
                return out_.leave();
            }
            count = b == 0 ? frame.open_end - frame.a() : b - 1;
        }
        give(frame, frame.a(), count);
    }

    void give(Frame& frame, std::uint32_t first, std::uint32_t count) {
        if (frame.to.to_host) {
            out_.add({Code::Return, false, static_cast<std::uint16_t>(first),
                      static_cast<std::uint16_t>(count)});
            return;
        }
        if (frame.to.exact && count != frame.to.wanted) {
            return out_.leave();
        }
        for (std::uint32_t i = 0; i < frame.to.wanted; ++i) {
            out_.move(frame.to.first + i,
                      i < count ? out_.operand(first + i) : out_.constant(RuleValue()));
        }
        go_back(frame);
    }

    void go_back(Frame& frame) {
        out_.branch(frame.returned, {Code::Jump});
        frame.returns.push_back(out_.next());
        out_.add({Code::Jump});
    }

    // How many results the next instruction takes of an open call at this one; false: that many as
    // there are.
    bool wanted_of_next(const Frame& frame, std::uint32_t& wanted) {
        const std::uint32_t next =
            frame.at + 1 < frame.proto.code.size() ? frame.proto.code[frame.at + 1] : 0;
        const Operation operation = operation_of(next);
        const std::uint32_t before = a_of(frame.code()) - a_of(next);
        if (operation == kReturn && b_of(next) == 0 && !frame.to.to_host) {
            wanted = frame.to.wanted > before ? frame.to.wanted - before : 0;
            return true;
        }
        if ((operation != kCall && operation != kTailCall) || b_of(next) != 0) {
            return false;
        }
        const int called = called_upvalue(frame.proto.code, frame.at + 1);
        if (called < 0 || lua_getupvalue(lua_, frame.closure, called + 1) == nullptr) {
            return false;
        }
        const bool known = lua_isfunction(lua_, -1) && lua_iscfunction(lua_, -1) == 0;
        if (known) {
            const std::uint32_t parameters = read_prototype(lua_)->parameters;
            wanted = parameters + 1 > before ? parameters + 1 - before : 0;
        }
        lua_pop(lua_, 1);
        return known;
    }

    void call(Frame& frame, bool is_tail) {
        const std::uint32_t code = frame.code();
        const std::uint32_t first = frame.a();
        const int called = called_upvalue(frame.proto.code, frame.at);
        Destination to{false, first, c_of(code) - 1};
        const bool open = !is_tail && c_of(code) == 0;
        if (is_tail) {
            to = frame.to;
        }
        // Where the next instruction takes whatever there is: one, as of most functions.
        to.exact = to.exact || (open && !wanted_of_next(frame, to.wanted));
        if (called < 0 || (b_of(code) == 0 && frame.open_end <= first) ||
            lua_getupvalue(lua_, frame.closure, called + 1) == nullptr) {
            return out_.leave();
        }
        to.wanted = to.exact && !is_tail ? 1 : to.wanted;
        const std::uint32_t arguments =
            b_of(code) == 0 ? frame.open_end - first - 1 : b_of(code) - 1;
        if (lua_iscfunction(lua_, -1) == 0) {
            function(first + 1, arguments, to);
            if (is_tail && !to.to_host) {
                go_back(frame);
            }
        } else if (to.to_host) {
            out_.leave();  // how many results there are shows only when it runs
        } else {
            out_.library_call(first, arguments, to.wanted, to.exact);
            if (is_tail) {
                give(frame, first, to.wanted);
            }
        }
        lua_pop(lua_, 1);
        frame.open_end = open ? first + to.wanted : 0;
    }

    lua_State* lua_;
    RuleSteps& out_;
};

}  // namespace

std::unique_ptr<RuleProgram> translate(lua_State* lua, int slot, std::size_t arguments, int kept,
                                       const RuleManifest& manifest, const RuleWrites& writes,
                                       std::string& why) {
    RuleSteps steps(lua, kept, manifest, writes);
    lua_pushvalue(lua, slot);
    FunctionWalk(lua, steps).function(0, arguments, {true});
    lua_pop(lua, 1);
    steps.leave();
    why = steps.left_for();
    return steps.take();
}

}  // namespace petrel::core
