// In steady state nothing is allocated.
#include "script/lua_results.hpp"

#include <array>
#include <cmath>
#include <lua.hpp>

#include "observe/clean_text.hpp"
#include "script/lua_value.hpp"
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

// "" when it is no text.
std::string_view text_of(const RuleValue& value) {
    return value.is_text() ? value.view() : std::string_view{};
}

// How a wrong value is shown in a fault.
std::string shown(const RuleValue& value) {
    switch (value.type) {
        case RuleType::Nil:
            return "nil";
        case RuleType::False:
        case RuleType::True:
            return "boolean";
        case RuleType::Text:
            return "'" + clean_text(value.view(), kWordBytesMax) + "'";
        case RuleType::Float:
        case RuleType::Integer:
            return std::to_string(value.number);
        default:
            return value.type == RuleType::Other ? std::string(value.view()) : "table";
    }
}

// One of the two figures of an ensemble: nil is "not known".
bool read_share(const RuleValue& value, double& out) {
    out = -1;
    if (value.type == RuleType::Nil) {
        return true;
    }
    if (!value.is_number() || !(value.number >= 0 && value.number <= 1)) {
        return false;
    }
    out = value.number;
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

std::span<const RuleValue> LuaResults::from_stack(int at) {
    std::size_t count = 0;
    for (int slot = at; slot <= lua_gettop(lua_) && count < values_.size(); ++slot) {
        values_[count++] = lua_value(lua_, slot);
    }
    return {values_.data(), count};
}

bool LuaResults::read_score(std::span<const RuleValue> values, RuleScore& out, std::string& fault) {
    const auto value = [&](std::size_t i) { return i < values.size() ? values[i] : RuleValue(); };
    const RuleValue total = value(0);
    if (!total.is_number() || !std::isfinite(total.number) || total.number < 0 ||
        total.number > kScoreMax) {
        fault = "score.lua: returned " + shown(total) + " as total, expected 0 to 100";
        return false;
    }
    out.total = total.number;
    const std::string_view pattern = text_of(value(1));
    const std::string_view strength = text_of(value(2));
    const std::string_view pressure = text_of(value(3));
    const std::string_view volatility = text_of(value(4));
    const bool good = (pattern == known_pattern_ || is_word(pattern)) &&
                      is_one_of(strength, kStrengths) && is_one_of(pressure, kPressures) &&
                      is_one_of(volatility, kVolatilities);
    if (!good) {
        fault = "score.lua: returned pattern " + shown(value(1)) + ", strength " + shown(value(2)) +
                ", pressure " + shown(value(3)) + ", volatility " + shown(value(4)) +
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

// Lua takes a text that reads as a number for one.
double LuaResults::number_of(const RuleValue& value) {
    if (value.is_number()) {
        return value.number;
    }
    double number = 0;
    if (value.is_text() && lua_stringtonumber(lua_, std::string(value.view()).c_str()) != 0) {
        number = lua_tonumber(lua_, -1);
        lua_pop(lua_, 1);
    }
    return number;
}

bool LuaResults::read_verdict(std::span<const RuleValue> values, RuleVerdict& out,
                              std::string& fault) {
    const auto value = [&](std::size_t i) {
        return i < values.size() ? values[i] : RuleValue::of_other("nothing");
    };
    if (!decision_of(text_of(value(0)), out.decision)) {
        fault = "appropriateness.lua: returned " + shown(value(0)) +
                " as decision, expected send, hold or update";
        return false;
    }
    if (!read_reasons(text_of(value(1)), out)) {
        fault = "appropriateness.lua: returned " + shown(value(1)) +
                " as reasons, expected one to twelve names with commas between";
        return false;
    }
    const std::string_view note = text_of(value(2));
    if (note.size() > kNoteBytesMax) {
        fault = "appropriateness.lua: the note has more than 400 characters";
        return false;
    }
    std::array<double, kNoteNumbersMax> numbers{};
    std::size_t count = 0;
    for (std::size_t i = 3; i < values.size() && count < numbers.size(); ++i) {
        numbers[count++] = number_of(values[i]);
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

bool LuaResults::read_ensemble(std::span<const RuleValue> values, RuleEnsemble& out,
                               std::string& fault) {
    const auto value = [&](std::size_t i) { return i < values.size() ? values[i] : RuleValue(); };
    if (read_share(value(0), out.confidence) && read_share(value(1), out.health)) {
        return true;
    }
    fault = "ensemble.lua: returned confidence " + shown(value(0)) + ", health " + shown(value(1)) +
            "; expected two numbers from 0 to 1, nil for what is not known";
    return false;
}

}  // namespace petrel::core
