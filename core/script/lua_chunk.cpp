// Walks the dump of a function, whose format is fixed for all of Lua 5.4. Only chunks that were
// compiled from text in this process are read, so the walk trusts its input; a reader that runs out
// of bytes gives zeros, never more.
#include "script/lua_chunk.hpp"

#include <algorithm>
#include <lua.hpp>
#include <string_view>

#include "script/lua_lines.hpp"

static_assert(LUA_VERSION_NUM == 504, "the dump that is read here is that of Lua 5.4");

namespace petrel::core {
namespace {

// Operations of the virtual machine that matter here; the same numbers in all of Lua 5.4.
enum Operation : std::uint32_t {
    kGetUpvalue = 9,
    kSetUpvalue = 10,
    kGetTabUp = 11,
    kSetTabUp = 15,
    kSetTable = 16,
    kSetField = 18,
    kNewTable = 19,
    kSelf = 20,
    kMetaFirst = 46,
    kMetaLast = 48,
    kConcat = 53,
    kJump = 56,
    kTestSet = 67,
    kCall = 68,
    kTailCall = 69,
    kForLoop = 73,
    kForLast = 77,
    kClosure = 79,
};
constexpr std::int8_t kAbsoluteLine = -0x80;
constexpr std::size_t kHeaderBytes = 4 + 1 + 1 + 6 + 3 + sizeof(lua_Integer) + sizeof(lua_Number);

struct Upvalue {
    bool in_parent_stack = false;
    std::uint8_t index = 0;
    std::string name;
};

struct Prototype {
    const Prototype* parent = nullptr;
    int first_line = 0;
    std::vector<std::uint32_t> code;
    std::vector<std::string> constants;  // "" for what is no text
    std::vector<Upvalue> upvalues;
    std::vector<int> lines;  // of each instruction
};

class DumpReader {
public:
    explicit DumpReader(std::string_view bytes) : bytes_(bytes) {}

    std::uint8_t byte() {
        return at_ < bytes_.size() ? static_cast<std::uint8_t>(bytes_[at_++]) : std::uint8_t{0};
    }
    void skip(std::size_t count) { at_ = std::min(bytes_.size(), at_ + count); }
    // Seven bits a byte, the most significant first; the last byte has its top bit set.
    std::size_t number() {
        std::size_t value = 0;
        while (at_ < bytes_.size()) {
            const std::uint8_t next = byte();
            value = (value << 7) | (next & 0x7FU);
            if ((next & 0x80U) != 0) {
                break;
            }
        }
        return value;
    }
    std::string text() {
        const std::size_t size = number();
        if (size == 0) {
            return {};
        }
        std::string text(bytes_.substr(at_, size - 1));
        skip(size - 1);
        return text;
    }
    // Never more elements than bytes are left.
    std::size_t count() { return std::min(number(), bytes_.size() - at_); }

private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

void read_head(DumpReader& in, Prototype& proto) {
    in.text();  // source, known to the caller
    proto.first_line = static_cast<int>(in.number());
    in.number();
    in.skip(3);
}

void read_code(DumpReader& in, Prototype& proto) {
    proto.code.resize(in.count());
    for (std::uint32_t& instruction : proto.code) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            instruction |= static_cast<std::uint32_t>(in.byte()) << shift;
        }
    }
}

void read_constants(DumpReader& in, Prototype& proto) {
    constexpr std::uint8_t integer = 0x03;
    constexpr std::uint8_t real = 0x13;
    constexpr std::uint8_t short_text = 0x04;
    constexpr std::uint8_t long_text = 0x14;
    proto.constants.resize(in.count());
    for (std::string& constant : proto.constants) {
        switch (in.byte()) {
            case integer:
            case real:
                in.skip(sizeof(lua_Number));
                break;
            case short_text:
            case long_text:
                constant = in.text();
                break;
            default:
                break;
        }
    }
}

void read_lines(DumpReader& in, Prototype& proto) {
    std::vector<std::int8_t> steps(in.count());
    for (std::int8_t& step : steps) {
        step = static_cast<std::int8_t>(in.byte());
    }
    std::vector<std::pair<std::size_t, int>> anchors(in.count());
    for (auto& [at, line] : anchors) {
        at = in.number();
        line = static_cast<int>(in.number());
    }
    int line = proto.first_line;
    std::size_t anchor = 0;
    for (const std::int8_t step : steps) {
        if (step == kAbsoluteLine && anchor < anchors.size()) {
            line = anchors[anchor++].second;
        } else {
            line += step;
        }
        proto.lines.push_back(line);
    }
}

// The file-level local behind an upvalue, followed outwards; empty when it is another function's.
bool is_file_local(const Prototype& proto, std::size_t upvalue) {
    const Prototype* scope = &proto;
    while (scope->parent != nullptr && upvalue < scope->upvalues.size()) {
        const Upvalue& up = scope->upvalues[upvalue];
        if (up.in_parent_stack) {
            return scope->parent->parent == nullptr;
        }
        upvalue = up.index;
        scope = scope->parent;
    }
    return false;
}

// Whether the upvalue comes from outside of the function that is read: for a file, only _ENV does.
bool comes_from_outside(const Prototype& proto, std::size_t upvalue) {
    const Prototype* scope = &proto;
    while (scope->parent != nullptr && upvalue < scope->upvalues.size()) {
        if (scope->upvalues[upvalue].in_parent_stack) {
            return false;
        }
        upvalue = scope->upvalues[upvalue].index;
        scope = scope->parent;
    }
    return true;
}

std::uint32_t operation_of(std::uint32_t code) { return code & 0x7FU; }
std::uint32_t a_of(std::uint32_t code) { return (code >> 7) & 0xFFU; }
std::uint32_t b_of(std::uint32_t code) { return (code >> 16) & 0xFFU; }

std::int64_t jump_of(std::uint32_t code) {
    constexpr std::int64_t middle = (1 << 24) - 1;
    return static_cast<std::int64_t>(code >> 7) - middle;
}

// Whether the operation stores into its register A.
bool stores(std::uint32_t operation) {
    const bool loads = operation <= kGetUpvalue;
    const bool reads_table = operation >= kGetTabUp && operation < kSetTabUp;
    const bool computes = operation >= kNewTable && operation <= kConcat &&
                          (operation < kMetaFirst || operation > kMetaLast);
    return loads || reads_table || computes || operation == kTestSet || operation == kCall ||
           operation >= kClosure;
}

// The upvalue that the call at `at` calls, or -1. The compiler loads what is called, then the
// arguments above it; a jump that enters between the two could bring something else.
int called_upvalue(const std::vector<std::uint32_t>& code, std::size_t at) {
    std::size_t load = at;
    do {
        if (load-- == 0) {
            return -1;
        }
    } while (a_of(code[load]) != a_of(code[at]) || !stores(operation_of(code[load])));
    for (std::size_t pc = 0; pc < load; ++pc) {
        const std::int64_t target = static_cast<std::int64_t>(pc) + 1 + jump_of(code[pc]);
        if (operation_of(code[pc]) == kJump && target > static_cast<std::int64_t>(load) &&
            target <= static_cast<std::int64_t>(at)) {
            return -1;
        }
    }
    return operation_of(code[load]) == kGetUpvalue ? static_cast<int>(b_of(code[load])) : -1;
}

FunctionShape shape_of(const std::vector<std::uint32_t>& code) {
    FunctionShape shape;
    shape.instructions = code.size();
    for (std::size_t pc = 0; pc < code.size(); ++pc) {
        const std::uint32_t operation = operation_of(code[pc]);
        const bool loops = (operation >= kForLoop && operation <= kForLast) ||
                           (operation == kJump && jump_of(code[pc]) < 0);
        if (loops || operation == kSetUpvalue || operation == kSelf || operation >= kClosure) {
            return shape;
        }
        if (operation == kCall || operation == kTailCall) {
            shape.calls.push_back(called_upvalue(code, pc));
            if (shape.calls.back() < 0) {
                return shape;
            }
        }
    }
    shape.straight = true;
    return shape;
}

class ChunkWalk {
public:
    explicit ChunkWalk(ChunkFacts& facts) : facts_(facts) {}

