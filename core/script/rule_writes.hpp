// What code of a pack may set while it runs: all that does not appear here stays as it was when the
// pack was loaded. Plain; any thread.
#pragma once

#include <functional>
#include <set>
#include <string>

namespace petrel::core {

struct RuleWrites {
    std::set<std::string, std::less<>> names;  // fields, in whatever table
    bool computed_names = false;               // t[name] = value: any field
    bool elements = false;                     // t[1] = value, or a function of `table`
};

}  // namespace petrel::core
