// Walks the functions of a chunk by their code.
#include "script/lua_chunk.hpp"

#include "script/lua_dump.hpp"
#include "script/lua_lines.hpp"

namespace petrel::core {
namespace {

using namespace lua_code;

// The file-level local behind an upvalue, followed outwards; empty when it is another function's.
bool is_file_local(const LuaPrototype& proto, std::size_t upvalue) {
    const LuaPrototype* scope = &proto;
    while (scope->parent != nullptr && upvalue < scope->upvalues.size()) {
        const LuaUpvalue& up = scope->upvalues[upvalue];
        if (up.in_parent_stack) {
            return scope->parent->parent == nullptr;
        }
        upvalue = up.index;
        scope = scope->parent;
    }
    return false;
}

// Whether the upvalue comes from outside of the function that is read: for a file, only _ENV does.
bool comes_from_outside(const LuaPrototype& proto, std::size_t upvalue) {
    const LuaPrototype* scope = &proto;
    while (scope->parent != nullptr && upvalue < scope->upvalues.size()) {
        if (scope->upvalues[upvalue].in_parent_stack) {
            return false;
        }
        upvalue = scope->upvalues[upvalue].index;
        scope = scope->parent;
    }
    return true;
}

// What keeps a function from being straight; "" for what does not.
const char* obstacle_at(const std::vector<std::uint32_t>& code, std::size_t pc) {
    const std::uint32_t operation = operation_of(code[pc]);
    if ((operation >= kForLoop && operation <= kForLast) ||
        (operation == kJump && jump_of(code[pc]) < 0)) {
        return "a loop";
    }
    if (operation == kSelf) {
        return "a call of a method, a:b()";
    }
    if (operation >= kClosure) {
        return operation == kClosure ? "a function made in a call" : "any number of arguments, ...";
    }
    if ((operation == kCall || operation == kTailCall) && called_upvalue(code, pc) < 0) {
        return "a call of what is no local of the file";
    }
    return operation == kSetUpvalue ? "an outer local that is set" : "";
}

FunctionShape shape_of(const LuaPrototype& proto) {
    const std::vector<std::uint32_t>& code = proto.code;
    FunctionShape shape;
    shape.instructions = code.size();
    for (std::size_t pc = 0; pc < code.size(); ++pc) {
        const std::uint32_t operation = operation_of(code[pc]);
        const int line = pc < proto.lines.size() ? proto.lines[pc] : proto.first_line;
        shape.obstacle = obstacle_at(code, pc);
        if (*shape.obstacle != '\0') {
            shape.line = line;
            return shape;
        }
        if (operation == kCall || operation == kTailCall) {
            shape.calls.push_back({called_upvalue(code, pc), line});
        }
    }
    shape.straight = true;
    return shape;
}

class ChunkWalk {
public:
    explicit ChunkWalk(ChunkFacts& facts) : facts_(facts) {}

    // What is nested first.
    void function(const LuaPrototype& proto) {
        for (const std::unique_ptr<LuaPrototype>& nested : proto.nested) {
            function(*nested);
        }
        collect(proto);
    }

private:
    static int line_of(const LuaPrototype& proto, std::size_t pc) {
        return pc < proto.lines.size() ? proto.lines[pc] : proto.first_line;
    }
    void global(const LuaPrototype& proto, std::size_t pc, std::size_t table, std::size_t key,
                ChunkGlobal::Use use) {
        const bool is_global = table < proto.upvalues.size() && key < proto.constants.size() &&
                               proto.upvalues[table].name == "_ENV";
        if (is_global) {
            facts_.globals.push_back({proto.constants[key].text, line_of(proto, pc), use});
        }
    }
    // The file's own body runs before there is an input, so only functions count.
    void written(const LuaPrototype& proto, std::size_t key) {
        if (proto.parent != nullptr && key < proto.constants.size()) {
            facts_.written.insert(proto.constants[key].text);
        }
    }
    void collect(const LuaPrototype& proto) {
        add_lines_that_run(proto.code, proto.lines, facts_.lines);
        facts_.functions.push_back({proto.first_line, static_cast<int>(proto.constants.size())});
        for (std::size_t pc = 0; pc < proto.code.size(); ++pc) {
            const std::uint32_t code = proto.code[pc];
            const std::uint32_t a = a_of(code);
            const std::uint32_t b = b_of(code);
            const std::uint32_t c = c_of(code);
            const std::uint32_t operation = operation_of(code);
            if (operation == kGetTabUp) {
                global(proto, pc, b, c, ChunkGlobal::Use::Read);
            } else if (operation == kSetTabUp) {
                global(proto, pc, a, b, ChunkGlobal::Use::Write);
                written(proto, b);
            } else if (operation == kSetField) {
                written(proto, b);
            } else if (operation == kSetTable) {
                facts_.writes_computed_names |= proto.parent != nullptr;
            } else if (operation == kSetInteger) {
                facts_.writes_elements |= proto.parent != nullptr;
            } else if (operation == kGetUpvalue && b < proto.upvalues.size()) {
                // The world as a value: it may be asked for the functions of `table`.
                facts_.writes_elements |= proto.upvalues[b].name == "_ENV";
            } else if (operation == kLoadFalseSkip && pc > 0 &&
                       operation_of(proto.code[pc - 1]) != kJump) {
                // A comparison's value begins behind its jump. In t[a < b], where t comes from
                // outside, Lua up to 5.4.6 fetches t between the two: on one way t is not there.
                facts_.misread.push_back(line_of(proto, pc));
            } else if (operation == kSetUpvalue && b < proto.upvalues.size()) {
                const ChunkFileWrite write{proto.upvalues[b].name, line_of(proto, pc)};
                if (is_file_local(proto, b)) {
                    facts_.file_writes.push_back(write);
                } else if (comes_from_outside(proto, b)) {
                    facts_.outer_writes.push_back(write);
                }
            }
        }
    }

    ChunkFacts& facts_;
};

}  // namespace

ChunkFacts read_chunk(lua_State* lua) {
    ChunkFacts facts;
    ChunkWalk(facts).function(*read_prototype(lua));
    return facts;
}

FunctionShape read_shape(lua_State* lua) { return shape_of(*read_prototype(lua)); }

}  // namespace petrel::core
