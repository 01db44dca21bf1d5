// A table that a pack made when it was loaded, as translated rules read it.
//
// Rules keep nothing between calls, but nothing stops them from writing into such a table while
// they run in Lua. Tables that the code of the pack might change are therefore compared with what
// was read of them after each call that Lua made. Thread of the machine; holds no Lua.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "script/rule_value.hpp"
#include "script/rule_writes.hpp"

struct lua_State;

namespace petrel::core {

class RuleConstants {
public:
    struct Entry {
        RuleValue key;  // a text or a number
        RuleValue value;
    };

    // False: it is not sure what Lua would read.
    bool read(const RuleValue& key, const RuleWrites& writes, RuleValue& out) const;
    // Whether the Lua table on top of the stack still holds the entries and no others.
    [[nodiscard]] bool is_top(lua_State* lua) const;

    std::vector<Entry> entries;
    const void* identity = nullptr;  // of the Lua table
    int kept_at = 0;                 // in the table of what programs keep
    bool readable = true;            // false: a function answers
    bool closed = false;             // a view of the host's: what is not there raises
    bool may_change = false;         // code of the pack may set one of its keys

private:
    [[nodiscard]] const RuleValue* find(const RuleValue& key) const;
};

}  // namespace petrel::core
