// Raw reads only: what a rule file returned is data, whatever it is.
#include "script/lua_table.hpp"

#include <algorithm>
#include <cmath>
#include <lua.hpp>

#include "config/closest.hpp"
#include "observe/clean_text.hpp"

namespace petrel::core {

LuaTable::LuaTable(lua_State* lua, int slot, std::string where, std::vector<std::string>& problems)
    : lua_(lua), slot_(slot), where_(std::move(where)), problems_(problems) {
    luaL_checkstack(lua, 16, "reading a table");
}

int LuaTable::push(const char* name) {
    asked_.insert(name);
    lua_pushstring(lua_, name);
    return lua_rawget(lua_, slot_);
}

void LuaTable::wrong_type(const char* name, const char* wanted) {
    problem(std::string("'") + name + "' is a " + luaL_typename(lua_, -1) + ", expected a " +
            wanted);
}

std::optional<std::string> LuaTable::text(const char* name) {
    std::optional<std::string> found;
    const int type = push(name);
    if (type == LUA_TSTRING) {
        std::size_t bytes = 0;
        const char* text = lua_tolstring(lua_, -1, &bytes);
        found.emplace(text, bytes);
    } else if (type != LUA_TNIL) {
        wrong_type(name, "text");
    }
    lua_pop(lua_, 1);
    return found;
}

std::optional<double> LuaTable::number(const char* name) {
    std::optional<double> found;
    const int type = push(name);
    if (type == LUA_TNUMBER && std::isfinite(lua_tonumber(lua_, -1))) {
        found = lua_tonumber(lua_, -1);
    } else if (type != LUA_TNIL) {
        wrong_type(name, "finite number");
    }
    lua_pop(lua_, 1);
    return found;
}

std::optional<bool> LuaTable::flag(const char* name) {
    std::optional<bool> found;
    const int type = push(name);
    if (type == LUA_TBOOLEAN) {
        found = lua_toboolean(lua_, -1) != 0;
    } else if (type != LUA_TNIL) {
        wrong_type(name, "true or false");
    }
    lua_pop(lua_, 1);
    return found;
}

std::optional<double> LuaTable::number_or_flag(const char* name) {
    const int type = push(name);
    lua_pop(lua_, 1);
    if (type == LUA_TBOOLEAN) {
        return *flag(name) ? 1.0 : 0.0;
    }
    return number(name);
}

std::optional<std::vector<double>> LuaTable::numbers(const char* name) {
    constexpr lua_Integer numbers_max = 16;
    const int type = push(name);
    std::vector<double> found;
    bool good = true;
    const auto take = [&] {
        const bool flag = lua_isboolean(lua_, -1);
        good =
            good &&
            (flag || (lua_type(lua_, -1) == LUA_TNUMBER && std::isfinite(lua_tonumber(lua_, -1))));
        found.push_back(flag ? lua_toboolean(lua_, -1) : lua_tonumber(lua_, -1));
    };
    if (type == LUA_TTABLE) {
        const auto count = std::min(static_cast<lua_Integer>(lua_rawlen(lua_, -1)), numbers_max);
        for (lua_Integer at = 1; at <= count; ++at) {
            lua_rawgeti(lua_, -1, at);
            take();
            lua_pop(lua_, 1);
        }
    } else {
        take();
    }
    lua_pop(lua_, 1);
    return good ? std::optional(std::move(found)) : std::nullopt;
}

bool LuaTable::is_text(const char* name) {
    const int type = push(name);
    lua_pop(lua_, 1);
    return type == LUA_TSTRING;
}

bool LuaTable::function(const char* name) {
    const int type = push(name);
    if (type != LUA_TFUNCTION && type != LUA_TNIL) {
        wrong_type(name, "function");
    }
    lua_pop(lua_, 1);
    return type == LUA_TFUNCTION;
}

int LuaTable::table(const char* name) {
    const int type = push(name);
    if (type == LUA_TTABLE) {
        return lua_gettop(lua_);
    }
    if (type != LUA_TNIL) {
        wrong_type(name, "table");
    }
    lua_pop(lua_, 1);
    return 0;
}

std::vector<std::string> LuaTable::keys() const {
    std::vector<std::string> keys;
    lua_pushnil(lua_);
    while (lua_next(lua_, slot_) != 0) {
        lua_pop(lua_, 1);
        if (lua_type(lua_, -1) == LUA_TSTRING) {
            keys.emplace_back(lua_tostring(lua_, -1));
        }
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

void LuaTable::report_unknown() {
    const std::vector<std::string> known(asked_.begin(), asked_.end());
    for (const std::string& key : keys()) {
        if (!asked_.contains(key)) {
            const std::string hint = did_you_mean(key, known);
            problem("unknown field '" + key + "'" + (hint.empty() ? "" : "; " + hint));
        }
    }
}

Status as_status(const std::vector<std::string>& problems) {
    constexpr std::size_t shown_max = 40;
    std::string all;
    for (std::size_t i = 0; i < std::min(problems.size(), shown_max); ++i) {
        all += (all.empty() ? "" : "\n") + clean_text(problems[i], 512);
    }
    if (problems.size() > shown_max) {
        all += "\nand " + std::to_string(problems.size() - shown_max) + " more";
    }
    return all.empty() ? Status() : Status::rejected(all);
}

}  // namespace petrel::core
