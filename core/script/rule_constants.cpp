// Few entries each, so that a walk is faster than a hash.
#include "script/rule_constants.hpp"

#include <lua.hpp>

#include "script/lua_value.hpp"

namespace petrel::core {
namespace {

// Whether the value on top of the stack is that one. Numbers by kind and bits: -0.0 is not 0.0, nor
// the integer.
bool is_value(lua_State* lua, const RuleValue& value) {
    if (lua_istable(lua, -1)) {
        return value.type == RuleType::Constants &&
               value.constants->identity == lua_topointer(lua, -1);
    }
    const RuleValue now = lua_value(lua, -1);
    return now.is_text()                 ? value.is_text() && value.view() == now.view()
           : now.type == RuleType::Other ? value.type == RuleType::Other
                                         : value.is(now);
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
        const RuleValue* known = find(lua_value(lua, -2));
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
