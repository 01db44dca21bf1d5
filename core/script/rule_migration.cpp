// pack.lua runs once more, in a sandbox of its own, for the function that it returns.
#include "script/rule_migration.hpp"

#include <cmath>
#include <lua.hpp>

#include "script/lua_state.hpp"
#include "script/lua_table.hpp"
#include "script/rule_pack.hpp"

namespace petrel::core {
namespace {

// "count = old.count, since_s = 0": what a migrate() of these two would most likely say.
std::string suggestion(const RuleStateSchema& from, const RuleStateSchema& to) {
    std::string text = "migrate = function(old, from_version) return { ";
    for (const RuleStateKey& key : to.keys) {
        text += (&key == to.keys.data() ? "" : ", ") + key.name + " = " +
                (from.find(key.name) ? "old." + key.name : "0");
    }
    return text + " } end";
}

}  // namespace

RuleMigration::RuleMigration(const RulePack& to, const RuleStateSchema& from)
    : to_(to), from_(from), state_(std::make_unique<LuaState>(RuleBudget{})), opened_(open()) {}

RuleMigration::~RuleMigration() = default;

// Leaves the function alone on the stack, above the message handler.
Status RuleMigration::open() {
    const RuleFile* file = to_.sources().find("pack.lua");
    if (!to_.manifest().state.migrates || file == nullptr) {
        return Status::rejected("pack.lua: there is no migrate");
    }
    Status status = state_->compile("pack.lua", file->text);
    if (!status) {
        return status;
    }
    if (!state_->call(0, 1)) {
        return Status::rejected(state_->take_fault());
    }
    lua_State* lua = state_->raw();
    lua_pushliteral(lua, "migrate");
    lua_rawget(lua, -2);
    lua_remove(lua, -2);
    return lua_isfunction(lua, -1) ? Status() : Status::rejected("pack.lua: there is no migrate");
}

Result<RuleCells> RuleMigration::carry(const RuleCells& cells) {
    if (!opened_) {
        return opened_;
    }
    lua_State* lua = state_->raw();
    const int base = lua_gettop(lua);
    lua_pushvalue(lua, base);
    lua_createtable(lua, 0, static_cast<int>(from_.keys.size()));
    for (std::size_t i = 0; i < from_.keys.size(); ++i) {
        lua_pushlstring(lua, from_.keys[i].name.data(), from_.keys[i].name.size());
        lua_pushnumber(lua, cells[i]);
        lua_rawset(lua, -3);
    }
    lua_pushinteger(lua, from_.version);
    if (!state_->call(2, 1)) {
        const std::string fault = state_->take_fault();
        lua_settop(lua, base);
        return Status::rejected(fault + " (in migrate)");
    }
    if (!lua_istable(lua, -1)) {
        const std::string got = luaL_typename(lua, -1);
        lua_settop(lua, base);
        return Status::rejected("pack.lua: migrate returned a " + got +
                                ", expected a table with the values of the new keys");
    }
    std::vector<std::string> problems;
    LuaTable table(lua, lua_gettop(lua), "pack.lua: what migrate returned", problems);
    RuleCells carried = to_.manifest().state.initial();
    for (std::size_t i = 0; i < to_.manifest().state.keys.size(); ++i) {
        const std::string& name = to_.manifest().state.keys[i].name;
        carried[i] = table.number(name.c_str()).value_or(carried[i]);
    }
    table.report_unknown();
    lua_settop(lua, base);
    if (Status status = as_status(problems); !status) {
        return status;
    }
    return carried;
}

Status check_state_change(const RulePack& live, const RulePack& next,
                          std::span<const RuleInput> recorded) {
    const RuleStateSchema& from = live.manifest().state;
    const RuleStateSchema& to = next.manifest().state;
    if (!from.declared() || !to.declared() || live.manifest().name != next.manifest().name ||
        from.same(to)) {
        return {};
    }
    if (from.version == to.version) {
        return Status::rejected("pack.lua: state has other keys than the live version " +
                                live.id() + " and the same version " + std::to_string(to.version) +
                                "; write version = " + std::to_string(to.version + 1) + " and " +
                                suggestion(from, to) +
                                " in pack.lua, so that what is remembered is carried over");
    }
    if (!to.migrates) {
        return Status::rejected("pack.lua: state is version " + std::to_string(to.version) +
                                ", the live version " + live.id() + " has " +
                                std::to_string(from.version) + "; write " + suggestion(from, to) +
                                " in pack.lua, so that what is remembered is carried over");
    }
    RuleMigration migration(next, from);
    Result<RuleCells> carried = migration.carry(from.initial());
    for (const RuleInput& input : recorded) {
        if (!carried.ok()) {
            break;
        }
        carried = migration.carry(live.manifest().cells(input.state));
    }
    return carried.ok() ? Status() : carried.status();
}

}  // namespace petrel::core
