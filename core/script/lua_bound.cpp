// Follows the closures themselves: an upvalue of a loaded function never changes (the audit refuses
// functions that assign to one), so what it holds now is what it will call.
#include "script/lua_bound.hpp"

#include <lua.hpp>
#include <map>

#include "script/lua_chunk.hpp"
#include "script/lua_library.hpp"
#include "script/lua_obstacle.hpp"

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
            return calls_back(lua_) ? none("a library function that calls others") : kLibraryCall;
        }
        if (!lua_isfunction(lua_, -1)) {
            return none("a call of what is no function when the file is loaded");
        }
        if (depth > kDepthMax || lua_checkstack(lua_, 8) == 0) {
            return none("calls that are nested too deeply");
        }
        const void* identity = lua_topointer(lua_, -1);
        const auto [entry, fresh] = bounds_.emplace(identity, kRunning);
        if (!fresh) {
            return entry->second == kRunning ? none("a function that calls itself") : entry->second;
        }
        const FunctionShape shape = read_shape(lua_);
        std::uint64_t bound = shape.straight ? shape.instructions : none(shape.obstacle);
        for (std::size_t i = 0; bound != kUnbounded && i < shape.calls.size(); ++i) {
            if (lua_getupvalue(lua_, -1, shape.calls[i].upvalue + 1) == nullptr) {
                bound = none("a call of nothing");
            } else {
                bound = add(bound, top(depth + 1));
                lua_pop(lua_, 1);
            }
            if (bound == kUnbounded && why_.empty()) {
                none("more calls than can be counted");
            }
            place(bound, shape.calls[i].line);
        }
        place(bound, shape.line);
        return bounds_[identity] = bound;
    }
    [[nodiscard]] const std::string& why() const { return why_; }

private:
    std::uint64_t none(const char* obstacle) {
        why_ = obstacle;
        placed_ = false;
        return kUnbounded;
    }
    // The innermost place, of the function on top of the stack.
    void place(std::uint64_t bound, int line) {
        if (bound == kUnbounded && !placed_) {
            why_ += place_in_top(lua_, line);
            placed_ = true;
        }
    }

    lua_State* lua_;
    std::map<const void*, std::uint64_t> bounds_;
    std::string why_;
    bool placed_ = false;
};

}  // namespace

std::uint64_t step_bound(lua_State* lua, int slot, std::string& why) {
    lua_pushvalue(lua, slot);
    Proof proof(lua);
    const std::uint64_t bound = proof.top(0);
    why = proof.why();
    lua_pop(lua, 1);
    return bound;
}

}  // namespace petrel::core
