// Field lists, the lazy reader behind each table, and the filling.
#include "script/lua_input.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <lua.hpp>

#include "script/lua_library.hpp"
#include "script/lua_sandbox.hpp"
#include "script/lua_state.hpp"

namespace petrel::core {
namespace {

enum Kind : int { kInput, kFinding, kCause, kStorm, kCluster, kMarket, kHistory, kScore };

constexpr std::array<const char*, 8> kTableNames{"input",         "input.finding", "input.finding",
                                                 "input.storm",   "input.cluster", "input.market",
                                                 "input.history", "score"};
constexpr int kForeign = -1;  // a rule put something else into the place of a table

template <typename Owner>
void push_value(lua_State* lua, const LuaField<Owner>& field, const Owner& owner) {
    if (field.number != nullptr) {
        lua_pushnumber(lua, owner.*field.number);
    } else if (field.text != nullptr) {
        const std::string_view text = owner.*field.text;
        lua_pushlstring(lua, text.data(), text.size());
    } else {
        lua_pushboolean(lua, owner.*field.flag ? 1 : 0);
    }
}

}  // namespace

namespace {

std::span<const LuaField<RuleInput>> fields_of(const RuleInput*) { return input_fields(); }
std::span<const LuaField<RuleFinding>> fields_of(const RuleFinding*) { return finding_fields(); }
std::span<const LuaField<RuleMarket>> fields_of(const RuleMarket*) { return market_fields(); }
std::span<const LuaField<RuleHistory>> fields_of(const RuleHistory*) { return history_fields(); }
std::span<const LuaField<ScoreView>> fields_of(const ScoreView*) { return score_fields(); }

// By bits: 0 and -0 are not the same to a rule, and NaN is the same as itself.
bool same_number(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

template <typename Owner>
bool LuaInput::read_field(lua_State* lua, Table<Owner>& table, std::string_view name,
                          const Owner* owner) {
    const auto fields = fields_of(static_cast<const Owner*>(nullptr));
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (name == fields[i].name) {
            owner == nullptr ? lua_pushnil(lua) : push_value(lua, fields[i], *owner);
            table.asked |= 1U << i;
            return true;
        }
    }
    return false;
}

bool LuaInput::read_link(lua_State* lua, std::string_view name) {
    for (std::size_t i = 0; i < links_.size(); ++i) {
        if (name != links_[i].name) {
            continue;
        }
        links_[i].asked = true;
        const RuleInput* input = current_;
        const bool active = input != nullptr && (input->storm.present || input->cluster.present);
        const std::array<const void*, 7> keys{active ? &cause_ : &finding_,
                                              &storm_,
                                              &cluster_,
                                              &market_,
                                              &history_,
                                              voters_->plugin_votes_key(),
                                              voters_->accuracy_key()};
        const std::array<bool, 7> present{input != nullptr && input->finding.present,
                                          input != nullptr && input->storm.present,
                                          input != nullptr && input->cluster.present,
                                          true,
                                          true,
                                          true,
                                          true};
        if (present[i]) {
            lua_rawgetp(lua, LUA_REGISTRYINDEX, keys[i]);
        } else {
            lua_pushnil(lua);
        }
        return true;
    }
    return false;
}

bool LuaInput::read(lua_State* lua, int kind, std::string_view name) {
    const RuleInput* input = current_;
    switch (kind) {
        case kInput:
            return read_link(lua, name) || read_field(lua, input_, name, input);
        case kFinding:
            return read_field(lua, finding_, name, input ? &input->finding : nullptr);
        case kCause:
            return read_field(lua, cause_, name, input ? &input->finding : nullptr);
        case kStorm:
            return read_field(lua, storm_, name, input ? &input->storm : nullptr);
        case kCluster:
            return read_field(lua, cluster_, name, input ? &input->cluster : nullptr);
        case kMarket:
            return read_field(lua, market_, name, input ? &input->market : nullptr);
        case kHistory:
            return read_field(lua, history_, name, input ? &input->history : nullptr);
        default:
            return read_field(lua, score_, name, current_score_);
    }
}

// upvalues: this object, kind, names. Called for a field that is not set in the table.
int LuaInput::on_read(lua_State* lua) {
    auto& tables = *static_cast<LuaInput*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const auto kind = static_cast<int>(lua_tointeger(lua, lua_upvalueindex(2)));
    std::size_t bytes = 0;
    const char* name = lua_type(lua, 2) == LUA_TSTRING ? lua_tolstring(lua, 2, &bytes) : "?";
    if (tables.read(lua, kind, {name, bytes})) {
        return 1;
    }
    lua_pushvalue(lua, lua_upvalueindex(3));
    return raise_no_field(lua, kTableNames[static_cast<std::size_t>(kind)], name, lua_gettop(lua));
}

// A value set by a rule lasts until the call ends, whether the field was set before or not: it is
// among the asked ones from here on, and the next call sets it again. upvalues as in on_read.
int LuaInput::on_write(lua_State* lua) {
    auto& tables = *static_cast<LuaInput*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const auto kind = static_cast<int>(lua_tointeger(lua, lua_upvalueindex(2)));
    std::size_t bytes = 0;
    const char* name = lua_type(lua, 2) == LUA_TSTRING ? lua_tolstring(lua, 2, &bytes) : "?";
    if (!tables.read(lua, kind, {name, bytes})) {
        lua_pushvalue(lua, lua_upvalueindex(3));
        return raise_no_field(lua, kTableNames[static_cast<std::size_t>(kind)], name,
                              lua_gettop(lua));
    }
    for (Link& link : tables.links_) {
        if (kind == kInput && std::string_view(name, bytes) == link.name) {
            link.table_slot = kForeign;
        }
    }
    lua_settop(lua, 3);
    lua_rawset(lua, 1);
    return 0;
}

template <typename Owner>
void LuaInput::build_table(lua_State* lua, Table<Owner>& table, int kind) {
    lua_newtable(lua);
    table.slot = lua_gettop(lua);
    lua_createtable(lua, 0, 3);
    lua_newtable(lua);  // names, for pairs and for messages
    const auto add_name = [&](const char* name) {
        lua_pushboolean(lua, 1);
        lua_setfield(lua, -2, name);
    };
    for (const LuaField<Owner>& field : fields_of(static_cast<const Owner*>(nullptr))) {
        add_name(field.name);
    }
    for (const std::string_view name : input_tables()) {
        if (kind == kInput) {
            add_name(name.data());
        }
    }
    push_sorted_keys(lua, lua_gettop(lua));
    lua_setfield(lua, -3, kKeysField);
    const int names = lua_gettop(lua);
    for (const auto& [event, function] :
         {std::pair{"__index", &LuaInput::on_read}, {"__newindex", &LuaInput::on_write}}) {
        lua_pushlightuserdata(lua, this);
        lua_pushinteger(lua, kind);
        lua_pushvalue(lua, names);
        lua_pushcclosure(lua, function, 3);
        lua_setfield(lua, names - 1, event);
    }
    lua_pop(lua, 1);
    lua_setmetatable(lua, table.slot);
    lua_pushvalue(lua, table.slot);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &table);  // where read_link() finds it
}

// Moves the value on top of the stack into a slot of its own.
int LuaInput::keep(lua_State* lua) {
    lua_replace(lua, next_slot_);
    return next_slot_++;
}

void LuaInput::build(lua_State* lua, const LuaVoters& voters, MayWrite may_write) {
    voters_ = &voters;
    may_write_ = std::move(may_write);
    // Every field of every table, each with a key and, if it is a text, the text; then the links.
    const std::size_t fields = input_fields().size() + 4 * finding_fields().size() +
                               market_fields().size() + history_fields().size() +
                               score_fields().size();
    const auto slots_max = static_cast<int>(2 * fields + links_.size());
    luaL_checkstack(lua, slots_max + 32, "rule input");
    build_table(lua, input_, kInput);
    build_table(lua, finding_, kFinding);
    build_table(lua, cause_, kCause);
    build_table(lua, storm_, kStorm);
    build_table(lua, cluster_, kCluster);
    build_table(lua, market_, kMarket);
    build_table(lua, history_, kHistory);
    build_table(lua, score_, kScore);
    next_slot_ = lua_gettop(lua) + 1;
    lua_settop(lua, lua_gettop(lua) + slots_max);
    for (Link& link : links_) {
        lua_pushstring(lua, link.name);
        link.key_slot = keep(lua);
        link.may_settle = !may_write_(link.name);
    }
}

template <typename Owner>
void LuaInput::adopt(lua_State* lua, Table<Owner>& table) {
    const auto fields = fields_of(static_cast<const Owner*>(nullptr));
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const bool known =
            std::any_of(table.entries.begin(), table.entries.end(),
                        [&](const Entry<Owner>& entry) { return entry.field == &fields[i]; });
        if ((table.asked & (1U << i)) == 0 || known) {
            continue;
        }
        lua_pushstring(lua, fields[i].name);
        Entry<Owner> entry;
        entry.field = &fields[i];
        entry.reads = fields[i].number;
        entry.key_slot = keep(lua);
        entry.may_settle = !may_write_(fields[i].name);
        if (fields[i].text != nullptr) {
            lua_pushliteral(lua, "");
            entry.text_slot = keep(lua);
        }
        table.entries.push_back(std::move(entry));
    }
    table.asked = 0;
}

