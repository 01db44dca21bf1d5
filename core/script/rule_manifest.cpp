// Runs pack.lua in a sandbox of its own and reads the table it returns; all mistakes at once.
#include "script/rule_manifest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <lua.hpp>

#include "config/closest.hpp"
#include "observe/clean_text.hpp"
#include "script/lua_state.hpp"
#include "script/lua_table.hpp"
#include "script/rule_voters.hpp"

namespace petrel::core {
namespace {

constexpr const char* kFile = "pack.lua";
constexpr double kApi = 1;
constexpr lua_Integer kParametersMax = 256;

// Shown to people and logged.
std::string text_of(LuaTable& table, const char* name) {
    return clean_text(table.text(name).value_or(""), 400);
}

std::string short_number(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.10g", value);
    return text.data();
}

bool is_name(std::string_view text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
           });
}

std::string value_problem(const RuleParameter& parameter, double value) {
    const std::string start = "parameter '" + parameter.name + "' = " + short_number(value);
    if (parameter.type == RuleParameter::Type::Boolean && value != 0 && value != 1) {
        return start + " is neither true nor false";
    }
    if (parameter.type == RuleParameter::Type::Integer && value != std::floor(value)) {
        return start + " is not a whole number";
    }
    if (!std::isfinite(value) || value < parameter.min || value > parameter.max) {
        return start + " is outside " + short_number(parameter.min) + " to " +
               short_number(parameter.max) + (parameter.unit.empty() ? "" : " " + parameter.unit);
    }
    return {};
}

void read_parameter(LuaTable& table, RuleManifest& manifest) {
    RuleParameter parameter;
    parameter.name = table.text("name").value_or("");
    parameter.unit = text_of(table, "unit");
    parameter.description = text_of(table, "description");
    const std::string type = table.text("type").value_or("number");
    const std::optional<double> value = table.number_or_flag("default");
    const bool boolean = type == "boolean";
    parameter.min = table.number("min").value_or(boolean ? 0 : -1e300);
    parameter.max = table.number("max").value_or(boolean ? 1 : 1e300);
    table.report_unknown();
    if (!is_name(parameter.name, 48)) {
        table.problem("needs a name of small letters, digits and _");
        return;
    }
    if (type != "number" && type != "integer" && !boolean) {
        table.problem("type '" + type + "' of '" + parameter.name +
                      "' is none of number, integer, boolean");
        return;
    }
    parameter.type = boolean             ? RuleParameter::Type::Boolean
                     : type == "integer" ? RuleParameter::Type::Integer
                                         : RuleParameter::Type::Number;
    if (!value.has_value() || manifest.parameter(parameter.name) != nullptr) {
        table.problem("parameter '" + parameter.name + "' " +
                      (value.has_value() ? "is declared twice" : "has no default"));
        return;
    }
    parameter.value = *value;
    const std::string wrong = value_problem(parameter, *value);
    if (!wrong.empty()) {
        table.problem("default of " + wrong);
        return;
    }
    manifest.parameters.push_back(std::move(parameter));
}

void read_parameters(lua_State* lua, LuaTable& pack, RuleManifest& manifest,
                     std::vector<std::string>& problems) {
    const int slot = pack.table("parameters");
    if (slot == 0) {
        return;
    }
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, slot));
    if (count > kParametersMax) {
        pack.problem("declares " + std::to_string(count) + " parameters, at most 256");
    }
    for (lua_Integer at = 1; at <= std::min(count, kParametersMax); ++at) {
        const std::string where = std::string(kFile) + ": parameters[" + std::to_string(at) + "]";
        if (lua_rawgeti(lua, slot, at) != LUA_TTABLE) {
            problems.push_back(where + ": is not a table");
        } else {
            LuaTable table(lua, lua_gettop(lua), where, problems);
            read_parameter(table, manifest);
        }
        lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
}

