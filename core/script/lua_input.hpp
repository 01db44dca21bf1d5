// The tables that rules read: filled from plain structs, reused, never written by rules.
//
// A field is read from the struct when a rule asks for it; once it was asked for, it is set before
// each call by one raw store, which costs less. Both ways give the same values. A name that is no
// field raises with the nearest one. Part of a rule's machine; thread of its state.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/rule_io.hpp"

struct lua_State;

namespace petrel::core {

// Score as appropriateness rules read it.
struct ScoreView {
    double total = 0;
    std::string_view pattern;
    std::string_view strength;
    std::string_view pressure;
    std::string_view volatility;
};

// One field of a struct under the name that rules use. Exactly one member pointer is set.
template <typename Owner>
struct LuaField {
    const char* name;
    double Owner::* number = nullptr;
    std::string_view Owner::* text = nullptr;
    bool Owner::* flag = nullptr;
};

std::span<const LuaField<RuleInput>> input_fields();
std::span<const LuaField<RuleFinding>> finding_fields();
std::span<const LuaField<RuleMarket>> market_fields();
std::span<const LuaField<RuleHistory>> history_fields();
std::span<const LuaField<ScoreView>> score_fields();

// The set of tables for one rule function. They live in stack slots of the state.
class LuaInput {
public:
    void build(lua_State* lua);
    void fill(lua_State* lua, const RuleInput& input);
    void fill_score(lua_State* lua, const ScoreView& score);

    [[nodiscard]] int input_slot() const { return input_.slot; }
    [[nodiscard]] int score_slot() const { return score_.slot; }

private:
    // A field that is set before each call.
    template <typename Owner>
    struct Entry {
        const LuaField<Owner>* field;
        int key_slot;
        int text_slot;     // of a text field: where its latest text lies, interned
        std::string text;  // that text
    };
    template <typename Owner>
    struct Table {
        int slot = 0;
        std::uint32_t asked = 0;  // fields read and not yet among the entries, by index
        std::vector<Entry<Owner>> entries;
    };
    static int on_read(lua_State* lua);
    bool read(lua_State* lua, int kind, std::string_view name);
    template <typename Owner>
    bool read_field(lua_State* lua, Table<Owner>& table, std::string_view name, const Owner* owner);
    template <typename Owner>
    void build_table(lua_State* lua, Table<Owner>& table, int kind);
    template <typename Owner>
    void adopt(lua_State* lua, Table<Owner>& table);
    template <typename Owner>
    void fill_table(lua_State* lua, Table<Owner>& table, const Owner& owner);
    // A table below input: set there once it was asked for, like a field.
    struct Link {
        const char* name;
        int key_slot = 0;
        bool asked = false;
        bool set = false;
    };
    enum LinkIndex : std::size_t { kToFinding, kToStorm, kToCluster, kToMarket, kToHistory };
    void set_link(lua_State* lua, LinkIndex link, int table_slot);
    bool read_link(lua_State* lua, std::string_view name);
    void fill_finding(lua_State* lua, Table<RuleFinding>& table, LinkIndex link,
                      const RuleFinding& finding);
    int keep(lua_State* lua);

    Table<RuleInput> input_;
    Table<RuleFinding> finding_;
    // The cause beside an active storm or cluster, of which rules rarely read more: never
    // prefilled.
    Table<RuleFinding> cause_;
    Table<RuleFinding> storm_;
    Table<RuleFinding> cluster_;
    Table<RuleMarket> market_;
    Table<RuleHistory> history_;
    Table<ScoreView> score_;
    std::array<Link, 5> links_{{{"finding"}, {"storm"}, {"cluster"}, {"market"}, {"history"}}};
    int next_slot_ = 0;  // of those reserved for keys and texts
    const RuleInput* current_ = nullptr;
    const ScoreView* current_score_ = nullptr;
};

}  // namespace petrel::core
