// The tables that rules read: filled from plain structs and reused. What a rule writes into them is
// gone with the call.
//
// A field is read from the struct when a rule asks for it; once it was asked for, it is set before
// each call by one raw store, which costs less. A value that is still there from the call before is
// not stored again, unless the pack's code may have set a field of that name. All ways give the
// same values. A name that is no field raises with the nearest one. Part of a rule's machine;
// thread of its state.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/lua_fields.hpp"
#include "script/lua_voters.hpp"
#include "script/rule_io.hpp"

struct lua_State;

namespace petrel::core {

// The set of tables for one rule function. They live in stack slots of the state.
class LuaInput {
public:
    // `may_write` says whether the pack's code may set a field of that name; used later too.
    using MayWrite = std::function<bool(std::string_view)>;
    // `voters` holds two of the tables below input, and is built before.
    void build(lua_State* lua, const LuaVoters& voters, MayWrite may_write);
    void fill(lua_State* lua, const RuleInput& input) { fill_all(lua, input, Filling::Fresh); }
    // For another function on the input of the latest fill(): sets again only what the pack's code
    // may have set in between.
    void refill(lua_State* lua, const RuleInput& input) { fill_all(lua, input, Filling::Again); }
    void fill_score(lua_State* lua, const ScoreView& score);
    // After the call: a rule that kept the tables finds nothing new in them.
    void forget() {
        current_ = nullptr;
        current_score_ = nullptr;
    }

    [[nodiscard]] int input_slot() const { return input_.slot; }
    [[nodiscard]] int score_slot() const { return score_.slot; }

private:
    enum class Filling { Fresh, Again };
    // A field that is set before each call.
    template <typename Owner>
    struct Entry {
        const LuaField<Owner>* field = nullptr;
        double Owner::* reads = nullptr;  // of a number
        int key_slot = 0;
        int text_slot = 0;  // of a text field: where its latest text lies, interned
        bool may_settle = false;
        bool settled = false;  // the latest value is in the table, and nothing else sets it
        double number = 0;     // the latest value of a number or a flag
        std::string text;      // the latest text
    };
    template <typename Owner>
    struct Table {
        int slot = 0;
        std::uint32_t asked = 0;  // fields read and not yet among the entries, by index
        std::vector<Entry<Owner>> entries;
    };
    static int on_read(lua_State* lua);
    static int on_write(lua_State* lua);
    bool read(lua_State* lua, int kind, std::string_view name);
    template <typename Owner>
    bool read_field(lua_State* lua, Table<Owner>& table, std::string_view name, const Owner* owner);
    template <typename Owner>
    void build_table(lua_State* lua, Table<Owner>& table, int kind);
    template <typename Owner>
    void adopt(lua_State* lua, Table<Owner>& table);
    template <typename Owner>
    static bool push_changed(lua_State* lua, Entry<Owner>& entry, const Owner& owner);
    template <typename Owner>
    void fill_table(lua_State* lua, Table<Owner>& table, const Owner& owner, Filling filling);
    void fill_all(lua_State* lua, const RuleInput& input, Filling filling);
    // A table below input: set there once it was asked for, like a field.
    struct Link {
        const char* name;
        int key_slot = 0;
        int table_slot = 0;  // that hangs there now; 0 for none
        bool asked = false;
        bool may_settle = false;
    };
    enum LinkIndex : std::size_t {
        kToFinding,
        kToStorm,
        kToCluster,
        kToMarket,
        kToHistory,
        kToVotes,
        kToAccuracy
    };
    void set_link(lua_State* lua, LinkIndex index, int table_slot);
    bool read_link(lua_State* lua, std::string_view name);
    void fill_finding(lua_State* lua, LinkIndex link, const RuleFinding& finding, Filling filling);
    int keep(lua_State* lua);

    Table<RuleInput> input_;
    Table<RuleFinding> finding_;
    // The cause beside an active storm or cluster.
    Table<RuleFinding> cause_;
    Table<RuleFinding> storm_;
    Table<RuleFinding> cluster_;
    Table<RuleMarket> market_;
    Table<RuleHistory> history_;
    Table<ScoreView> score_;
    std::array<Link, 7> links_{
        {{"finding"}, {"storm"}, {"cluster"}, {"market"}, {"history"}, {"votes"}, {"accuracy"}}};
    const LuaVoters* voters_ = nullptr;
    MayWrite may_write_;
    int next_slot_ = 0;  // of those reserved for keys and texts
    const RuleInput* current_ = nullptr;
    const ScoreView* current_score_ = nullptr;
};

}  // namespace petrel::core
