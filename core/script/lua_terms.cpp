// The metatable of the terms. Entries are kept in place and overwritten, so that names of usual
// length are copied without allocating.
#include "script/lua_terms.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <lua.hpp>

#include "script/lua_library.hpp"

namespace petrel::core {
namespace {

LuaTerms& self(lua_State* lua) {
    return *static_cast<LuaTerms*>(lua_touserdata(lua, lua_upvalueindex(1)));
}

}  // namespace

void LuaTerms::build(lua_State* lua) {
    lua_newtable(lua);
    slot_ = lua_gettop(lua);
    lua_createtable(lua, 0, 3);
    lua_pushlightuserdata(lua, this);
    lua_pushcclosure(lua, &LuaTerms::on_read, 1);
    lua_setfield(lua, -2, "__index");
    lua_pushlightuserdata(lua, this);
    lua_pushcclosure(lua, &LuaTerms::on_write, 1);
    lua_setfield(lua, -2, "__newindex");
    lua_newtable(lua);  // terms are written, not walked
    lua_setfield(lua, -2, kKeysField);
    lua_setmetatable(lua, slot_);
}

std::size_t LuaTerms::place_of(std::string_view name) const {
    std::size_t at = 0;
    while (at < count_ && (*terms_)[at].name < name) {
        ++at;
    }
    return at;
}

int LuaTerms::on_read(lua_State* lua) {
    const LuaTerms& terms = self(lua);
    std::size_t bytes = 0;
    const char* name = lua_type(lua, 2) == LUA_TSTRING ? lua_tolstring(lua, 2, &bytes) : "";
    const std::size_t at = terms.place_of({name, bytes});
    if (at < terms.count_ && (*terms.terms_)[at].name == std::string_view(name, bytes)) {
        lua_pushnumber(lua, (*terms.terms_)[at].value);
    } else {
        lua_pushnil(lua);
    }
    return 1;
}

int LuaTerms::on_write(lua_State* lua) {
    LuaTerms& terms = self(lua);
    std::size_t bytes = 0;
    const char* name = lua_type(lua, 2) == LUA_TSTRING ? lua_tolstring(lua, 2, &bytes) : "";
    if (bytes == 0 || bytes > kNameBytesMax || std::memchr(name, '\0', bytes) != nullptr) {
        return luaL_error(lua, "terms: a term's name is a text of 1 to 40 characters");
    }
    const double value = lua_tonumber(lua, 3);
    if (lua_type(lua, 3) != LUA_TNUMBER || !std::isfinite(value)) {
        return luaL_error(lua, "terms.%s: a finite number is expected, got %s", name,
                          lua_type(lua, 3) == LUA_TNUMBER ? "nan or inf" : luaL_typename(lua, 3));
    }
    std::vector<RuleTerm>& all = *terms.terms_;
    const std::size_t at = terms.place_of({name, bytes});
    if (at == terms.count_ || all[at].name != std::string_view(name, bytes)) {
        if (terms.count_ == kTermsMax) {
            return luaL_error(lua, "terms: more than 32 names; '%s' does not fit", name);
        }
        if (terms.count_ == all.size()) {
            all.emplace_back();
        }
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(at);
        const auto last = all.begin() + static_cast<std::ptrdiff_t>(terms.count_);
        std::rotate(first, last, last + 1);
        all[at].name.assign(name, bytes);
        ++terms.count_;
    }
    all[at].value = value;
    return 0;
}

}  // namespace petrel::core
