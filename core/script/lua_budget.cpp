// Meter of one Lua state. Nothing here has a destructor when it raises: Lua unwinds by longjmp.
#include "script/lua_budget.hpp"

#include <cstdio>
#include <cstdlib>
#include <lua.hpp>

#include "script/lua_state.hpp"

namespace petrel::core {
namespace {

// A refused allocation makes Lua collect all garbage and try again; that work is paid for.
constexpr std::int64_t kRefusalFuel = 10'000;

}  // namespace

void* LuaBudget::allocate(void* self, void* block, std::size_t old_bytes, std::size_t new_bytes) {
    auto& budget = *static_cast<LuaBudget*>(self);
    if (block == nullptr) {
        old_bytes = 0;  // carries a type tag then, not a size
    }
    if (new_bytes == 0) {
        std::free(block);  // NOLINT(cppcoreguidelines-no-malloc) Lua grows in place
        budget.held_bytes_ -= old_bytes;
        return nullptr;
    }
    if (budget.enforcing_ && new_bytes > old_bytes && !budget.may_grow(new_bytes - old_bytes)) {
        return nullptr;
    }
    void* moved = std::realloc(block, new_bytes);  // NOLINT(cppcoreguidelines-no-malloc)
    if (moved != nullptr) {
        budget.held_bytes_ += new_bytes - old_bytes;
    }
    return moved;
}

bool LuaBudget::may_grow(std::size_t bytes) {
    if (requested_bytes_ + bytes > limits_.allocation_bytes) {
        break_call(Break::Allocation);
        return false;
    }
    if (held_bytes_ + bytes > limits_.memory_bytes) {
        refused_ = true;
        fuel_left_ -= kRefusalFuel;
        note_place();
        return false;
    }
    requested_bytes_ += bytes;
    return true;
}

void LuaBudget::begin(lua_State* lua, std::uint64_t bound) {
    lua_ = lua;
    enforcing_ = true;
    refused_ = false;
    broken_ = Break::None;
    requested_bytes_ = 0;
    place_[0] = '\0';
    fuel_left_ = static_cast<std::int64_t>(limits_.fuel);
    if (is_proof(bound)) {
        fuel_left_ -= static_cast<std::int64_t>(bound);
        if (lua_gethookmask(lua) != 0) {  // left by a broken call or a signal that came late
            lua_sethook(lua, nullptr, 0, 0);
        }
    } else {
        const int mask = limits_.lines == nullptr ? LUA_MASKCOUNT : LUA_MASKCOUNT | LUA_MASKLINE;
        lua_sethook(lua, &LuaBudget::on_count, mask, static_cast<int>(step()));
    }
}

void LuaBudget::on_count(lua_State* lua, lua_Debug* where) {
    LuaBudget& budget = LuaState::of(lua).budget();
    if (where->event == LUA_HOOKLINE) {
        lua_getinfo(lua, "S", where);
        budget.limits_.lines->on_line(static_cast<const char*>(where->short_src),
                                      where->currentline);
        return;
    }
    budget.fuel_left_ -= static_cast<std::int64_t>(budget.step());
    if (!budget.broken() && budget.fuel_left_ < 0) {
        budget.break_call(Break::Fuel);
    }
    if (budget.broken()) {
        lua_pushnil(lua);  // the host reads the budget, not the error object
        lua_error(lua);
    }
}

void LuaBudget::on_cpu_time(lua_State* lua, lua_Debug* /*where*/) {
    LuaState::of(lua).budget().break_call(Break::CpuTime);
    lua_pushnil(lua);
    lua_error(lua);
}

void LuaBudget::charge(lua_State* lua, std::uint64_t units) {
    constexpr std::uint64_t most = 1ULL << 40;
    fuel_left_ -= static_cast<std::int64_t>(units < most ? units : most);
    if (enforcing_ && fuel_left_ < 0) {
        break_call(Break::Fuel);
        lua_pushnil(lua);
        lua_error(lua);
    }
}

void LuaBudget::break_call(Break kind) {
    if (broken_ == Break::None) {
        broken_ = kind;
        note_place();
    }
    // Sticky: from here on every instruction ends in the hook.
    lua_sethook(lua_, &LuaBudget::on_count, LUA_MASKCOUNT, 1);
}

// The innermost Lua line that runs now; the one noted before while none does, as a failed call asks
// for memory when it is unwound. Allocates nothing: it is called from the allocator.
void LuaBudget::note_place() {
    lua_Debug frame{};
    for (int level = 0; level < 32 && lua_getstack(lua_, level, &frame) != 0; ++level) {
        lua_getinfo(lua_, "Sl", &frame);
        if (frame.currentline > 0) {
            std::snprintf(place_.data(), place_.size(), "%s:%d: ", frame.short_src,
                          frame.currentline);
            return;
        }
    }
}

std::string LuaBudget::break_text() const {
    std::string text = place_.data();
    switch (broken_) {
        case Break::Fuel:
            return text + "used more than " + std::to_string(limits_.fuel) +
                   " steps in one call; look for a loop without end, or raise rules.fuel";
        case Break::Allocation:
            return text + "asked for more than " + std::to_string(limits_.allocation_bytes >> 10) +
                   " KiB of memory in one call; build smaller texts and tables";
        case Break::CpuTime:
            return text + "ran for more than " + std::to_string(limits_.cpu_ms) +
                   " ms of processor time in one call; work on shorter texts";
        default:
            return text + "needs more than the " + std::to_string(limits_.memory_bytes >> 10) +
                   " KiB of memory that a rule pack may hold; keep less, or raise "
                   "rules.memory_bytes";
    }
}

std::uint64_t LuaBudget::fuel_used() const {
    const std::int64_t used = static_cast<std::int64_t>(limits_.fuel) - fuel_left_;
    return used > 0 ? static_cast<std::uint64_t>(used) : 0;
}

}  // namespace petrel::core