// Pushes key and value unless the table holds the value already.
template <typename Owner>
bool LuaInput::push_changed(lua_State* lua, Entry<Owner>& entry, const Owner& owner) {
    const LuaField<Owner>& field = *entry.field;
    if (entry.text_slot != 0) {
        const std::string_view text = owner.*field.text;
        const bool same = text == entry.text;
        if (same && entry.settled) {
            return false;
        }
        if (!same) {
            entry.text.assign(text);
            lua_pushlstring(lua, text.data(), text.size());
            lua_replace(lua, entry.text_slot);
        }
        lua_pushvalue(lua, entry.key_slot);
        lua_pushvalue(lua, entry.text_slot);
        return true;
    }
    const double number =
        field.number != nullptr ? owner.*field.number : (owner.*field.flag ? 1.0 : 0.0);
    if (entry.settled && same_number(number, entry.number)) {
        return false;
    }
    entry.number = number;
    lua_pushvalue(lua, entry.key_slot);
    if (field.number != nullptr) {
        lua_pushnumber(lua, number);
    } else {
        lua_pushboolean(lua, number != 0 ? 1 : 0);
    }
    return true;
}

template <typename Owner>
void LuaInput::fill_table(lua_State* lua, Table<Owner>& table, const Owner& owner,
                          Filling filling) {
    if (table.asked != 0) {
        adopt(lua, table);
    }
    for (Entry<Owner>& entry : table.entries) {
        // Most fields are numbers that stayed as they were: they cost a look and no call.
        const bool known =
            entry.settled &&
            (filling == Filling::Again ||
             (entry.reads != nullptr && same_number(owner.*entry.reads, entry.number)));
        if (!known && push_changed(lua, entry, owner)) {
            lua_rawset(lua, table.slot);
            entry.settled = entry.may_settle;
        }
    }
}

