// A compiled function as plain values: its code, constants and upvalues.
//
// Read from the dump of a function that this process compiled from text; the format and the numbers
// of the operations are the same in all of Lua 5.4. Cold path, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct lua_State;

namespace petrel::core {

// Operations of the virtual machine, by their numbers.
namespace lua_code {

enum Operation : std::uint32_t {
    kMove = 0,
    kLoadInteger = 1,
    kLoadFloat = 2,
    kLoadConstant = 3,
    kLoadFalse = 5,
    kLoadFalseSkip = 6,
    kLoadTrue = 7,
    kLoadNil = 8,
    kGetUpvalue = 9,
    kSetUpvalue = 10,
    kGetTabUp = 11,
    kGetTable = 12,
    kGetInteger = 13,
    kGetField = 14,
    kSetTabUp = 15,
    kSetTable = 16,
    kSetInteger = 17,
    kSetField = 18,
    kNewTable = 19,
    kSelf = 20,
    kAddImmediate = 21,
    kAddConstant = 22,
    kSubtractConstant = 23,
    kMultiplyConstant = 24,
    kModuloConstant = 25,
    kPowerConstant = 26,
    kDivideConstant = 27,
    kFloorDivideConstant = 28,
    kAdd = 34,
    kSubtract = 35,
    kMultiply = 36,
    kModulo = 37,
    kPower = 38,
    kDivide = 39,
    kFloorDivide = 40,
    kMetaFirst = 46,
    kMetaLast = 48,
    kNegate = 49,
    kNot = 51,
    kLength = 52,
    kConcat = 53,
    kJump = 56,
    kEqual = 57,
    kLess = 58,
    kLessEqual = 59,
    kEqualConstant = 60,
    kEqualImmediate = 61,
    kLessImmediate = 62,
    kLessEqualImmediate = 63,
    kGreaterImmediate = 64,
    kGreaterEqualImmediate = 65,
    kTest = 66,
    kTestSet = 67,
    kCall = 68,
    kTailCall = 69,
    kReturn = 70,
    kReturnNone = 71,
    kReturnOne = 72,
    kForLoop = 73,
    kForLast = 77,
    kClosure = 79,
};

inline Operation operation_of(std::uint32_t code) { return static_cast<Operation>(code & 0x7FU); }
inline std::uint32_t a_of(std::uint32_t code) { return (code >> 7) & 0xFFU; }
inline std::uint32_t b_of(std::uint32_t code) { return (code >> 16) & 0xFFU; }
inline std::uint32_t c_of(std::uint32_t code) { return code >> 24; }
inline bool k_of(std::uint32_t code) { return ((code >> 15) & 1U) != 0; }
inline std::uint32_t bx_of(std::uint32_t code) { return code >> 15; }
inline std::int64_t signed_b_of(std::uint32_t code) { return std::int64_t{b_of(code)} - 127; }
inline std::int64_t signed_c_of(std::uint32_t code) { return std::int64_t{c_of(code)} - 127; }
inline std::int64_t signed_bx_of(std::uint32_t code) { return std::int64_t{bx_of(code)} - 65'535; }
inline std::int64_t jump_of(std::uint32_t code) {
    constexpr std::int64_t middle = (1 << 24) - 1;
    return static_cast<std::int64_t>(code >> 7) - middle;
}

}  // namespace lua_code

struct LuaConstant {
    enum class Kind : std::uint8_t { Nil, False, True, Integer, Float, Text };
    Kind kind = Kind::Nil;
    std::int64_t integer = 0;
    double number = 0;  // of a float
    std::string text;   // "" for what is no text
};

struct LuaUpvalue {
    bool in_parent_stack = false;
    std::uint8_t index = 0;
    std::string name;
};

struct LuaPrototype {
    const LuaPrototype* parent = nullptr;
    int first_line = 0;
    std::uint8_t parameters = 0;
    bool takes_more = false;  // than its parameters: f(...)
    std::uint8_t registers = 0;
    std::vector<std::uint32_t> code;
    std::vector<LuaConstant> constants;
    std::vector<LuaUpvalue> upvalues;
    std::vector<std::unique_ptr<LuaPrototype>> nested;
    std::vector<int> lines;  // of each instruction
};

// The Lua function on top of the stack, which stays there.
std::unique_ptr<LuaPrototype> read_prototype(lua_State* lua);

// The upvalue that the call at `at` calls, or -1. The compiler loads what is called, then the
// arguments above it; a jump that enters between the two could bring something else.
int called_upvalue(const std::vector<std::uint32_t>& code, std::size_t at);

}  // namespace petrel::core
