// The table into which a score rule writes its terms: terms.storm = 0.5.
//
// It stays empty: each write goes to this object, so that nothing has to be read back or cleared
// and no call sees what an earlier one wrote. A rule mostly writes the same terms in the same
// order; a write that comes where it came in the call before is known by the address of its name.
// Part of a rule's machine; thread of its state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "script/rule_io.hpp"

struct lua_State;

namespace petrel::core {

class LuaTerms {
public:
    static constexpr std::size_t kTermsMax = 32;
    static constexpr std::size_t kNameBytesMax = 40;

    // Creates the table in a stack slot of the state.
    void build(lua_State* lua);
    // A call begins; nothing is written yet.
    void begin() { count_ = 0; }
    // As a write of the rule does. False: not a finite number, or no name of a term, or one too
    // many.
    bool put(std::string_view name, double value);
    // What was written to it in this call; null: nothing yet.
    [[nodiscard]] const double* written(std::string_view name) const;
    // What the call wrote, in the order of the names.
    void take(std::vector<RuleTerm>& terms);

    [[nodiscard]] int slot() const { return slot_; }

private:
    struct Written {
        const char* address = nullptr;  // of the name in Lua; the name is kept from collection
        std::string name;
        double value = 0;
    };
    static int on_read(lua_State* lua);
    static int on_write(lua_State* lua);
    [[nodiscard]] std::size_t find(std::string_view name) const;
    // Where a term of this name is written. Null: no name of a term, or one too many.
    Written* place_of(std::string_view name);
    // Of a write in Lua.
    void keep_name(lua_State* lua, Written& term);

    int slot_ = 0;
    std::size_t count_ = 0;                        // written in this call
    std::size_t kept_ = 0;                         // names kept from collection
    std::array<Written, kTermsMax> written_;       // in the order of writing
    std::array<std::uint8_t, kTermsMax> order_{};  // by name, of the first sorted_
    std::size_t sorted_ = 0;
};

}  // namespace petrel::core
