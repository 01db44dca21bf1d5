// How the calls of one function of a pack are made: in steps of the host's, or in Lua and why.
//
// Plain. Any thread.
#pragma once

#include <cstdint>
#include <string>

namespace petrel::core {

struct RuleWay {
    bool by_steps = false;   // there is a program of it
    std::string in_lua;      // what Lua alone does: of a program, of the calls that reach it
    std::uint64_t runs = 0;  // of the program
    std::uint64_t left = 0;  // of those, that went on in Lua
};

}  // namespace petrel::core
