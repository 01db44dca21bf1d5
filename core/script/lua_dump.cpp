// Only chunks that were compiled from text in this process are read, so the walk trusts its input;
// a reader that runs out of bytes gives zeros, never more.
#include "script/lua_dump.hpp"

#include <algorithm>
#include <bit>
#include <lua.hpp>
#include <string_view>

static_assert(LUA_VERSION_NUM == 504, "the dump that is read here is that of Lua 5.4");

namespace petrel::core {
namespace {

using namespace lua_code;

constexpr std::int8_t kAbsoluteLine = -0x80;
constexpr std::size_t kHeaderBytes = 4 + 1 + 1 + 6 + 3 + sizeof(lua_Integer) + sizeof(lua_Number);

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
    // Eight bytes in the order of this machine, which wrote them.
    std::uint64_t word() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 8) {
            value |= std::uint64_t{byte()} << shift;
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

void read_head(DumpReader& in, LuaPrototype& proto) {
    in.text();  // source, known to the caller
    proto.first_line = static_cast<int>(in.number());
    in.number();
    proto.parameters = in.byte();
    proto.takes_more = in.byte() != 0;
    proto.registers = in.byte();
}

void read_code(DumpReader& in, LuaPrototype& proto) {
    proto.code.resize(in.count());
    for (std::uint32_t& instruction : proto.code) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            instruction |= static_cast<std::uint32_t>(in.byte()) << shift;
        }
    }
}

void read_constants(DumpReader& in, LuaPrototype& proto) {
    constexpr std::uint8_t is_false = 0x01;
    constexpr std::uint8_t is_true = 0x11;
    constexpr std::uint8_t integer = 0x03;
    constexpr std::uint8_t real = 0x13;
    constexpr std::uint8_t short_text = 0x04;
    constexpr std::uint8_t long_text = 0x14;
    proto.constants.resize(in.count());
    for (LuaConstant& constant : proto.constants) {
        switch (in.byte()) {
            case is_false:
                constant.kind = LuaConstant::Kind::False;
                break;
            case is_true:
                constant.kind = LuaConstant::Kind::True;
                break;
            case integer:
                constant.kind = LuaConstant::Kind::Integer;
                constant.integer = static_cast<std::int64_t>(in.word());
                break;
            case real:
                constant.kind = LuaConstant::Kind::Float;
                constant.number = std::bit_cast<double>(in.word());
                break;
            case short_text:
            case long_text:
                constant.kind = LuaConstant::Kind::Text;
                constant.text = in.text();
                break;
            default:
                break;
        }
    }
}

void read_lines(DumpReader& in, LuaPrototype& proto) {
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

std::unique_ptr<LuaPrototype> read_function(DumpReader& in, const LuaPrototype* parent) {
    auto proto = std::make_unique<LuaPrototype>();
    proto->parent = parent;
    read_head(in, *proto);
    read_code(in, *proto);
    read_constants(in, *proto);
    proto->upvalues.resize(in.count());
    for (LuaUpvalue& upvalue : proto->upvalues) {
        upvalue.in_parent_stack = in.byte() != 0;
        upvalue.index = in.byte();
        in.byte();
    }
    const std::size_t nested = in.count();
    for (std::size_t i = 0; i < nested; ++i) {
        proto->nested.push_back(read_function(in, proto.get()));
    }
    read_lines(in, *proto);
    for (std::size_t locals = in.count(); locals > 0; --locals) {
        in.text();
        in.number();
        in.number();
    }
    for (std::size_t names = in.count(), i = 0; i < names && i < proto->upvalues.size(); ++i) {
        proto->upvalues[i].name = in.text();
    }
    return proto;
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

int append(lua_State* /*lua*/, const void* bytes, std::size_t size, void* out) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
    return 0;
}

}  // namespace

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

std::unique_ptr<LuaPrototype> read_prototype(lua_State* lua) {
    std::string bytes;
    lua_dump(lua, &append, &bytes, 0);
    DumpReader in(bytes);
    in.skip(kHeaderBytes + 1);
    return read_function(in, nullptr);
}

}  // namespace petrel::core
