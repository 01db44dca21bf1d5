// Reads a table that a chunk returned into plain C++ values, with sentences for what is wrong.
//
// For the cold path (pack.lua, test files): each lookup names the place in messages, and fields
// that nobody asked for are reported with the nearest known name. Host side only, no metamethods
// run.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "petrel/result.hpp"

struct lua_State;

namespace petrel::core {

class LuaTable {
public:
    // The table at stack slot `slot` (absolute), called `where` in messages: "pack.lua: slots".
    // Problems are collected in `problems`, which outlives the reader.
    LuaTable(lua_State* lua, int slot, std::string where, std::vector<std::string>& problems);

    // A missing field gives no value; one of the wrong type gives none and a problem.
    std::optional<std::string> text(const char* name);
    std::optional<double> number(const char* name);
    std::optional<bool> flag(const char* name);
    // Booleans give 0 or 1.
    std::optional<double> number_or_flag(const char* name);
    // One number, true or false (1 or 0), or a list of at most 16 of them.
    std::optional<std::vector<double>> numbers(const char* name);
    // Whether there is a text; nothing is said when there is something else.
    bool is_text(const char* name);
    // Whether there is a function; it stays where it is.
    bool function(const char* name);
    // Pushes the table and returns its slot, or 0 and pushes nothing.
    int table(const char* name);

    [[nodiscard]] std::vector<std::string> keys() const;
    // Adds a problem for each field that was not asked for.
    void report_unknown();
    void problem(const std::string& text) { problems_.push_back(where_ + ": " + text); }
    [[nodiscard]] const std::string& where() const { return where_; }

private:
    int push(const char* name);
    void wrong_type(const char* name, const char* wanted);

    lua_State* lua_;
    int slot_;
    std::string where_;
    std::vector<std::string>& problems_;
    std::set<std::string> asked_;
};

// The problems as one status, one a line, at most 40; ok when there is none.
Status as_status(const std::vector<std::string>& problems);

}  // namespace petrel::core
