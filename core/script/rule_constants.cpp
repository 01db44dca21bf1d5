// Few entries each, so that a walk is faster than a hash.
#include "script/rule_constants.hpp"

#include <bit>
#include <lua.hpp>

namespace petrel::core {
namespace {

std::string_view text_at(lua_State* lua, int slot, std::size_t& bytes) {
    const char* text = lua_tolstring(lua, slot, &bytes);
    return {text, bytes};
}

// Whether the value on top of the stack is that one. Numbers by kind and bits: -0.0 is not 0.0, nor
// the integer.
bool is_value(lua_State* lua, const RuleValue& value) {
    std::size_t bytes = 0;
    switch (lua_type(lua, -1)) {
        case LUA_TBOOLEAN:
            return value.type == RuleValue::of_flag(lua_toboolean(lua, -1) != 0).type;
        case LUA_TNUMBER:
            return value.type ==
                       (lua_isinteger(lua, -1) != 0 ? RuleType::Integer : RuleType::Float) &&
                   std::bit_cast<std::uint64_t>(value.number) ==
                       std::bit_cast<std::uint64_t>(lua_tonumber(lua, -1));
        case LUA_TSTRING:
            return value.is_text() && value.view() == text_at(lua, -1, bytes);
        case LUA_TTABLE:
            return value.type == RuleType::Constants &&
                   value.constants->identity == lua_topointer(lua, -1);
        default:
            return value.type == RuleType::Other;
    }
}

}  // namespace

const RuleValue* RuleConstants::find(const RuleValue& key) const {
    for (const Entry& entry : entries) {
        const bool same =
            key.is_text()
                ? entry.key.is_text() && entry.key.size == key.size &&
                      (entry.key.text == key.text || entry.key.view() == key.view())
                : entry.key.is_number() && key.is_number() && entry.key.number == key.number;
        if (same) {
            return &entry.value;
        }
    }
    return nullptr;
}

bool RuleConstants::read(const RuleValue& key, const RuleWrites& writes, RuleValue& out) const {
    if (!readable || (!key.is_text() && !key.is_number())) {
        return false;
    }
    if (const RuleValue* found = find(key)) {
        out = *found;
        return true;
    }
    const bool may_come = key.is_text() && writes.names.contains(key.view()) && !may_change;
    out = RuleValue();  // which may be where the key was
    return !closed && !may_come;
}

bool RuleConstants::is_top(lua_State* lua) const {
    std::size_t count = 0;
    lua_pushnil(lua);
    while (lua_next(lua, -2) != 0) {
        std::size_t bytes = 0;
        const int type = lua_type(lua, -2);
        const RuleValue key = type == LUA_TNUMBER   ? RuleValue::of_number(lua_tonumber(lua, -2))
                              : type == LUA_TSTRING ? RuleValue::of_text(text_at(lua, -2, bytes))
                                                    : RuleValue();
        const RuleValue* known = find(key);
        const bool same = known != nullptr && is_value(lua, *known);
        lua_pop(lua, 1);
        ++count;
        if (!same) {
            lua_pop(lua, 1);
            return false;
        }
    }
    return count == entries.size();
}

}  // namespace petrel::core
