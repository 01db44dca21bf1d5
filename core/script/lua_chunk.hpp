// What a compiled chunk says about its source without running it.
//
// Reads the function prototypes of a chunk that this process compiled from text: which globals it
// touches on which line, which fields it may set, how many constants each function holds, and
// whether a function writes a local of the file (hidden state). Cold path, any thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

struct lua_State;

namespace petrel::core {

struct ChunkGlobal {
    enum class Use : std::uint8_t { Read, Write };
    std::string name;
    int line = 0;
    Use use = Use::Read;
};

struct ChunkFunction {
    int line = 0;  // 0: the file itself
    int constants = 0;
};

// A function that assigns to a local declared outside of it.
struct ChunkFileWrite {
    std::string name;
    int line = 0;
};

struct ChunkFacts {
    std::vector<ChunkGlobal> globals;
    std::vector<ChunkFunction> functions;
    std::vector<ChunkFileWrite> file_writes;     // of locals at the top level of the file
    std::vector<ChunkFileWrite> outer_writes;    // of what the function read here has from outside
    std::set<std::string, std::less<>> written;  // names of fields that are set in any table
    bool writes_computed_names = false;          // t[name] = value: any field may be set
    bool writes_elements = false;                // t[1] = value
    std::set<int> lines;                         // that can run, of all functions
    std::vector<int> misread;                    // lines of t[a < b] that are compiled wrongly
};

// Facts of the function on top of the stack, which stays there.
ChunkFacts read_chunk(lua_State* lua);

// How one function runs, without those that it calls.
struct FunctionShape {
    // Each instruction runs at most once in a call, and every call goes to an upvalue.
    bool straight = false;
    std::uint64_t instructions = 0;
    struct Call {
        int upvalue = 0;  // from 0
        int line = 0;
    };
    std::vector<Call> calls;
    const char* obstacle = "";  // what is not straight, and its line
    int line = 0;
};

// Shape of the Lua function on top of the stack, which stays there.
FunctionShape read_shape(lua_State* lua);

}  // namespace petrel::core