// 0 takes it away. Set again each time when the pack's code may have put something else there.
void LuaInput::set_link(lua_State* lua, LinkIndex index, int table_slot) {
    Link& link = links_[index];
    const bool settled = link.table_slot == table_slot && (table_slot == 0 || link.may_settle);
    if (settled || (table_slot != 0 && !link.asked)) {
        return;
    }
    link.table_slot = table_slot;
    lua_pushvalue(lua, link.key_slot);
    if (table_slot != 0) {
        lua_pushvalue(lua, table_slot);
    } else {
        lua_pushnil(lua);
    }
    lua_rawset(lua, input_.slot);
}

void LuaInput::fill_finding(lua_State* lua, LinkIndex link, const RuleFinding& finding,
                            Filling filling) {
    // Beside an active slot rules rarely read the cause: its own table learns what they do read.
    const bool beside = current_->storm.present || current_->cluster.present;
    Table<RuleFinding>& table = link == kToStorm     ? storm_
                                : link == kToCluster ? cluster_
                                : beside             ? cause_
                                                     : finding_;
    if (finding.present) {
        fill_table(lua, table, finding, filling);
    }
    set_link(lua, link, finding.present ? table.slot : 0);
}

void LuaInput::fill_all(lua_State* lua, const RuleInput& input, Filling filling) {
    current_ = &input;
    fill_table(lua, input_, input, filling);
    fill_finding(lua, kToFinding, input.finding, filling);
    fill_finding(lua, kToStorm, input.storm, filling);
    fill_finding(lua, kToCluster, input.cluster, filling);
    fill_table(lua, market_, input.market, filling);
    set_link(lua, kToMarket, market_.slot);
    fill_table(lua, history_, input.history, filling);
    set_link(lua, kToHistory, history_.slot);
    set_link(lua, kToVotes, voters_->plugin_votes_slot());
    set_link(lua, kToAccuracy, voters_->accuracy_slot());
}

void LuaInput::fill_score(lua_State* lua, const ScoreView& score) {
    current_score_ = &score;
    fill_table(lua, score_, score, Filling::Fresh);
}

}  // namespace petrel::core
