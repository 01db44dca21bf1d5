// The tables of the ensemble: votes, weights and parts, which ensemble.lua writes, and input.votes
// and input.accuracy, which every rule may read.
//
// Their names are closed: those that pack.lua declares; another one raises with the nearest. What
// is written goes to this object, as with LuaTerms, so that no call sees what an earlier one wrote.
// Part of a rule's machine; thread of its state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "script/rule_io.hpp"
#include "script/rule_manifest.hpp"

struct lua_State;

namespace petrel::core {

class LuaVoters {
public:
    enum Kind : std::size_t { kVotes, kWeights, kParts };  // what ensemble.lua writes

    // Creates the five tables; each stays in a stack slot of the state.
    void build(lua_State* lua, const RuleManifest& manifest);
    // A call begins that may read the input's two tables; the input outlives it.
    void begin_input(const RuleInput& input) { input_ = &input; }
    void forget_input() { input_ = nullptr; }
    // A call of the ensemble begins: nothing is voted, weights are as declared.
    void begin();
    // What the ensemble wrote, with the shares that follow from it.
    void take(RuleEnsemble& ensemble) const;

    // The same by the places of names among the declared ones, for translated rules: the vote of a
    // plugin (null: it abstained or none votes) and the accuracy of a voter.
    [[nodiscard]] const RuleVote* plugin_vote(std::size_t cell) const;
    [[nodiscard]] double accuracy(std::size_t cell) const;
    // As a write of the rule does; not `known`: nil. False: out of bounds.
    bool put(Kind kind, std::size_t cell, double value, bool known) {
        return put(written_[kind], cell, value, known);
    }

    [[nodiscard]] int votes_slot() const { return written_[kVotes].slot; }
    [[nodiscard]] int weights_slot() const { return written_[kWeights].slot; }
    [[nodiscard]] int parts_slot() const { return written_[kParts].slot; }
    // Keys of the registry under which input.votes and input.accuracy lie, and their slots.
    [[nodiscard]] const void* plugin_votes_key() const { return &plugin_votes_slot_; }
    [[nodiscard]] const void* accuracy_key() const { return &accuracy_slot_; }
    [[nodiscard]] int plugin_votes_slot() const { return plugin_votes_slot_; }
    [[nodiscard]] int accuracy_slot() const { return accuracy_slot_; }

private:
    struct Cell {
        std::string name;
        const char* address = nullptr;  // of the name in Lua, where names are interned and kept
        double weight = 0;              // as declared
        double value = 0;
        bool known = false;
    };
    struct Table {
        const char* what = "";
        int slot = 0;
        bool of_weights = false;
        std::vector<Cell> cells;

        Cell* find(const char* address);
        [[nodiscard]] double most() const;
    };
    [[nodiscard]] std::size_t cell_of(const char* address) const;
    static bool put(Table& table, std::size_t cell, double value, bool known);
    static int on_read(lua_State* lua);
    static int on_write(lua_State* lua);
    static int on_read_vote(lua_State* lua);
    static int on_read_accuracy(lua_State* lua);
    static int on_write_input(lua_State* lua);
    static void list(const std::vector<Cell>& cells, const std::vector<Cell>* weights,
                     std::vector<RuleShare>& shares);
    void build_written(lua_State* lua, Table& table);
    int build_read(lua_State* lua, int (*read)(lua_State*));

    std::array<Table, 3> written_{
        {{"votes", 0, false, {}}, {"weights", 0, true, {}}, {"parts", 0, false, {}}}};
    int plugin_votes_slot_ = 0;
    int accuracy_slot_ = 0;
    const RuleInput* input_ = nullptr;
};

}  // namespace petrel::core
