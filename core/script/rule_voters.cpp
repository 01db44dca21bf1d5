// A voter is declared once; its weight is a number or the name of a parameter.
#include "script/rule_voters.hpp"

#include <algorithm>
#include <lua.hpp>

#include "config/closest.hpp"
#include "observe/clean_text.hpp"
#include "script/lua_table.hpp"

namespace petrel::core {
namespace {

constexpr double kWeightMax = 1'000;

bool is_voter_name(std::string_view text) {
    return !text.empty() && text.size() <= 32 && (text.front() < '0' || text.front() > '9') &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

void read_weight(LuaTable& table, const RuleManifest& manifest, RuleVoter& voter) {
    if (!table.is_text("weight")) {
        const std::optional<double> weight = table.number("weight");
        voter.weight = weight.value_or(0);
        if (!weight || *weight < 0 || *weight > kWeightMax) {
            table.problem(
                "needs a weight from 0 to 1000, a number or the name of a parameter: weight = 0.4");
        }
        return;
    }
    voter.weight_parameter = table.text("weight").value_or("");
    const RuleParameter* parameter = manifest.parameter(voter.weight_parameter);
    if (parameter == nullptr) {
        std::vector<std::string> names;
        for (const RuleParameter& known : manifest.parameters) {
            names.push_back(known.name);
        }
        const std::string hint = did_you_mean(voter.weight_parameter, names);
        table.problem("weight = '" + clean_text(voter.weight_parameter, 48) +
                      "' is no parameter of the pack" + (hint.empty() ? "" : "; " + hint));
    } else if (parameter->min < 0 || parameter->max > kWeightMax) {
        table.problem("weight = '" + parameter->name +
                      "': its bounds must lie within 0 and 1000, so that shares can be made");
    }
}

void read_voter(LuaTable& table, const RuleManifest& manifest, std::vector<RuleVoter>& list) {
    RuleVoter voter;
    voter.name = table.text("name").value_or("");
    voter.plugin = clean_text(table.text("plugin").value_or(""), 64);
    voter.description = clean_text(table.text("description").value_or(""), 400);
    read_weight(table, manifest, voter);
    table.report_unknown();
    const bool known = std::any_of(
        list.begin(), list.end(), [&](const RuleVoter& other) { return other.name == voter.name; });
    if (!is_voter_name(voter.name)) {
        table.problem("needs a name of small letters, digits and _, at most 32, no digit first");
    } else if (known) {
        table.problem("'" + voter.name + "' is declared twice");
    } else {
        list.push_back(std::move(voter));
    }
}

void read_voter_list(lua_State* lua, LuaTable& pack, const char* field,
                     std::vector<std::string>& problems, auto&& read) {
    const int slot = pack.table(field);
    if (slot == 0) {
        return;
    }
    const auto count = static_cast<std::size_t>(lua_rawlen(lua, slot));
    if (count == 0 || count > kPackVotersMax) {
        pack.problem(std::string(field) + " is a list of 1 to 16, it has " + std::to_string(count));
    }
    for (std::size_t at = 1; at <= std::min(count, kPackVotersMax); ++at) {
        const std::string where =
            std::string("pack.lua: ") + field + "[" + std::to_string(at) + "]";
        if (lua_rawgeti(lua, slot, static_cast<lua_Integer>(at)) != LUA_TTABLE) {
            problems.push_back(where + ": is not a table");
        } else {
            LuaTable table(lua, lua_gettop(lua), where, problems);
            read(table);
        }
        lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
}

}  // namespace

void read_voters(lua_State* lua, LuaTable& pack, RuleManifest& manifest,
                 std::vector<std::string>& problems) {
    read_voter_list(lua, pack, "voters", problems,
                    [&](LuaTable& table) { read_voter(table, manifest, manifest.voters); });
    read_voter_list(lua, pack, "health", problems, [&](LuaTable& table) {
        read_voter(table, manifest, manifest.health);
        if (!manifest.health.empty() && !manifest.health.back().plugin.empty()) {
            table.problem("'plugin' is of voters; a part of the health is worked out in Lua");
        }
    });
}

void check_voter_files(const RuleSources& sources, const RuleManifest& manifest,
                       std::vector<std::string>& problems) {
    const bool ensemble = sources.find("ensemble.lua") != nullptr;
    if (!ensemble && !(manifest.voters.empty() && manifest.health.empty())) {
        problems.push_back(
            "pack.lua declares voters or parts of the health, and there is no ensemble.lua that "
            "asks them; write it, or remove them");
    }
    for (const RuleVoter& voter : manifest.voters) {
        const std::string file = "voters/" + voter.name + ".lua";
        const bool there = sources.find(file) != nullptr;
        if (voter.plugin.empty() && !there) {
            problems.push_back("pack.lua declares the voter '" + voter.name +
                               "' without plugin, "
                               "and there is no " +
                               file + "; write it, or name its plugin");
        } else if (!voter.plugin.empty() && there) {
            problems.push_back(file + ":1: pack.lua says that the plugin '" + voter.plugin +
                               "' votes as '" + voter.name + "'; only one of both can");
        }
    }
}

double RuleManifest::weight_of(const RuleVoter& voter) const {
    const RuleParameter* parameter =
        voter.weight_parameter.empty() ? nullptr : this->parameter(voter.weight_parameter);
    return parameter == nullptr ? voter.weight : parameter->value;
}

}  // namespace petrel::core
