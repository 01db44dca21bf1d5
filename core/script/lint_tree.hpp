// A file of a rule pack as a tree whose names are resolved to the locals that they mean.
//
// Made by lint_parse from text that the compiler has accepted, read by the checks of rule_lint.
// Plain data: the tree owns its nodes, pointers between them are borrowed from the same tree.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace petrel::core {

struct LintPlace {
    int line = 1;
    int column = 1;
};

struct LintExpr;
struct LintFunction;

struct LintVariable {
    enum class Kind : std::uint8_t { Local, Function, Argument, Loop, Counter };
    std::string name;
    Kind kind = Kind::Local;
    LintPlace place;
    int reads = 0;
    int writes = 0;  // assignments behind the declaration
    const LintVariable* shadows = nullptr;
    bool closes = false;                     // local x <close>: its end reads it
    std::vector<const LintExpr*> values;     // all that it is given; null: nothing that is known
    const LintFunction* owner = nullptr;     // whose argument it is
    std::size_t index = 0;                   // of an argument
    const LintFunction* function = nullptr;  // that it was declared with
    std::vector<const LintExpr*> calls;      // of it
};

struct LintStatement;
struct LintBlock {
    std::vector<LintStatement> statements;
};

struct LintFunction {
    std::vector<LintVariable*> arguments;
    LintBlock body;
    const LintVariable* name = nullptr;  // the local that it was declared as
};

struct LintExpr {
    enum class Kind : std::uint8_t {
        Nil,
        Boolean,
        Number,
        Text,
        Vararg,
        Function,
        Name,    // a local: `variable`
        Global,  // `text`
        Index,   // parts[0]; a field known by its name: `text`, else parts[1]
        Call,    // parts[0] with the others; of a method `text`
        Binary,  // `text` is the operator
        Unary,
        Table,  // parts; `fields` has their names, "" for others
        Paren,
    };
    Kind kind = Kind::Nil;
    LintPlace place;  // of an Index: of the field
    std::string text;
    LintVariable* variable = nullptr;
    std::vector<std::unique_ptr<LintExpr>> parts;
    std::vector<std::string> fields;
    std::unique_ptr<LintFunction> function;
};

struct LintStatement {
    enum class Kind : std::uint8_t {
        Local,
        Assign,  // targets, then values
        Call,
        Do,
        While,
        Repeat,
        If,  // a block for each condition, one more for else
        For,
        Return,
        Leave,  // break, goto
        Label,
    };
    Kind kind = Kind::Do;
    LintPlace place;
    std::vector<std::unique_ptr<LintExpr>> targets;
    std::vector<std::unique_ptr<LintExpr>> values;  // conditions of If, While, Repeat, too
    std::vector<LintBlock> blocks;
};

struct LintTree {
    std::string file;
    std::deque<LintVariable> variables;  // never move
    LintFunction root;
    bool whole = true;  // false: too deeply nested to be read
};

}  // namespace petrel::core
