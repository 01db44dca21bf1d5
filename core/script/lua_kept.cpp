// A walk over functions and tables. What is reached exists before the first call, so an upvalue
// that one of these functions assigns to is there in the next call, too.
#include "script/lua_kept.hpp"

#include <lua.hpp>
#include <set>
#include <string>

#include "script/lua_chunk.hpp"

namespace petrel::core {
namespace {

constexpr int kLevelsMax = 64;
constexpr std::size_t kValuesMax = 10'000;

class KeptWalk {
public:
    explicit KeptWalk(lua_State* lua) : lua_(lua) {}

    // The value on top of the stack, which stays there.
    void value(int level) {
        const int type = lua_type(lua_, -1);
        if ((type != LUA_TFUNCTION && type != LUA_TTABLE) || level > kLevelsMax ||
            seen_.size() > kValuesMax || !problem_.empty() ||
            !seen_.insert(lua_topointer(lua_, -1)).second || lua_checkstack(lua_, 8) == 0) {
            return;
        }
        type == LUA_TTABLE ? table(level) : function(level);
    }
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    void table(int level) {
        lua_pushnil(lua_);
        while (lua_next(lua_, -2) != 0) {
            value(level + 1);
            lua_pop(lua_, 1);
        }
    }
    void function(int level) {
        if (lua_iscfunction(lua_, -1) != 0) {
            return;
        }
        const ChunkFacts facts = read_chunk(lua_);
        if (!facts.outer_writes.empty()) {
            const ChunkFileWrite& write = facts.outer_writes.front();
            lua_Debug where{};
            lua_pushvalue(lua_, -1);
            lua_getinfo(lua_, ">S", &where);
            problem_ = std::string(static_cast<const char*>(where.short_src)) + ":" +
                       std::to_string(write.line) + ": changes '" + write.name +
                       "', which lives on between calls; rules are pure, so keep it inside";
            return;
        }
        for (int at = 1; lua_getupvalue(lua_, -1, at) != nullptr; ++at) {
            value(level + 1);
            lua_pop(lua_, 1);
        }
    }

    lua_State* lua_;
    std::set<const void*> seen_;
    std::string problem_;
};

}  // namespace

Status find_kept_writes(lua_State* lua, int slot) {
    lua_pushvalue(lua, slot);
    KeptWalk walk(lua);
    walk.value(0);
    lua_pop(lua, 1);
    return walk.problem().empty() ? Status() : Status::rejected(walk.problem());
}

}  // namespace petrel::core
