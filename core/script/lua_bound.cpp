// Follows the closures themselves: an upvalue of a loaded function never changes (the audit refuses
// functions that assign to one), so what it holds now is what it will call.
#include "script/lua_bound.hpp"

#include <lua.hpp>
#include <map>

#include "script/lua_chunk.hpp"
#include "script/lua_library.hpp"

namespace petrel::core {
namespace {

constexpr std::uint64_t kLibraryCall = 10;
constexpr std::uint64_t kRunning = kUnbounded - 1;
constexpr int kDepthMax = 64;

std::uint64_t add(std::uint64_t a, std::uint64_t b) {
    return a >= kRunning || b >= kRunning || a + b < a ? kUnbounded : a + b;
}

class Proof {
public:
    explicit Proof(lua_State* lua) : lua_(lua) {}

    // Of the function on top of the stack.
    std::uint64_t top(int depth) {
        if (lua_iscfunction(lua_, -1) != 0) {
            return calls_back(lua_) ? kUnbounded : kLibraryCall;
        }
        if (!lua_isfunction(lua_, -1) || depth > kDepthMax || lua_checkstack(lua_, 8) == 0) {
            return kUnbounded;
        }
        const void* identity = lua_topointer(lua_, -1);
        const auto [entry, fresh] = bounds_.emplace(identity, kRunning);
        if (!fresh) {
            return entry->second == kRunning ? kUnbounded : entry->second;  // running: it recurs
        }
        const FunctionShape shape = read_shape(lua_);
        std::uint64_t bound = shape.straight ? shape.instructions : kUnbounded;
        for (std::size_t i = 0; bound != kUnbounded && i < shape.calls.size(); ++i) {
            if (lua_getupvalue(lua_, -1, shape.calls[i] + 1) == nullptr) {
                bound = kUnbounded;
                break;
            }
            bound = add(bound, top(depth + 1));
            lua_pop(lua_, 1);
        }
        return bounds_[identity] = bound;
    }

private:
    lua_State* lua_;
    std::map<const void*, std::uint64_t> bounds_;
};

}  // namespace

std::uint64_t step_bound(lua_State* lua, int slot) {
    lua_pushvalue(lua, slot);
    const std::uint64_t bound = Proof(lua).top(0);
    lua_pop(lua, 1);
    return bound;
}

}  // namespace petrel::core