    void function(DumpReader& in, const Prototype* parent) {
        Prototype proto;
        proto.parent = parent;
        read_head(in, proto);
        read_code(in, proto);
        read_constants(in, proto);
        proto.upvalues.resize(in.count());
        for (Upvalue& upvalue : proto.upvalues) {
            upvalue.in_parent_stack = in.byte() != 0;
            upvalue.index = in.byte();
            in.byte();
        }
        // Names and lines come after the nested functions, which need only the upvalues' places.
        const std::size_t nested = in.count();
        for (std::size_t i = 0; i < nested; ++i) {
            function(in, &proto);
        }
        read_lines(in, proto);
        for (std::size_t locals = in.count(); locals > 0; --locals) {
            in.text();
            in.number();
            in.number();
        }
        for (std::size_t names = in.count(), i = 0; i < names && i < proto.upvalues.size(); ++i) {
            proto.upvalues[i].name = in.text();
        }
        collect(proto);
    }

private:
    static int line_of(const Prototype& proto, std::size_t pc) {
        return pc < proto.lines.size() ? proto.lines[pc] : proto.first_line;
    }
    void global(const Prototype& proto, std::size_t pc, std::size_t table, std::size_t key,
                ChunkGlobal::Use use) {
        const bool is_global = table < proto.upvalues.size() && key < proto.constants.size() &&
                               proto.upvalues[table].name == "_ENV";
        if (is_global) {
            facts_.globals.push_back({proto.constants[key], line_of(proto, pc), use});
        }
    }
    // The file's own body runs before there is an input, so only functions count.
    void written(const Prototype& proto, std::size_t key) {
        if (proto.parent != nullptr && key < proto.constants.size()) {
            facts_.written.insert(proto.constants[key]);
        }
    }
    void collect(const Prototype& proto) {
        add_lines_that_run(proto.code, proto.lines, facts_.lines);
        facts_.functions.push_back({proto.first_line, static_cast<int>(proto.constants.size())});
        for (std::size_t pc = 0; pc < proto.code.size(); ++pc) {
            const std::uint32_t code = proto.code[pc];
            const std::uint32_t a = a_of(code);
            const std::uint32_t b = b_of(code);
            const std::uint32_t c = code >> 24;
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

int append(lua_State* /*lua*/, const void* bytes, std::size_t size, void* out) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
    return 0;
}

}  // namespace

ChunkFacts read_chunk(lua_State* lua) {
    ChunkFacts facts;
    std::string bytes;
    lua_dump(lua, &append, &bytes, 0);
    DumpReader in(bytes);
    in.skip(kHeaderBytes + 1);
    ChunkWalk(facts).function(in, nullptr);
    return facts;
}

FunctionShape read_shape(lua_State* lua) {
    std::string bytes;
    lua_dump(lua, &append, &bytes, 1);
    DumpReader in(bytes);
    in.skip(kHeaderBytes + 1);
    Prototype proto;
    read_head(in, proto);
    read_code(in, proto);
    return shape_of(proto.code);
}

}  // namespace petrel::core
