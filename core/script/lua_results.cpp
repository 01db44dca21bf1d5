// The values lie on the stack from `at` on. In steady state nothing is allocated.
#include "script/lua_results.hpp"

#include <array>
#include <cmath>
#include <lua.hpp>

#include "observe/clean_text.hpp"
#include "script/rule_manifest.hpp"
#include "script/rule_note.hpp"

namespace petrel::core {
namespace {

constexpr double kScoreMax = 100;
constexpr std::size_t kWordBytesMax = 40;
constexpr std::size_t kReasonsMax = 12;
constexpr std::size_t kNoteBytesMax = 400;
constexpr std::size_t kNoteNumbersMax = 8;
constexpr std::array<std::string_view, 4> kStrengths{"weak", "moderate", "strong", "extreme"};
constexpr std::array<std::string_view, 3> kPressures{"bullish", "bearish", "neutral"};
constexpr std::array<std::string_view, 4> kVolatilities{"low", "medium", "high", "extreme"};

bool is_word(std::string_view text) {
    if (text.empty() || text.size() > kWordBytesMax) {
        return false;
    }
    bool good = true;
    for (const char c : text) {
        good &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    return good;
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
    for (const std::string_view word : words) {
        if (text == word) {
            return true;
        }
    }
    return false;
}

// Most notes are, so that few have to be cleaned. Without a branch a byte, for speed.
bool is_plain(std::string_view text) {
    bool plain = true;
    for (const char c : text) {
        plain &= c >= ' ' && c <= '~';
    }
    return plain;
}

// Borrowed from the stack slot; "" when it is no text.
std::string_view text_at(lua_State* lua, int slot) {
    if (lua_type(lua, slot) != LUA_TSTRING) {
        return {};
    }
    std::size_t bytes = 0;
    const char* text = lua_tolstring(lua, slot, &bytes);
    return {text, bytes};
}

// How a wrong value is shown in a fault.
std::string shown(lua_State* lua, int slot) {
    switch (lua_type(lua, slot)) {
        case LUA_TSTRING:
            return "'" + clean_text(text_at(lua, slot), kWordBytesMax) + "'";
        case LUA_TNUMBER:
            return std::to_string(lua_tonumber(lua, slot));
        case LUA_TNONE:
            return "nothing";
        default:
            return luaL_typename(lua, slot);
    }
}

// One of the two figures of an ensemble: nil is "not known".
bool read_share(lua_State* lua, int slot, double& out) {
    out = -1;
    if (lua_isnoneornil(lua, slot)) {
        return true;
    }
    const double value = lua_tonumber(lua, slot);
    if (lua_type(lua, slot) != LUA_TNUMBER || !(value >= 0 && value <= 1)) {
        return false;
    }
    out = value;
    return true;
}

}  // namespace

// Lua says "attempt to index a nil value (local 'cluster')"; say when that happens and what to do.
std::string explain_nil(const std::string& fault) {
    const std::size_t at = fault.find("attempt to index a nil value (");
    if (at == std::string::npos) {
        return fault;
    }
    struct Slot {
        std::string_view name;
        std::string_view when;
    };
    constexpr std::array<Slot, 3> slots{{{"storm", "no storm is active"},
                                         {"cluster", "no cluster is active"},
                                         {"finding", "nothing new was found"}}};
    for (const Slot& slot : slots) {
        const std::string name(slot.name);
        if (fault.find(" '" + name + "')", at) != std::string::npos) {
            return fault.substr(0, at) + "input." + name + " is nil when " +
                   std::string(slot.when) + ". Guard it: if input." + name + " then ... end";
        }
    }
    return fault;
}

bool LuaResults::read_score(int at, RuleScore& out, std::string& fault) {
    out.total = lua_tonumber(lua_, at);
    if (lua_type(lua_, at) != LUA_TNUMBER || !std::isfinite(out.total) || out.total < 0 ||
        out.total > kScoreMax) {
        fault = "score.lua: returned " + shown(lua_, at) + " as total, expected 0 to 100";
        return false;
    }
    const std::string_view pattern = text_at(lua_, at + 1);
    const std::string_view strength = text_at(lua_, at + 2);
    const std::string_view pressure = text_at(lua_, at + 3);
    const std::string_view volatility = text_at(lua_, at + 4);
    const bool good = (pattern == known_pattern_ || is_word(pattern)) &&
                      is_one_of(strength, kStrengths) && is_one_of(pressure, kPressures) &&
                      is_one_of(volatility, kVolatilities);
    if (!good) {
        fault = "score.lua: returned pattern " + shown(lua_, at + 1) + ", strength " +
                shown(lua_, at + 2) + ", pressure " + shown(lua_, at + 3) + ", volatility " +
                shown(lua_, at + 4) +
                "; expected a word, weak|moderate|strong|extreme, bullish|bearish|neutral, "
                "low|medium|high|extreme";
        return false;
    }
    out.pattern.assign(pattern);
    known_pattern_.assign(pattern);
    out.strength.assign(strength);
    out.pressure.assign(pressure);
    out.volatility.assign(volatility);
    return true;
}

bool LuaResults::read_reasons(std::string_view list, RuleVerdict& out) {
    const std::string_view whole = list;
    const bool known = list == known_reasons_;
    std::size_t count = 0;
    while (!list.empty() && count < kReasonsMax) {
        const std::size_t comma = list.find(',');
        const std::string_view reason = list.substr(0, comma);
        if (!known && !is_word(reason)) {
            return false;
        }
        if (count == out.reasons.size()) {
            out.reasons.emplace_back();
        }
        out.reasons[count++].assign(reason);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    out.reasons.resize(count);
    if (count == 0 || !list.empty()) {
        return false;
    }
    if (!known) {
        known_reasons_.assign(whole);
    }
    return true;
}

bool LuaResults::read_verdict(int at, RuleVerdict& out, std::string& fault) {
    if (!decision_of(text_at(lua_, at), out.decision)) {
        fault = "appropriateness.lua: returned " + shown(lua_, at) +
                " as decision, expected send, hold or update";
        return false;
    }
    if (!read_reasons(text_at(lua_, at + 1), out)) {
        fault = "appropriateness.lua: returned " + shown(lua_, at + 1) +
                " as reasons, expected one to twelve names with commas between";
        return false;
    }
    const std::string_view note = text_at(lua_, at + 2);
    if (note.size() > kNoteBytesMax) {
        fault = "appropriateness.lua: the note has more than 400 characters";
        return false;
    }
    std::array<double, kNoteNumbersMax> numbers{};
    std::size_t count = 0;
    for (int slot = at + 3; slot <= lua_gettop(lua_) && count < numbers.size(); ++slot) {
        numbers[count++] = lua_tonumber(lua_, slot);
    }
    write_note(note, {numbers.data(), count}, out.note);
    if (note == known_note_) {
        return true;
    }
    if (is_plain(note)) {
        known_note_.assign(note);
    } else {
        out.note = clean_text(out.note);
    }
    return true;
}

bool LuaResults::read_ensemble(int at, RuleEnsemble& out, std::string& fault) const {
    if (read_share(lua_, at, out.confidence) && read_share(lua_, at + 1, out.health)) {
        return true;
    }
    fault = "ensemble.lua: returned confidence " + shown(lua_, at) + ", health " +
            shown(lua_, at + 1) + "; expected two numbers from 0 to 1, nil for what is not known";
    return false;
}

}  // namespace petrel::core
