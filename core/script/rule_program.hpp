// A rule function in steps of the host's own, at half of what it costs in Lua.
//
// lua_translate makes one of a function that is proved to end: calls are put in where they stand,
// what a file keeps is a constant, fields are places in the plain structs. A step that is not quite
// sure to do what Lua does leaves instead: the call is then made once more, in Lua, with whatever
// error belongs to it. So a program changes what a rule costs and nothing else (decision 0034).
//
// Plain; made when a rule's machine is built. rule_run runs it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "script/rule_constants.hpp"
#include "script/rule_value.hpp"
#include "script/rule_writes.hpp"

namespace petrel::core {

// Tables of the host's, as the size of a value that is one.
enum class RuleHostTable : std::uint32_t {
    Input,
    Finding,
    Market,
    History,
    Score,
    PluginVotes,
    Accuracy,
    Terms,
    Votes,
    Weights,
    Parts
};
inline constexpr std::size_t kRuleHostTables = 11;

// Tables below the input.
enum class RuleLink : std::uint16_t { Finding, Storm, Cluster, Market, History, Votes, Accuracy };

struct RuleProgram {
    static constexpr std::size_t kRegistersMax = 1'024;

    enum class Code : std::uint8_t {
        Move,  // a = b
        Add,   // a = b + c, and so on
        Subtract,
        Multiply,
        Divide,
        Power,
        Negate,  // a = -b
        Not,
        Equal,  // to `target` if (b == c) is `expected`
        Less,
        LessEqual,
        Test,      // a = b and to `target` if b holds as `expected`
        Jump,      // to `target`
        GetField,  // a = b[field c]
        GetTable,  // a = b[c]
        SetField,  // a[field b] = c
        Concat,    // a = a .. a+1 .. ; b of them
        Checks,    // a.. = c answers of the checks `target`
        Call,      // a.. = c results (`expected`: all of them) of the C function `target`, of b
                   // arguments after a
        Return,    // b values from a on
        Leave      // Lua decides
    };
    struct Step {
        Code code = Code::Leave;
        bool expected = false;
        std::uint16_t a = 0;
        std::uint16_t b = 0;
        std::uint16_t c = 0;
        std::uint32_t target = 0;

        // Whether the next step may be the one behind it, and whether it may be `target`.
        [[nodiscard]] bool goes_on() const {
            return code != Code::Jump && code != Code::Return && code != Code::Leave;
        }
        [[nodiscard]] bool jumps() const {
            return code == Code::Jump || code == Code::Test || code == Code::Equal ||
                   code == Code::Less || code == Code::LessEqual;
        }
    };
    // Where a field of a host's table lies.
    struct Place {
        enum class Form : std::uint8_t { None, Number, Text, Flag, Link, Cell };
        Form form = Form::None;
        std::uint16_t at = 0;  // offset in the struct, or number of the link or the cell

        // What lies there in the struct at `base`.
        template <typename T>
        [[nodiscard]] T read(const void* base) const {
            T value{};
            std::memcpy(&value, static_cast<const char*>(base) + at, sizeof(T));
            return value;
        }
    };
    struct Field {
        RuleValue key;  // its name
        std::array<Place, kRuleHostTables> places;
    };
    struct CheckList {
        std::size_t first = 0;
        std::size_t count = 0;
        std::vector<std::uint16_t> places;  // of value and limit of each
    };

    std::vector<Step> steps;
    std::vector<RuleValue> values;  // registers, then constants
    std::size_t registers = 0;
    std::vector<Field> fields;
    std::vector<CheckList> checks;
    int kept_slot = 0;  // of the Lua table that keeps C functions, and tables that may change
    std::deque<RuleConstants> tables;
    std::set<std::string, std::less<>> texts;  // so that nothing of Lua's is pointed at
    RuleWrites writes;
    std::string leaves_for;  // what it leaves to Lua, and where, for whoever reads it
};

}  // namespace petrel::core
