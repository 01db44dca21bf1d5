// The table into which a score rule writes its terms: terms.storm = 0.5.
//
// It stays empty: each write goes to the score that is being made, sorted by name, so that nothing
// has to be read back or cleared and no call sees what an earlier one wrote. Part of a rule's
// machine; thread of its state.
#pragma once

#include <cstddef>
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
    // What the call that comes now writes goes here, after what is dropped.
    void begin(std::vector<RuleTerm>& terms) {
        terms_ = &terms;
        count_ = 0;
    }
    // Drops what an earlier call left behind the terms of this one.
    void end() { terms_->resize(count_); }

    [[nodiscard]] int slot() const { return slot_; }

private:
    static int on_read(lua_State* lua);
    static int on_write(lua_State* lua);
    // Position of the name, or where it belongs.
    [[nodiscard]] std::size_t place_of(std::string_view name) const;

    int slot_ = 0;
    std::vector<RuleTerm>* terms_ = nullptr;  // borrowed for the call
    std::size_t count_ = 0;
};

}  // namespace petrel::core