void read_slots(lua_State* lua, LuaTable& pack, RuleManifest& manifest,
                std::vector<std::string>& problems) {
    const int slot = pack.table("slots");
    if (slot == 0) {
        return;
    }
    LuaTable table(lua, slot, "pack.lua: slots", problems);
    for (const std::string& type : table.keys()) {
        const std::string name = table.text(type.c_str()).value_or("");
        if (name == "storm" || name == "cluster") {
            manifest.slots[type] = name == "storm" ? RuleSlot::Storm : RuleSlot::Cluster;
        } else {
            table.problem(type + " = '" + name + "' is no slot; there are storm and cluster");
        }
    }
    lua_pop(lua, 1);
}

void read_state_key(LuaTable& table, const std::string& name, RuleStateSchema& state) {
    const std::string type = table.text("type").value_or("number");
    RuleStateKey key{name, table.number("default").value_or(0),
                     table.text("description").value_or("")};
    table.report_unknown();
    if (!is_name(name, 32)) {
        table.problem("a key's name is small letters, digits and _, at most 32");
    }
    if (type != "number") {
        table.problem("type '" + type + "'; state holds numbers, write type = \"number\"");
    }
    state.keys.push_back(std::move(key));
}

void read_state(lua_State* lua, LuaTable& pack, RuleStateSchema& state,
                std::vector<std::string>& problems) {
    state.migrates = pack.function("migrate");
    const int slot = pack.table("state");
    if (slot == 0) {
        return;
    }
    LuaTable table(lua, slot, "pack.lua: state", problems);
    const double version = table.number("version").value_or(0);
    if (version < 1 || version > 1e6 || version != std::floor(version)) {
        table.problem("needs version = 1, a whole number that grows when the keys change");
    } else {
        state.version = static_cast<std::uint32_t>(version);
    }
    const std::string per = table.text("per").value_or("symbol");
    if (per != "symbol") {
        table.problem("per = '" + per + "'; state is kept for each symbol, write per = \"symbol\"");
    }
    if (const int keys = table.table("keys")) {
        LuaTable list(lua, keys, "pack.lua: state.keys", problems);
        for (const std::string& name : list.keys()) {
            if (const int key = list.table(name.c_str())) {
                LuaTable one(lua, key, "pack.lua: state.keys." + name, problems);
                read_state_key(one, name, state);
                lua_pop(lua, 1);
            }
        }
        lua_pop(lua, 1);
    }
    table.report_unknown();
    if (state.keys.empty() || state.keys.size() > kStateKeysMax) {
        table.problem(
            "needs keys = { name = { type = \"number\", default = 0 } }, 1 to 16 of them, "
            "not " +
            std::to_string(state.keys.size()));
    }
    lua_pop(lua, 1);
}

void read_fallback(lua_State* lua, LuaTable& pack, RuleManifest& manifest,
                   std::vector<std::string>& problems) {
    const int slot = pack.table("fallback");
    if (slot == 0) {
        pack.problem(
            "needs a fallback = { decision = ..., reason = ..., score = ... }: what "
            "counts when a rule fails");
        return;
    }
    LuaTable table(lua, slot, "pack.lua: fallback", problems);
    RuleFallback& fallback = manifest.fallback;
    const std::string decision = table.text("decision").value_or("hold");
    if (!decision_of(decision, fallback.decision)) {
        table.problem("decision '" + decision + "' is none of send, hold, update");
    }
    fallback.reason = table.text("reason").value_or(fallback.reason);
    if (!is_name(fallback.reason, 48)) {
        table.problem("reason '" + fallback.reason + "' must be small letters, digits and _");
    }
    fallback.score = table.number("score").value_or(0);
    if (fallback.score < 0 || fallback.score > 100) {
        table.problem("score " + short_number(fallback.score) + " is outside 0 to 100");
    }
    table.report_unknown();
    lua_pop(lua, 1);
}

