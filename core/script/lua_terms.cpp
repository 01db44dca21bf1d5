// The metatable of the terms. Names whose address is trusted are anchored in the registry: an
// address could otherwise come back with another text.
#include "script/lua_terms.hpp"

#include <algorithm>
#include <cmath>
#include <lua.hpp>

#include "script/lua_library.hpp"

namespace petrel::core {
namespace {

LuaTerms& self(lua_State* lua) {
    return *static_cast<LuaTerms*>(lua_touserdata(lua, lua_upvalueindex(1)));
}

bool is_term_name(std::string_view name) {
    return !name.empty() && name.size() <= LuaTerms::kNameBytesMax &&
           std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
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
    lua_newtable(lua);  // names that are kept
    lua_pushcclosure(lua, &LuaTerms::on_write, 2);
    lua_setfield(lua, -2, "__newindex");
    lua_newtable(lua);  // terms are written, not walked
    lua_setfield(lua, -2, kKeysField);
    lua_setmetatable(lua, slot_);
}

std::size_t LuaTerms::find(std::string_view name) const {
    std::size_t at = 0;
    while (at < count_ && written_[at].name != name) {
        ++at;
    }
    return at;
}

const double* LuaTerms::written(std::string_view name) const {
    const std::size_t at = find(name);
    return at < count_ ? &written_[at].value : nullptr;
}

int LuaTerms::on_read(lua_State* lua) {
    const LuaTerms& terms = self(lua);
    std::size_t bytes = 0;
    const char* name = lua_type(lua, 2) == LUA_TSTRING ? lua_tolstring(lua, 2, &bytes) : "";
    const double* value = terms.written({name, bytes});
    value != nullptr ? lua_pushnumber(lua, *value) : lua_pushnil(lua);
    return 1;
}

LuaTerms::Written* LuaTerms::place_of(std::string_view name) {
    const std::size_t at = find(name);
    if (at == kTermsMax || !is_term_name(name)) {
        return nullptr;
    }
    Written& term = written_[at];
    if (at == count_) {
        ++count_;
        sorted_ = 0;
        for (std::size_t i = at; i < written_.size(); ++i) {
            written_[i].address = nullptr;  // the order is another one from here on
        }
        term.name.assign(name);
    }
    return &term;
}

// upvalues: this object, names that are kept.
void LuaTerms::keep_name(lua_State* lua, Written& term) {
    constexpr std::size_t kept_max = 256;
    if (kept_ < kept_max) {
        lua_pushvalue(lua, 2);
        lua_pushboolean(lua, 1);
        lua_rawset(lua, lua_upvalueindex(2));
        ++kept_;
        term.address = lua_tostring(lua, 2);
    }
}

bool LuaTerms::put(std::string_view name, double value) {
    if (!std::isfinite(value)) {
        return false;
    }
    if (count_ < kTermsMax && written_[count_].name == name && find(name) == count_) {
        written_[count_++].value = value;  // as in the call before
        return true;
    }
    Written* const term = place_of(name);
    if (term != nullptr) {
        term->value = value;
    }
    return term != nullptr;
}

int LuaTerms::on_write(lua_State* lua) {
    LuaTerms& terms = self(lua);
    std::size_t bytes = 0;
    const char* name = lua_type(lua, 2) == LUA_TSTRING ? lua_tolstring(lua, 2, &bytes) : "";
    const double value = lua_tonumber(lua, 3);
    if (!std::isfinite(value) || lua_type(lua, 3) != LUA_TNUMBER) {
        return luaL_error(lua, "terms.%s: a finite number is expected, got %s", name,
                          lua_type(lua, 3) == LUA_TNUMBER ? "nan or inf" : luaL_typename(lua, 3));
    }
    const std::size_t count = terms.count_;
    if (count < kTermsMax && terms.written_[count].address == name) {
        terms.written_[terms.count_++].value = value;
        return 0;
    }
    Written* const term = terms.place_of({name, bytes});
    if (term == nullptr) {
        return is_term_name({name, bytes})
                   ? luaL_error(lua, "terms: more than 32 names; '%s' does not fit", name)
                   : luaL_error(lua,
                                "terms: a term's name is a text of 1 to 40 ASCII letters, "
                                "digits and signs");
    }
    if (terms.count_ > count) {
        terms.keep_name(lua, *term);
    }
    term->value = value;
    return 0;
}

void LuaTerms::take(std::vector<RuleTerm>& terms) {
    if (sorted_ != count_) {
        for (std::size_t i = 0; i < count_; ++i) {
            order_[i] = static_cast<std::uint8_t>(i);
        }
        std::sort(
            order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(count_),
            [this](std::uint8_t a, std::uint8_t b) { return written_[a].name < written_[b].name; });
        sorted_ = count_;
    }
    terms.resize(count_);
    for (std::size_t i = 0; i < count_; ++i) {
        const Written& term = written_[order_[i]];
        terms[i].name = term.name;
        terms[i].value = term.value;
    }
}

}  // namespace petrel::core
