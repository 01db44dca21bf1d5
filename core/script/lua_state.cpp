// Life of a Lua state and the protected call. The message handler sits at stack slot 1.
#include "script/lua_state.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <lua.hpp>

#include "observe/clean_text.hpp"
#include "script/lua_sandbox.hpp"

namespace petrel::core {
namespace {

constexpr int kHandlerSlot = 1;
constexpr std::size_t kFaultBytesMax = 512;

// Only reached when the host itself runs out of memory while preparing a call.
int on_panic(lua_State* /*lua*/) {
    std::fputs("petrel: no memory left to prepare a call into a rule\n", stderr);
    std::abort();
}

// "score.lua:12: ..."
bool has_place(const char* text) {
    const char* colon = std::strstr(text, ".lua:");
    constexpr std::ptrdiff_t name_max = LUA_IDSIZE;
    return colon != nullptr && colon - text < name_max && colon[5] >= '0' && colon[5] <= '9';
}

// Runs where the error was raised. Most texts carry their place already; those that do not
// (error("x", 0), what the library raises when the library calls it) get it here, and other objects
// are named by type. No metamethod is called.
int on_error(lua_State* lua) {
    const bool is_text = lua_type(lua, 1) == LUA_TSTRING;
    const char* text = is_text ? lua_tostring(lua, 1) : "";
    if (is_text && has_place(text)) {
        return 1;
    }
    const char* type = luaL_typename(lua, 1);
    lua_Debug frame{};
    for (int level = 1; level < 256 && lua_getstack(lua, level, &frame) != 0; ++level) {
        lua_getinfo(lua, "Sl", &frame);
        if (frame.currentline > 0) {
            is_text ? lua_pushfstring(lua, "%s:%d: %s", frame.short_src, frame.currentline, text)
                    : lua_pushfstring(lua, "%s:%d: raised a %s instead of a message",
                                      frame.short_src, frame.currentline, type);
            return 1;
        }
    }
    if (!is_text) {
        lua_pushfstring(lua, "raised a %s instead of a message", type);
    }
    return 1;
}

}  // namespace

LuaState::LuaState(const RuleBudget& budget)
    : budget_(budget), lua_(lua_newstate(&LuaBudget::allocate, &budget_)) {
    if (lua_ == nullptr) {
        on_panic(nullptr);
    }
    lua_atpanic(lua_, &on_panic);
    LuaState* self = this;
    std::memcpy(lua_getextraspace(lua_), static_cast<const void*>(&self), sizeof(self));
    lua_pushcfunction(lua_, &on_error);
    build_sandbox(lua_);
    slot_ = std::make_unique<WatchSlot>(lua_, budget.cpu_ms);
}

LuaState::~LuaState() {
    slot_.reset();
    lua_close(lua_);
}

LuaState& LuaState::of(lua_State* lua) {
    LuaState* self = nullptr;
    std::memcpy(static_cast<void*>(&self), lua_getextraspace(lua), sizeof(self));
    return *self;
}

Status LuaState::compile(std::string_view name, std::string_view text) {
    if (!text.empty() && text.front() == LUA_SIGNATURE[0]) {
        return Status::rejected(std::string(name) +
                                ":1: is compiled Lua, which is not accepted; ship the text");
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        return Status::rejected(std::string(name) +
                                ":1: begins with a byte order mark; save the file as UTF-8 "
                                "without one");
    }
    const std::string chunk = "@" + std::string(name);
    if (luaL_loadbufferx(lua_, text.data(), text.size(), chunk.c_str(), "t") == LUA_OK) {
        return {};
    }
    status_ = LUA_ERRSYNTAX;
    const std::string fault = take_fault();
    if (fault.starts_with(std::string(name) + ":")) {
        return Status::rejected(fault);
    }
    // Without a place: the compiler's own stack is full.
    return Status::rejected(std::string(name) + ":1: " + fault +
                            "; it is nested too deeply, move inner parts into locals");
}

bool LuaState::call(int arguments, int results, std::uint64_t bound) {
    files_ = 0;  // one that raised did not leave
    budget_.begin(lua_, bound);
    slot_->enter();
    status_ = lua_pcall(lua_, arguments, results, kHandlerSlot);
    slot_->leave();
    budget_.end();
    if (status_ == LUA_OK && budget_.broken()) {
        lua_pushnil(lua_);
        status_ = LUA_ERRRUN;
    }
    return status_ == LUA_OK;
}

bool LuaState::call_library(int arguments, int results) {
    budget_.resume();
    slot_->enter();
    const int status = lua_pcall(lua_, arguments, results, 0);
    slot_->leave();
    budget_.end();
    return status == LUA_OK && !budget_.broken();
}

std::string LuaState::take_fault() {
    std::string text;
    if (status_ != LUA_ERRSYNTAX && (budget_.broken() || status_ == LUA_ERRMEM)) {
        text = budget_.break_text();
    } else if (lua_type(lua_, -1) == LUA_TSTRING) {
        std::size_t bytes = 0;
        const char* message = lua_tolstring(lua_, -1, &bytes);
        text = clean_text({message, bytes}, kFaultBytesMax);
    } else {
        text = "failed without a message";
    }
    lua_pop(lua_, 1);
    if (status_ != LUA_ERRSYNTAX) {
        lua_gc(lua_, LUA_GCCOLLECT);  // what the failed call left behind is not the next one's
    }
    return text;
}

}  // namespace petrel::core
