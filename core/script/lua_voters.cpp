// Names of at most 32 bytes are interned by Lua: while they are anchored, an address is a name.
#include "script/lua_voters.hpp"

#include <lua.hpp>

#include "script/lua_library.hpp"
#include "script/lua_sandbox.hpp"

namespace petrel::core {
namespace {

constexpr double kWrittenWeightMax = 1'000;
constexpr double kUnknownAccuracy = 0.5;
constexpr std::size_t kNoCell = SIZE_MAX;

// Pushes a set of the names.
void push_names(lua_State* lua, const auto& cells) {
    lua_newtable(lua);
    for (const auto& cell : cells) {
        lua_pushboolean(lua, 1);
        lua_setfield(lua, -2, cell.name.c_str());
    }
}

const char* key_of(lua_State* lua) {
    return lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
}

}  // namespace

LuaVoters::Cell* LuaVoters::Table::find(const char* address) {
    for (Cell& cell : cells) {
        if (cell.address == address) {
            return &cell;
        }
    }
    return nullptr;
}

double LuaVoters::Table::most() const { return of_weights ? kWrittenWeightMax : 1; }

std::size_t LuaVoters::cell_of(const char* address) const {
    const std::vector<Cell>& cells = written_[kVotes].cells;
    std::size_t at = 0;
    while (at < cells.size() && cells[at].address != address) {
        ++at;
    }
    return at < cells.size() ? at : kNoCell;
}

// upvalues: the table, its names.
int LuaVoters::on_read(lua_State* lua) {
    auto& table = *static_cast<Table*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const char* name = key_of(lua);
    const Cell* cell = table.find(name);
    if (cell == nullptr) {
        lua_pushvalue(lua, lua_upvalueindex(2));
        return raise_no_field(lua, table.what, name, lua_gettop(lua));
    }
    cell->known || table.of_weights ? lua_pushnumber(lua, cell->value) : lua_pushnil(lua);
    return 1;
}

int LuaVoters::on_write(lua_State* lua) {
    auto& table = *static_cast<Table*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const char* name = key_of(lua);
    Cell* cell = table.find(name);
    if (cell == nullptr) {
        lua_pushvalue(lua, lua_upvalueindex(2));
        return raise_no_field(lua, table.what, name, lua_gettop(lua));
    }
    const int type = lua_type(lua, 3);
    const bool known = type != LUA_TNIL;
    const auto at = static_cast<std::size_t>(cell - table.cells.data());
    if ((known && type != LUA_TNUMBER) || !put(table, at, lua_tonumber(lua, 3), known)) {
        lua_settop(lua, 3);
        const char* got = type == LUA_TNUMBER ? lua_tostring(lua, 3) : luaL_typename(lua, 3);
        return luaL_error(lua, "%s.%s: a number from 0 to %d is expected, got %s", table.what, name,
                          static_cast<int>(table.most()), got);
    }
    return 0;
}

const RuleVote* LuaVoters::plugin_vote(std::size_t cell) const {
    if (input_ != nullptr) {
        for (const RuleVote& vote : input_->votes) {
            if (vote.name == written_[kVotes].cells[cell].name && !vote.abstained) {
                return &vote;
            }
        }
    }
    return nullptr;
}

double LuaVoters::accuracy(std::size_t cell) const {
    double share = kUnknownAccuracy;
    const auto accuracy = input_ == nullptr ? std::span<const RuleTerm>{} : input_->accuracy;
    for (const RuleTerm& known : accuracy) {
        share = known.name == written_[kVotes].cells[cell].name ? known.value : share;
    }
    return share;
}

bool LuaVoters::put(Table& table, std::size_t cell, double value, bool known) {
    if (known && !(value >= 0 && value <= table.most())) {
        return false;
    }
    if (!known && table.of_weights) {
        return false;
    }
    table.cells[cell].value = known ? value : table.cells[cell].value;
    table.cells[cell].known = known;
    return true;
}

// upvalues: this object, the names. A plugin's vote; nil when it abstains or no plugin votes.
int LuaVoters::on_read_vote(lua_State* lua) {
    const auto& voters = *static_cast<LuaVoters*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const char* name = key_of(lua);
    const std::size_t cell = voters.cell_of(name);
    if (cell == kNoCell) {
        lua_pushvalue(lua, lua_upvalueindex(2));
        return raise_no_field(lua, "input.votes", name, lua_gettop(lua));
    }
    const RuleVote* vote = voters.plugin_vote(cell);
    vote != nullptr ? lua_pushnumber(lua, vote->vote) : lua_pushnil(lua);
    return 1;
}

int LuaVoters::on_read_accuracy(lua_State* lua) {
    const auto& voters = *static_cast<LuaVoters*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const char* name = key_of(lua);
    const std::size_t cell = voters.cell_of(name);
    if (cell == kNoCell) {
        lua_pushvalue(lua, lua_upvalueindex(2));
        return raise_no_field(lua, "input.accuracy", name, lua_gettop(lua));
    }
    lua_pushnumber(lua, voters.accuracy(cell));
    return 1;
}

int LuaVoters::on_write_input(lua_State* lua) {
    return luaL_error(lua, "input.votes and input.accuracy are read-only; cannot set '%s'",
                      key_of(lua));
}

void LuaVoters::build_written(lua_State* lua, Table& table) {
    lua_newtable(lua);
    table.slot = lua_gettop(lua);
    lua_createtable(lua, 0, 3);
    push_names(lua, table.cells);
    const int names = lua_gettop(lua);
    for (Cell& cell : table.cells) {
        lua_pushstring(lua, cell.name.c_str());
        cell.address = lua_tostring(lua, -1);  // kept by the names
        lua_pop(lua, 1);
    }
    push_sorted_keys(lua, names);
    lua_setfield(lua, names - 1, kKeysField);
    for (const auto& [event, function] :
         {std::pair{"__index", &LuaVoters::on_read}, {"__newindex", &LuaVoters::on_write}}) {
        lua_pushlightuserdata(lua, &table);
        lua_pushvalue(lua, names);
        lua_pushcclosure(lua, function, 2);
        lua_setfield(lua, names - 1, event);
    }
    lua_pop(lua, 1);
    lua_setmetatable(lua, table.slot);
}

int LuaVoters::build_read(lua_State* lua, int (*read)(lua_State*)) {
    lua_newtable(lua);
    const int slot = lua_gettop(lua);
    lua_createtable(lua, 0, 3);
    push_names(lua, written_[kVotes].cells);
    const int names = lua_gettop(lua);
    push_sorted_keys(lua, names);
    lua_setfield(lua, names - 1, kKeysField);
    lua_pushlightuserdata(lua, this);
    lua_pushvalue(lua, names);
    lua_pushcclosure(lua, read, 2);
    lua_setfield(lua, names - 1, "__index");
    lua_pushcfunction(lua, &LuaVoters::on_write_input);
    lua_setfield(lua, names - 1, "__newindex");
    lua_pop(lua, 1);
    lua_setmetatable(lua, slot);
    return slot;
}

void LuaVoters::build(lua_State* lua, const RuleManifest& manifest) {
    luaL_checkstack(lua, 16, "tables of the ensemble");
    for (const RuleVoter& voter : manifest.voters) {
        const double weight = manifest.weight_of(voter);
        written_[kVotes].cells.push_back({voter.name, nullptr, weight, 0, false});
        written_[kWeights].cells.push_back({voter.name, nullptr, weight, weight, false});
    }
    for (const RuleVoter& part : manifest.health) {
        written_[kParts].cells.push_back({part.name, nullptr, manifest.weight_of(part), 0, false});
    }
    for (Table& table : written_) {
        build_written(lua, table);
    }
    plugin_votes_slot_ = build_read(lua, &LuaVoters::on_read_vote);
    lua_pushvalue(lua, plugin_votes_slot_);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, plugin_votes_key());
    accuracy_slot_ = build_read(lua, &LuaVoters::on_read_accuracy);
    lua_pushvalue(lua, accuracy_slot_);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, accuracy_key());
}

void LuaVoters::begin() {
    for (Table& table : written_) {
        for (Cell& cell : table.cells) {
            cell.known = false;
            cell.value = cell.weight;
        }
    }
}

void LuaVoters::list(const std::vector<Cell>& cells, const std::vector<Cell>* weights,
                     std::vector<RuleShare>& shares) {
    double whole = 0;
    shares.resize(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        RuleShare& share = shares[i];
        share.name.assign(cells[i].name);
        share.known = cells[i].known;
        share.value = share.known ? cells[i].value : 0;
        share.weight = weights != nullptr ? (*weights)[i].value : cells[i].weight;
        whole += share.known ? share.weight : 0;
    }
    for (RuleShare& share : shares) {
        share.share = share.known && whole > 0 ? share.weight / whole : 0;
    }
}

void LuaVoters::take(RuleEnsemble& ensemble) const {
    list(written_[kVotes].cells, &written_[kWeights].cells, ensemble.votes);
    list(written_[kParts].cells, nullptr, ensemble.parts);
}

}  // namespace petrel::core