Result<RuleManifest> read_pack(lua_State* lua) {
    std::vector<std::string> problems;
    if (lua_type(lua, -1) != LUA_TTABLE) {
        return Status::rejected("pack.lua: must return a table, returned a " +
                                std::string(luaL_typename(lua, -1)));
    }
    RuleManifest manifest;
    LuaTable pack(lua, lua_gettop(lua), kFile, problems);
    manifest.name = pack.text("name").value_or("");
    manifest.version = text_of(pack, "version");
    manifest.description = text_of(pack, "description");
    const double api = pack.number("api").value_or(0);
    if (!is_name(manifest.name, 32)) {
        pack.problem("needs a name of small letters, digits, _ and -, at most 32");
    }
    if (manifest.version.empty() || manifest.version.size() > 32) {
        pack.problem("needs a version, for example \"1.0\"");
    }
    if (api != kApi) {
        pack.problem("api = " + short_number(api) +
                     ", this petrel speaks rule API 1; write "
                     "api = 1 or update petrel");
    }
    read_parameters(lua, pack, manifest, problems);
    read_slots(lua, pack, manifest, problems);
    read_fallback(lua, pack, manifest, problems);
    read_state(lua, pack, manifest.state, problems);
    read_voters(lua, pack, manifest, problems);
    pack.report_unknown();
    Status status = as_status(problems);
    if (!status) {
        return status;
    }
    return manifest;
}

}  // namespace

std::string_view decision_name(RuleDecision decision) {
    switch (decision) {
        case RuleDecision::Send:
            return "send";
        case RuleDecision::Update:
            return "update";
        default:
            return "hold";
    }
}

bool decision_of(std::string_view name, RuleDecision& decision) {
    for (const RuleDecision known :
         {RuleDecision::Send, RuleDecision::Hold, RuleDecision::Update}) {
        if (name == decision_name(known)) {
            decision = known;
            return true;
        }
    }
    return false;
}

const RuleParameter* RuleManifest::parameter(std::string_view wanted) const {
    const auto found =
        std::find_if(parameters.begin(), parameters.end(),
                     [&](const RuleParameter& known) { return known.name == wanted; });
    return found == parameters.end() ? nullptr : &*found;
}

Status RuleManifest::set(const ParameterOverrides& overrides) {
    std::vector<std::string> problems;
    std::vector<RuleParameter> changed = parameters;
    for (const auto& [wanted, value] : overrides) {
        const auto found = std::find_if(
            changed.begin(), changed.end(),
            [&, &sought = wanted](const RuleParameter& p) { return p.name == sought; });
        if (found == changed.end()) {
            std::vector<std::string> names;
            for (const RuleParameter& known : parameters) {
                names.push_back(known.name);
            }
            const std::string hint = did_you_mean(wanted, names);
            problems.push_back("rule pack " + name + " has no parameter '" + wanted + "'" +
                               (hint.empty() ? "" : "; " + hint));
            continue;
        }
        const std::string wrong = value_problem(*found, value);
        if (!wrong.empty()) {
            problems.push_back("rule pack " + name + ": " + wrong);
        }
        found->value = value;
    }
    Status status = as_status(problems);
    if (status) {
        parameters = std::move(changed);
    }
    return status;
}

RuleCells RuleManifest::cells(std::span<const RuleTerm> values) const {
    RuleCells cells = state.initial();
    for (const RuleTerm& value : values) {
        if (const auto at = state.find(value.name)) {
            cells[*at] = value.value;
        }
    }
    return cells;
}

Result<RuleManifest> read_rule_manifest(const RuleSources& sources) {
    const RuleFile* file = sources.find(kFile);
    if (file == nullptr) {
        return Status::rejected("rule pack " + sources.directory +
                                ": has no pack.lua, which names it and its parameters");
    }
    LuaState state(RuleBudget{});
    Status status = state.compile(kFile, file->text);
    if (!status) {
        return status;
    }
    if (!state.call(0, 1)) {
        return Status::rejected(state.take_fault());
    }
    return read_pack(state.raw());
}

}  // namespace petrel::core
